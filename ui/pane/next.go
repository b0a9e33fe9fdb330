package pane

import (
	"fmt"
	"strings"
	"time"

	"goaround/checklist"
	"goaround/engine/release"
	"goaround/ui/theme"
)

// Next is the row that says what comes next, and which key does it.
func Next(s Sight) string { return " NEXT " + s.next() }

func (s Sight) press(key, text string) string { return s.Theme.Paint(theme.Strong, key) + " " + text }

func (s Sight) next() string {
	st := s.State
	switch {
	case st.Next == 0:
		return "the log of the session is read"
	case st.Ended != nil:
		return s.press("q", "leaves this screen")
	case s.workersFollow():
		return "once the workers follow it can be closed; the traffic has moved"
	case st.Switching():
		return "requests in flight are answered, then what is live is written down"
	case s.mixed():
		return s.press("R", "tries again  ") + s.press("q", "leaves it as it is")
	case st.Closing != nil:
		return "what is left is tidied up, then the session ends"
	case st.Held != nil && st.Pause == release.PauseNone:
		return s.press("H", "goes on")
	case st.Held != nil:
		return s.press("H", "goes on, then  ") + s.atPause()
	case st.Pause != release.PauseNone:
		return s.atPause()
	}
	return s.coming()
}

// wave says what the next part of the cutover moves.
func (s Sight) wave() string {
	w := s.State.Wave()
	if w.Of < 2 {
		return fmt.Sprintf("moves all traffic to %s on %s", s.new(), s.hosts())
	}
	return fmt.Sprintf("moves the traffic of %s to %s, wave %d of %d", strings.Join(w.Hosts, ", "), s.new(), w.N, w.Of)
}

// atPause is what the keys of the open pause do.
func (s Sight) atPause() string {
	st := s.State
	switch {
	case st.Pause == release.PauseVote:
		return s.press("v", "then ") + s.press("y", "GO") + fmt.Sprintf(": %s is started beside %s, traffic stays", s.new(), s.before())
	case st.Pause == release.PauseStart:
		return s.press("enter", fmt.Sprintf("starts %s beside %s, traffic stays", s.new(), s.before())) + s.wayOut()
	case st.Pause == release.PauseCutover:
		return s.press("enter", s.wave())
	case st.Pause == release.PauseFix:
		return s.fix() + s.wayOut()
	case st.Pause == release.PauseClose && st.RolledBack() && !followed(st):
		return s.press("enter", "closes: mixed, exit code 13; until then the workers are tried again")
	case st.Pause == release.PauseClose && st.RolledBack():
		return s.press("enter", "closes: rolled back, exit code 10") + s.reason("  ", "says what it was for")
	}
	return s.press("enter", "closes: shipped  ") + s.press("e", "watches longer")
}

// followed reports whether the workers are where the traffic was moved to.
func followed(st release.State) bool {
	w := st.Workers()
	return w.Status == "" || w.Status == release.StatusOK
}

// fix is what can be done about a check that failed, or a question that was answered no.
func (s Sight) fix() string {
	it, _ := s.State.Stuck(s.Clock)
	out := s.press("r", "runs it again")
	if !it.Auto() {
		out = s.press("space", "yes after all")
	}
	if !it.Key {
		out += "  " + s.press("x", "leaves it out, with a reason")
	}
	return out
}

// workersFollow reports whether of a switch only the workers are left.
func (s Sight) workersFollow() bool {
	sw, _ := s.State.Switch()
	return s.State.Switching() && sw.Arrived && !followed(s.State)
}

func (s Sight) wayOut() string {
	if s.State.Cut {
		return ""
	}
	return "  " + s.press("q", "aborts")
}

// reason is the key that gives a rollback its reason, while it has none.
func (s Sight) reason(before, what string) string {
	if _, open := s.State.Unexplained(); !open || s.State.Ended != nil {
		return ""
	}
	return before + s.press("m", what)
}

// mixed reports whether the last switch left the hosts different.
func (s Sight) mixed() bool {
	sw, ok := s.State.Switch()
	return ok && len(sw.End.Mixed) > 0 && s.State.Closing == nil && s.State.Ended == nil
}

// coming is what comes next while no pause is open.
func (s Sight) coming() string {
	st := s.State
	if it, ok := s.State.Asking(s.Clock); ok {
		return s.press("space", "yes  ") + s.press("n", "no") + fmt.Sprintf("  to %q", it.Title) + s.meant(it)
	}
	switch st.Phase {
	case release.PhasePreflight:
		if st.Plan == nil {
			return "the plan is made and frozen"
		}
		if _, waits := st.Waits(s.Clock); waits {
			return "it asks you then  " + s.press("H", "holds  ") + s.press("q", "leaves, nothing has changed")
		}
		return "GO / NO-GO, once every item is answered"
	case release.PhaseStage, release.PhaseCutover:
		return s.nextStep()
	}
	for _, it := range st.Items {
		if it.Phase == checklist.Post && !it.Status.Over() && s.due(it) > 0 {
			return fmt.Sprintf("in %s: %q", Clock(s.due(it)), it.Title)
		}
	}
	if st.RolledBack() {
		return "it can be closed once the guard says OK, or in a minute"
	}
	return "the watch ends, then close or extend"
}

// nextStep is the first step that has not begun.
func (s Sight) nextStep() string {
	for _, step := range s.State.Steps {
		if step.Status == release.StatusOpen {
			return "then " + step.Title
		}
	}
	return ""
}

// due is how long until an item of the watch is asked; 0: now.
func (s Sight) due(it release.Item) time.Duration {
	return max(s.State.Opens(it)-s.Clock, 0)
}
