package release

import (
	"fmt"
	"time"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// Wave is a part of the cutover.
type Wave struct {
	N, Of int      // the N-th, from 1, of so many; Of is 1 where all hosts move at once
	Hosts []string // that it moves
}

// Wave is the part of the cutover that comes next, or is under way; N is 0 after the last.
func (s State) Wave() Wave {
	if s.Plan == nil {
		return Wave{}
	}
	for _, st := range s.Plan.Steps {
		if state, _ := s.Step(st.ID); plan.Moves(st.ID) && !state.Status.Over() {
			var w Wave
			w.N, w.Of, w.Hosts = s.Plan.Wave(st.ID)
			return w
		}
	}
	return Wave{}
}

// Watched is the slot whose answers are judged: the live one, and between the waves of a
// cutover the one that some hosts have moved to.
func (s State) Watched() targets.Slot {
	if _, switched := s.Moved(); s.CanaryAt > 0 && s.CutAt == 0 && !switched {
		return s.Plan.To
	}
	return s.Live
}

// between is what is due between two waves besides the next one: what the guard's verdict
// on the first hosts asks for, and, where nobody is asked, a minute for that verdict. What
// is not well then, and becomes no better, is left as it is for a person.
// wait says that the next wave does not begin yet.
func (s State) between(wave int, now time.Duration) (acts []Act, wait bool) {
	if wave < 2 || s.Watched() != s.Plan.To {
		return nil, false
	}
	if acts = red(s, now); acts != nil {
		return acts, true
	}
	seen := now - s.CanaryAt - s.Scale(settle)
	if s.Session.Yes && s.unwell() && s.Countdown == nil && seen >= patience {
		return record(Closing{End: EndHeld, Problem: text.NewProblem("unwell",
			fmt.Sprintf("wave %d did not begin: the guard says %s: %s", wave, s.Guard.Level, s.Guard.Why),
			"the hosts before it serve the new version; `goaround rollback` takes them back, `goaround resume` goes on")}), true
	}
	return nil, s.Countdown != nil || s.Session.Yes && (s.unwell() || seen < 0)
}

// asked reports whether a person has to say that a wave may begin, and has not.
func (s State) asked(wave int) bool {
	words := 0
	for _, p := range s.passed {
		if p == PauseCutover {
			words++
		}
	}
	needs := wave
	if s.Plan.Settings.Cutover == checklist.CutoverAuto {
		needs--
	}
	return !s.Session.Yes && words < needs
}
