// Package signals turns what is seen of a target into ticks: requests, errors and
// latency, for each slot and second.
//
// There are two witnesses. The log has a line for each request, and with it the latency;
// lines may come late, or not at all. The proxy's counters miss nothing, but know no
// latency. Where the lines fall short of the counters, the counters count and the lines
// are a sample; where no line comes at all, the tick is blind.
package signals

import (
	"slices"
	"time"

	"goaround/engine/tick"
	"goaround/targets"
)

// catchUp is how many seconds at most are closed at once, after the machine slept, say.
// Of those before, nothing is known and no tick is given.
const catchUp = 60

// Meter counts requests into seconds and holds them against the proxy's own counters,
// its second witness. Not safe for concurrent use.
type Meter struct {
	live   targets.Slot
	next   int64 // the oldest second that is not closed; 0: nothing was seen
	places map[targets.Where]*place
	order  []targets.Where // of places
}

// NewMeter returns a meter that has seen nothing.
func NewMeter() *Meter { return &Meter{places: map[targets.Where]*place{}} }

// Route tells which slot is meant to be live: requests that found no server
// (targets.NoSlot) count for it, and are bad.
func (m *Meter) Route(s targets.Slot) { m.live = s }

// See counts a Request or a Counter that is seen now; other sightings are left out. A
// request counts in the second it says it was in, by the host's clock; where that is
// over, or has not come yet, in the nearest that is open: it is never lost.
func (m *Meter) See(now time.Time, s targets.Sighting) {
	switch s := s.(type) {
	case targets.Request:
		stray := settle(&s, m.live)
		p := m.place(now, s.Where)
		at := max(m.next, min(s.At.Unix(), now.Unix()))
		p.first = min(p.first, at)
		p.second(at).count(s, stray)
	case targets.Counter:
		if s.Slot != targets.NoSlot {
			m.place(now, s.Where).witness.see(now, s)
		}
	}
}

// Ticks returns the ticks of the seconds that are over by now and were not returned
// before, oldest first: a second is over one second after its end, so what is shown is
// late by at most 2 s. A slot that had traffic or has counters gets a tick for each
// second, also when nothing came.
func (m *Meter) Ticks(now time.Time) []tick.Tick {
	if m.next == 0 {
		return nil
	}
	end := now.Unix() - 1
	m.skip(end - catchUp)
	var out []tick.Tick
	for ; m.next < end; m.next++ {
		for _, w := range m.order {
			if p := m.places[w]; p.first <= m.next {
				out = append(out, p.close(m.next))
			}
		}
	}
	return out
}

func (m *Meter) place(now time.Time, w targets.Where) *place {
	if p := m.places[w]; p != nil {
		return p
	}
	if m.next == 0 {
		m.next = now.Unix()
	}
	p := newPlace(w, max(m.next, now.Unix()))
	m.places[w] = p
	at, _ := slices.BinarySearchFunc(m.order, w, targets.Where.Compare)
	m.order = slices.Insert(m.order, at, w)
	return p
}

// skip goes on to a later second; what waits before it is counted there.
func (m *Meter) skip(to int64) {
	if to <= m.next {
		return
	}
	m.next = to
	for _, p := range m.places {
		p.skip(to)
	}
}
