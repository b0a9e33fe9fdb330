package signals

import (
	"goaround/engine/tick"
	"goaround/targets"
)

// place is one slot of one service on one host.
type place struct {
	where   targets.Where
	first   int64 // the second it was first seen in
	open    map[int64]*second
	witness witness
}

func newPlace(w targets.Where, first int64) *place {
	return &place{where: w, first: first, open: map[int64]*second{}}
}

// second holds the lines of one second.
type second struct {
	n, bad   int // that count
	stray    int // of them, those that found no server: no server's counter has them
	lines    int // of servers, client aborts too: what the counters count
	badLines int
	latency  map[int16]uint32 // by bucket
}

// settle gives a request that found no server to live, and reports whether it did.
func settle(r *targets.Request, live targets.Slot) (stray bool) {
	if r.Slot != targets.NoSlot {
		return false
	}
	r.Slot, r.Bad = live, true
	return true
}

func (s *second) count(r targets.Request, stray bool) {
	switch {
	case stray && !r.Aborted:
		s.stray++
	case !stray:
		s.lines++
	}
	if r.Aborted {
		return
	}
	s.n++
	if r.Bad {
		s.bad++
	}
	if r.Bad && !stray {
		s.badLines++
	}
	if r.Latency > 0 {
		if s.latency == nil {
			s.latency = map[int16]uint32{}
		}
		s.latency[tick.Bucket(r.Latency)]++
	}
}

func (s *second) add(o *second) {
	s.n, s.bad, s.stray = s.n+o.n, s.bad+o.bad, s.stray+o.stray
	s.lines, s.badLines = s.lines+o.lines, s.badLines+o.badLines
	if s.latency == nil {
		s.latency = o.latency
		return
	}
	for i, n := range o.latency {
		s.latency[i] += n
	}
}

// second is the open second of that number.
func (p *place) second(at int64) *second {
	s := p.open[at]
	if s == nil {
		s = &second{}
		p.open[at] = s
	}
	return s
}

// close is the tick of a second that is over.
func (p *place) close(at int64) tick.Tick {
	s := p.second(at)
	delete(p.open, at)
	t := tick.Tick{Where: p.where, At: at, N: s.n, Bad: s.bad, Hist: tick.HistOf(s.latency)}
	p.witness.testify(&t, s)
	return t
}

func (p *place) skip(to int64) {
	p.first = max(p.first, to)
	for at, s := range p.open {
		if at < to {
			delete(p.open, at)
			p.second(to).add(s)
		}
	}
}
