package plan

import (
	"slices"
	"strings"

	"goaround/checklist"
	"goaround/targets"
)

// swap is the step that has the workers follow the traffic.
func swap(p Plan, f *checklist.File, o targets.Observed) Step {
	s := Step{ID: StepSwap, Title: "swap the workers", Cause: orders(f), Undo: "swap back to " + string(p.From)}
	if p.First() {
		s.Title, s.Undo = "start the workers", "stop "+string(p.To)
	}
	s.Ops, s.Estimate = each(p.Hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbSwap, Slot: p.To, From: p.From, Release: p.Release,
		Session: p.Session, Cause: s.Cause, Undo: s.Undo})
	return s
}

// orders says of each worker what becomes of its work meanwhile.
func orders(f *checklist.File) string {
	var said []string
	for _, s := range f.Release {
		switch s.Order {
		case checklist.StartFirst:
			said = append(said, s.Name+" start-first, old and new overlap")
		case checklist.StopFirst:
			said = append(said, s.Name+" stop-first, a gap without any")
		}
	}
	return strings.Join(said, "; ")
}

// unfinished reports whether traffic was moved on some host and its workers did not
// follow: the session that did it died, or they could not be started.
func unfinished(o targets.Observed) bool {
	for _, h := range o.Hosts {
		if r := lastMove(h); r != nil && !(h.Slots[r.Slot].Works() && h.Slots[r.Before].Idle()) {
			return true
		}
	}
	return false
}

// again is the move of r once more, as one away from where it came from: what is there
// already is left as it is.
func again(r targets.Record) *targets.Record {
	r.Slot, r.Release, r.Before, r.BeforeWas = r.Before, r.BeforeWas, r.Slot, r.Release
	return &r
}

// working are the hosts that show a worker in one of two slots.
func working(o targets.Observed, a, b targets.Slot) []string {
	var hosts []string
	for _, h := range o.Hosts {
		for _, in := range append(slices.Clip(h.Slots[a].Instances), h.Slots[b].Instances...) {
			if in.Worker && !slices.Contains(hosts, h.Name) {
				hosts = append(hosts, h.Name)
			}
		}
	}
	return hosts
}
