package release

import (
	"time"

	"goaround/targets"
)

// Drain is what is in flight in the slot that the traffic was taken from.
type Drain struct {
	Slot targets.Slot  // NoSlot: no traffic was moved
	N    int           // requests, and other connections
	Left time.Duration // until what has not ended is cut; 0: the slot is not being stopped
}

// Drain is what is in flight, at a time since the session's start, in the slot that the
// traffic was taken from last: as the proxies count it, or the operations that stop it.
func (s State) Drain(clock time.Duration) Drain {
	d := Drain{Slot: s.left()}
	if d.Slot == targets.NoSlot {
		return d
	}
	stopping := false
	for _, o := range s.Ops {
		if o.Verb != targets.VerbRetire || o.Slot != d.Slot {
			continue
		}
		stopping = true
		if o.Status == StatusRunning && o.Last.InFlight > 0 {
			d.N += o.Last.InFlight
			d.Left = max(d.Left, o.Since+o.Op.Drain-clock)
		}
	}
	if stopping {
		return d
	}
	for _, a := range s.Active {
		if a.Slot == d.Slot {
			d.N += a.N
		}
	}
	return d
}

// left is the slot that the traffic was taken from last, once the proxies have confirmed.
func (s State) left() targets.Slot {
	if sw, ok := s.Moved(); ok {
		if sw.Arrived {
			return sw.Way.From
		}
		return targets.NoSlot
	}
	if s.CutAt > 0 {
		return s.Plan.From
	}
	return targets.NoSlot
}

// Severed is how many connections were cut when a drain was over.
func (s State) Severed() int {
	n := 0
	for _, o := range s.Ops {
		n += o.Cut
	}
	return n
}
