package guard

import (
	"slices"
	"time"

	"goaround/engine/tick"
)

// count is what a window holds.
type count struct {
	n, bad      int
	timed, slow int // answers with a known latency, and those over the baseline's p95
	hist        tick.Hist
}

// tally counts ticks. Without a p95 in the baseline no answer is timed.
func tally(ticks []tick.Tick, p95 time.Duration) count {
	var c count
	for _, t := range ticks {
		c.n, c.bad, c.hist = c.n+t.N, c.bad+t.Bad, c.hist.Merge(t.Hist)
	}
	if p95 > 0 {
		c.timed, c.slow = c.hist.Count(), c.hist.Over(p95)
	}
	return c
}

// total is the sum of counts.
func total(counts []count) count {
	var t count
	for _, c := range counts {
		t.n, t.bad, t.timed, t.slow = t.n+c.n, t.bad+c.bad, t.timed+c.timed, t.slow+c.slow
		t.hist = t.hist.Merge(c.hist)
	}
	return t
}

// last is a new slice of the last n of all and one more.
func last[T any](n int, all []T, one T) []T {
	return append(slices.Clone(all[max(0, len(all)-n+1):]), one)
}
