package pane

import (
	"fmt"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Notes are the rows that say what a person should know first, the most urgent on top:
// what the recorder lost, alarms, what failed, and at last the crew's newest word.
func Notes(s Sight, width, height int) []string {
	rows := Urgent(s)
	if hidden := len(rows) - height; hidden > 0 {
		rows[height-1] += fmt.Sprintf("  (+%d more)", hidden)
		return layout.Block(s.Theme, rows, width, height)
	}
	if g := s.guide(); g != "" && len(rows) < height {
		rows = append(rows, " "+s.Theme.Paint(theme.Good, "demo: ")+g)
	}
	words := s.State.Words
	for _, w := range words[max(len(words)-height+len(rows), 0):] {
		rows = append(rows, fmt.Sprintf(" %s %s: %s", s.at(w.Mono), w.By.Name, w.Text))
	}
	return layout.Block(s.Theme, rows, width, height)
}

// Urgent are those of the notes that nobody may miss.
func Urgent(s Sight) []string {
	var rows []string
	if n := s.State.Lost; n > 0 {
		rows = append(rows, s.Theme.Paint(theme.Alarm, fmt.Sprintf(" !! the recorder lost %s events: the recording has a gap ", Count(n))))
	}
	for _, a := range s.State.Alarms {
		rows = append(rows, " "+s.Theme.Paint(theme.Alarm, " !! "+a.Host+" ")+" "+sentence(a.Problem))
	}
	if p := s.trouble(); p != nil {
		rows = append(rows, " "+s.Theme.Paint(theme.Warn, "!! "+p.Say.String())+hint(p))
	}
	return rows
}

// trouble is the problem that stands in the way now: why the session ends, a step or a
// check that failed, a switch that went wrong.
func (s Sight) trouble() *text.Problem {
	st := s.State
	switch {
	case st.Ended != nil:
		return nil
	case st.Closing != nil && st.Closing.Problem != nil:
		return st.Closing.Problem
	case st.Lease.Lost:
		return text.NewProblem("lease-lost", "the lease is "+st.Lease.To.String()+"'s now: nothing more is done from here", "`goaround status` says what is live")
	}
	if sw, ok := st.Switch(); ok && sw.Finished && sw.End.Problem != nil {
		return sw.End.Problem
	}
	for _, step := range st.Steps {
		if p := s.stepProblem(step); p != nil {
			return p
		}
	}
	for _, it := range st.Items {
		if it.Status == release.StatusFailed {
			return &text.Problem{Say: text.Clean(it.Title.String() + ": " + it.Evidence.String())}
		}
	}
	return nil
}

func sentence(p *text.Problem) string { return p.Say.String() + hint(p) }

func hint(p *text.Problem) string {
	if p.Hint.IsZero() {
		return ""
	}
	return "; " + p.Hint.String()
}

// Problem is a refusal in one row: the sentence and the hint.
func Problem(t theme.Theme, p *text.Problem, width int) string {
	return layout.Fit(t, " "+t.Paint(theme.Warn, "! "+p.Say.String())+hint(p), width)
}
