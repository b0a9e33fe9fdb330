package guard

import (
	"maps"
	"slices"
	"time"

	"goaround/engine/tick"
)

// Baseline is what is known of the old version of one service, over all hosts.
type Baseline struct {
	Service string        `json:"svc"`
	Seconds int           `json:"seconds"` // that were seen, quiet ones too
	N       int           `json:"n"`
	Bad     int           `json:"bad"`
	P50     time.Duration `json:"p50"`
	P95     time.Duration `json:"p95"`  // 0: no latency is known, and the guard judges none
	Slow    int           `json:"slow"` // answers over P95: about 5 % of N
}

// Learn sums ticks of the old version of service up to a Baseline; ticks of other
// services are left out. A second without a tick between the first and the last was
// quiet; one of which nothing is known is left out too.
func Learn(service string, ticks []tick.Tick) Baseline {
	b := Baseline{Service: service}
	known := map[int64]bool{}
	var h tick.Hist
	for _, t := range ticks {
		if t.Service == service {
			b.N, b.Bad, h = b.N+t.N, b.Bad+t.Bad, h.Merge(t.Hist)
			known[t.At] = known[t.At] || t.Known()
		}
	}
	b.Seconds = span(known)
	b.P50, b.P95 = h.Quantile(0.5), h.Quantile(0.95)
	b.Slow = h.Over(b.P95)
	return b
}

// span is how many seconds there are from the first to the last, without the unknown.
func span(known map[int64]bool) int {
	if len(known) == 0 {
		return 0
	}
	seconds := slices.Sorted(maps.Keys(known))
	n := int(seconds[len(seconds)-1] - seconds[0] + 1)
	for _, ok := range known {
		if !ok {
			n--
		}
	}
	return n
}

// Rate is how many requests a second there were; 0 if none were.
func (b Baseline) Rate() float64 {
	if b.Seconds == 0 {
		return 0
	}
	return float64(b.N) / float64(b.Seconds)
}

// ErrorRate is the share of bad answers, 0 to 1; 0 if there were no answers.
func (b Baseline) ErrorRate() float64 { return share(b.Bad, b.N) }

func share(k, n int) float64 {
	if n == 0 {
		return 0
	}
	return float64(k) / float64(n)
}
