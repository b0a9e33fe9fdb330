package guard

import "math"

const (
	floor    = 0.005 // p0 of errors is never lower
	contrast = 3     // p1 of errors is at least so many p0
	hopeless = 0.5   // no p0 is higher: a baseline worse than that tells nothing
	certain  = 0.95  // no p1 is higher
)

// bad is the sum of bad answers, and its level.
type bad struct {
	cusum
	level Level
}

func newBad(s Settings, b Baseline) bad {
	return bad{cusum: cusum{odds: badOdds(s, b)}, level: OK}
}

// badOdds is p0 and p1. The Wilson bound of less than about 100 requests says more about
// their number than about the service: what is merely unknown raises p0 to a third of
// the limit at most, where p1 is still the team's.
func badOdds(s Settings, b Baseline) odds {
	unknown := max(s.Errors/contrast, contrast*b.ErrorRate())
	p0 := min(max(floor, min(wilson(b.Bad, b.N), unknown)), hopeless)
	return odds{p0, min(max(s.Errors, contrast*p0), certain)}
}

func (e bad) next(c count, requests float64) bad {
	h := e.bar(requests)
	e.cusum = e.cusum.next(c.n, c.bad, h, full)
	e.level = settle(e.level, e.s/h, true, true, true)
	return e
}

// needs is how many requests it takes on average to see p1.
func (e bad) needs(requests float64) int {
	return int(math.Ceil(e.bar(requests) / e.drift(e.p1)))
}

func (e bad) evidence(m count, b Baseline, requests float64) Evidence {
	return Evidence{S: e.s / e.bar(requests), Rate: share(m.bad, m.n), Base: b.ErrorRate(), Limit: e.p1}
}
