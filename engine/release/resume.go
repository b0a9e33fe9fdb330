package release

import (
	"slices"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// Resumable is nil if another session can go on with this one, once nobody runs it any
// more; else it says why not, and what to do instead.
func (s State) Resumable() *text.Problem {
	again := "`goaround deploy IMAGE` begins anew"
	switch {
	case s.Session.Back:
		return text.NewProblem("not-resumable", "that session was a rollback", "`goaround rollback` goes back from what the hosts show")
	case s.Plan == nil:
		return text.NewProblem("not-resumable", "that session had not begun to change anything", again)
	case s.Ended == nil:
		return nil
	}
	switch s.Ended.End {
	case EndHeld, EndMixed, EndLocked, EndFailed:
		return nil
	}
	return text.NewProblem("not-resumable", "that session has ended: "+string(s.Ended.End), again)
}

// Begun is what the session had begun, for [plan.Resume]. It needs a plan.
func (s State) Begun() plan.Begun {
	b := plan.Begun{Plan: *s.Plan, Stores: map[string]string{}}
	for _, o := range s.Ops {
		if o.Verb == targets.VerbJob {
			b.Jobs = append(b.Jobs, o.Job.Name)
		}
	}
	for _, h := range s.Observed.Hosts {
		for _, j := range h.Jobs {
			if j.Session == s.Plan.Session && !slices.Contains(b.Jobs, j.Name) {
				b.Jobs = append(b.Jobs, j.Name)
			}
		}
	}
	if s.Unsafe != nil {
		b.Unsafe = s.Unsafe.Why
	}
	b.Back = s.Plan.Returns
	if sw, ok := s.Moved(); ok {
		b.Back = sw.Way.Back
	}
	b.WasBack = b.Back || slices.ContainsFunc(s.Switches, func(sw Switch) bool { return sw.Way.Back })
	b.Arrived = s.CutAt > 0 && s.Live == s.Plan.To && !b.Back
	for _, h := range s.Observed.Hosts {
		if h.Store != nil {
			b.Stores[h.Name] = h.Store.Session
		}
	}
	return b
}
