package tick

import (
	"goaround/targets"
)

// Column is what a chart shows in one column: the ticks of a span of seconds, merged.
type Column struct {
	Tick        // At is its first second; Where is what all its ticks share
	Seconds int // how many of its seconds are known; 0: nothing is known, which is not "no traffic"
}

// PerSecond is the rate of requests over the seconds that are known.
func (c Column) PerSecond() float64 {
	if c.Seconds == 0 {
		return 0
	}
	return float64(c.N) / float64(c.Seconds)
}

// Columns cuts the seconds from <= At < to into columns of equal length, oldest first,
// and merges the ticks that keep wants in each; a nil keep wants all. Ticks are ordered
// by At. Where there are more columns than seconds, neighbours show the same second.
func Columns(ticks []Tick, from, to int64, columns int, keep func(targets.Where) bool) []Column {
	out := make([]Column, max(columns, 0))
	var m merger
	for i := range out {
		first := from + int64(i)*(to-from)/int64(columns)
		end := min(to, max(first+1, from+int64(i+1)*(to-from)/int64(columns)))
		ticks = Between(ticks, first, to)
		out[i] = m.merge(Between(ticks, first, end), keep)
		out[i].At = first
	}
	return out
}

// Sum merges ticks, which are ordered by At, into one column that begins with the first.
func Sum(ticks []Tick) Column {
	var m merger
	c := m.merge(ticks, nil)
	if len(ticks) > 0 {
		c.At = ticks[0].At
	}
	return c
}

// merger merges ticks: Sampled if one is, Silent if all that know are, Blind if all are.
type merger struct{ hist adder }

func (m *merger) merge(ticks []Tick, keep func(targets.Where) bool) Column {
	c := Column{}
	c.Silent, c.Blind = true, true
	merged, last := 0, int64(0)
	for i := range ticks {
		t := &ticks[i]
		if keep != nil && !keep(t.Where) {
			continue
		}
		if merged == 0 {
			c.Where = t.Where
		}
		merged++
		c.Where = shared(c.Where, t.Where)
		c.N, c.Bad, c.Sampled = c.N+t.N, c.Bad+t.Bad, c.Sampled || t.Sampled
		for _, cell := range t.Hist {
			m.hist.add(cell)
		}
		c.Blind = c.Blind && t.Blind
		if !t.Known() {
			continue
		}
		if c.Seconds == 0 || t.At != last {
			c.Seconds++
		}
		last, c.Silent = t.At, c.Silent && t.Silent
	}
	c.Silent = c.Silent && c.Seconds > 0
	c.Hist = m.hist.hist()
	return c
}

// shared keeps what both have in common.
func shared(a, b targets.Where) targets.Where {
	if a.Host != b.Host {
		a.Host = ""
	}
	if a.Service != b.Service {
		a.Service = ""
	}
	if a.Slot != b.Slot {
		a.Slot = targets.NoSlot
	}
	return a
}
