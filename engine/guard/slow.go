package guard

import "time"

// The shares of slow answers that are told apart: a baseline of 300 requests knows its
// p95 well enough that the true share over it is below slowAmberP0 or slowRedP0.
const (
	slowRedP0   = 0.08
	slowRedP1   = 0.20
	slowAmberP0 = 0.065
	slowAmberP1 = 0.12
)

// slow is the sums of slow answers, one for RED and a finer one for AMBER, and the level.
type slow struct {
	red, amber cusum
	level      Level
	limit      [3]time.Duration // the p95 that OK, AMBER, RED ask for: a quarter, half, all of the way
}

func newSlow(s Settings, b Baseline) slow {
	over := wilson(b.Slow, b.N)
	way := func(part float64) time.Duration {
		return time.Duration(float64(b.P95) * (1 + part*(s.Latency-1)))
	}
	return slow{
		red:   cusum{odds: slowOdds(over, slowRedP0, slowRedP1)},
		amber: cusum{odds: slowOdds(over, slowAmberP0, slowAmberP1)},
		level: OK,
		limit: [3]time.Duration{way(0.25), way(0.5), way(1)},
	}
}

// slowOdds raises both shares alike where few requests leave the baseline's in doubt.
func slowOdds(over, p0, p1 float64) odds {
	q := min(max(p0, over), hopeless)
	return odds{q, min(q*p1/p0, certain)}
}

// next adds a window. While the caches are cold the sum for RED stops at AMBER, so that
// what was slow then does not count for RED later either.
func (s slow) next(c count, requests float64, p95 time.Duration, cold bool) slow {
	top := full
	if cold {
		top = amberFrom
	}
	s.red = s.red.next(c.timed, c.slow, s.red.bar(requests), top)
	s.amber = s.amber.next(c.timed, c.slow, s.amber.bar(requests), full)
	s.level = settle(s.level, s.s(requests), p95 > s.limit[2], p95 > s.limit[1], p95 > s.limit[0])
	return s
}

// s is both sums as one: the finer one, full, is worth AMBER.
func (s slow) s(requests float64) float64 {
	return max(s.red.s/s.red.bar(requests), amberFrom*s.amber.s/s.amber.bar(requests))
}

func (s slow) evidence(m count, b Baseline, requests float64) Evidence {
	return Evidence{S: s.s(requests), Rate: share(m.slow, m.timed), Base: share(b.Slow, b.N), Limit: s.red.p1}
}
