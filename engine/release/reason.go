package release

import (
	"slices"
	"strings"
	"time"

	"goaround/targets/text"
)

// Reason is what a rollback that a person began was for. It is asked afterwards, never
// before, and may be left out.
type Reason string

// The reasons, as they are picked.
const (
	ReasonData       Reason = "data"
	ReasonSecurity   Reason = "security"
	ReasonThirdParty Reason = "third party"
	ReasonBehaviour  Reason = "behaviour"
	ReasonOther      Reason = "other"
)

// AskedFor is how long `goaround rollback` waits for a reason before it ends without one.
const AskedFor = time.Minute

// Reasons are all of them, in the order in which they are offered.
func Reasons() []Reason {
	return []Reason{ReasonData, ReasonSecurity, ReasonThirdParty, ReasonBehaviour, ReasonOther}
}

// ReadReason reads a reason and the words after it: "data orders doubled". Words that
// begin with none are another reason.
func ReadReason(typed string) (Reason, text.Safe) {
	typed = strings.TrimSpace(typed)
	for _, r := range Reasons() {
		for _, name := range []string{string(r), strings.ReplaceAll(string(r), " ", "-")} {
			rest, ok := cutWord(typed, name)
			if ok {
				return r, text.Clean(rest)
			}
		}
	}
	return ReasonOther, text.Clean(typed)
}

// cutWord is what stands behind a word, whatever its case, and behind its colon.
func cutWord(typed, word string) (rest string, ok bool) {
	if len(typed) < len(word) || !strings.EqualFold(typed[:len(word)], word) {
		return "", false
	}
	rest = strings.TrimPrefix(typed[len(word):], ":")
	if rest != "" && rest == typed[len(word):] && rest[0] != ' ' {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// Reasoning is why a rollback was begun, in words.
func (sw Switch) Reasoning() string {
	switch {
	case sw.By == Engine():
		return sw.Why.String()
	case sw.Reason == "":
		return "no reason given"
	case sw.Words.IsZero():
		return string(sw.Reason)
	}
	return string(sw.Reason) + ": " + sw.Words.String()
}

// Rollback is the last move of traffic back that arrived; ok is false if there was none.
func (s State) Rollback() (sw Switch, ok bool) {
	for _, sw := range slices.Backward(s.Switches) {
		if sw.Way.Back && sw.Arrived {
			return sw, true
		}
	}
	return Switch{}, false
}

// Unexplained is the last rollback, if a person began it and nobody has said what for.
func (s State) Unexplained() (Switch, bool) {
	sw, ok := s.Rollback()
	return sw, ok && sw.By != Engine() && sw.Reason == ""
}

func decideExplain(s State, in Explain) ([]Body, error) {
	sw, ok := s.Rollback()
	switch {
	case !ok || sw.By == Engine():
		return refuse("no-rollback", "there is no rollback by a person to give a reason for", "the reason is asked once the traffic is back, never before")
	case in.Reason == "":
		return refuse("no-reason", "that is no reason yet", "data, security, third party, behaviour, or other")
	}
	return []Body{Explained{Switch: sw.Name, Reason: in.Reason, Text: in.Text}}, nil
}

func (s State) explained(b Explained) State {
	s.Switches = s.sw(b.Switch, func(sw *Switch) { sw.Reason, sw.Words = b.Reason, b.Text })
	return s
}
