package text

// Problem is an error as a person sees it: one sentence and one hint they can act
// on, a command or an action. It goes into the log as it is, so a replay shows the
// same advice.
type Problem struct {
	Code string `json:"code"`           // stable, kebab-case: "lease-held", "stanza-holds"
	Say  Safe   `json:"say"`            // one sentence, no capital, no full stop
	Hint Safe   `json:"hint,omitzero"`  // what to do about it
	More []Safe `json:"more,omitempty"` // evidence, e.g. the last log lines of a container
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Say.String() }

// NewProblem is a Problem from parts; say and hint are cleaned, not redacted.
func NewProblem(code, say, hint string) *Problem {
	return &Problem{Code: code, Say: Clean(say), Hint: Clean(hint)}
}
