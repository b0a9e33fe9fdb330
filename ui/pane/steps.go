package pane

import (
	"fmt"
	"slices"
	"strings"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// shownLines is how many of a failed step's last log lines are opened.
const shownLines = 30

// Steps is the list of steps with what each is doing; a failed one opens its problem
// and the last lines of the log in place. Where that is more than height, lines of the
// log go first, the oldest before the others. at is the row of the step that matters
// now: running, failed, or next.
func Steps(s Sight, cursor, width, height int) (lines []string, at int) {
	for i, st := range s.State.Course(s.Clock) {
		point := " "
		if i == cursor {
			point = s.Theme.Paint(theme.Strong, ">")
			at = len(lines)
		}
		lines = append(lines, layout.Spread(s.Theme, fmt.Sprintf("%s%s %s", point, Mark(s.Theme, st.Status), st.Title), " "+s.stepTime(st)+" ", width))
		ops := s.stepOps(st, width)
		lines = append(lines, ops...)
		if p := s.stepProblem(st); p != nil {
			room := height - 1 - len(ops)
			lines = append(lines, opened(s.Theme, p, width, max(room, 3))...)
		}
	}
	return lines, at
}

// Current is the index of the step that matters now.
func (s Sight) Current() int {
	steps := s.State.Steps
	for _, status := range []release.Status{release.StatusFailed, release.StatusRunning, release.StatusOpen} {
		if i := slices.IndexFunc(steps, func(st release.Step) bool { return st.Status == status }); i >= 0 {
			return i
		}
	}
	return max(len(steps)-1, 0)
}

// Broken reports whether a step has failed, and its last lines are open.
func (s Sight) Broken() bool {
	return slices.ContainsFunc(s.State.Steps, func(st release.Step) bool { return s.stepProblem(st) != nil })
}

func (s Sight) stepTime(st release.Step) string {
	switch st.Status {
	case release.StatusRunning:
		if st.Estimate > 0 {
			return fmt.Sprintf("for %s of about %s", Seconds(s.since(st.Since)), Span(st.Estimate))
		}
		return "for " + Seconds(s.since(st.Since))
	case release.StatusOK, release.StatusFailed:
		return string(st.Status) + " " + Span(st.Took)
	case release.StatusSkipped:
		if st.ID == plan.StepWatch {
			return "broken off"
		}
		return "left out"
	}
	if st.Estimate > 0 {
		return "about " + Span(st.Estimate)
	}
	return ""
}

// stepOps says what each host is at, while a step runs or after it failed.
func (s Sight) stepOps(st release.Step, width int) []string {
	if st.Status != release.StatusRunning && st.Status != release.StatusFailed {
		return nil
	}
	var lines []string
	for _, o := range s.State.Ops {
		if o.Step == st.ID {
			line := "       " + o.Host + "  "
			switch o.Status {
			case release.StatusRunning:
				line += act(o) + s.after(o.Since) + s.progress(o)
			case release.StatusOK:
				line += "ok " + Span(o.Took)
			default:
				line += s.Theme.Paint(theme.Warn, "!! "+string(o.Status))
			}
			lines = append(lines, layout.Fit(s.Theme, line, width))
		}
	}
	for _, p := range st.Hosts {
		parts := slices.DeleteFunc([]string{p.Progress().Moved(), p.Text.String()}, func(s string) bool { return s == "" })
		lines = append(lines, layout.Fit(s.Theme, "       "+p.Host+"  "+strings.Join(parts, ", "), width))
	}
	return lines
}

// stepProblem is why a step, or the check that it is, failed.
func (s Sight) stepProblem(st release.Step) *text.Problem {
	if st.Status != release.StatusFailed {
		return nil
	}
	if it, ok := s.State.Item(st.Item); ok && st.Problem == nil {
		return &text.Problem{Say: it.Evidence, More: it.More}
	}
	return st.Problem
}

// opened is a problem in place: the sentence, the last lines, the hint.
func opened(t theme.Theme, p *text.Problem, width, lines int) []string {
	var out []string
	for i, l := range layout.Wrap("!! "+p.Say.String(), max(width-8, 8)) {
		out = append(out, "     "+t.Paint(theme.Warn, strings.Repeat("   ", min(i, 1))+l))
	}
	hint := hintLines(t, p, width)
	more := p.More[max(len(p.More)-shownLines, 0):]
	if room := max(lines-len(out)-len(hint), 1); len(more) > room {
		more = more[len(more)-room:]
	}
	for _, l := range more {
		out = append(out, "     "+t.Paint(theme.Dim, t.Wall())+" "+l.String())
	}
	return append(out, hint...)
}

func hintLines(t theme.Theme, p *text.Problem, width int) []string {
	if p.Hint.IsZero() {
		return nil
	}
	var out []string
	for _, l := range layout.Wrap(p.Hint.String(), max(width-8, 8)) {
		out = append(out, "     "+t.Paint(theme.Strong, l))
	}
	return out
}
