package engine

import (
	"cmp"
	"slices"

	"goaround/engine/tick"
	"goaround/targets"
)

// history sums the proxy's past requests to one slot up to ticks.
type history struct {
	slot    targets.Slot
	seconds map[key]tick.Tick
}

type key struct {
	targets.Where
	at int64
}

func (h history) see(r targets.Request) {
	if r.Slot != h.slot || r.Aborted {
		return
	}
	k := key{r.Where, r.At.Unix()}
	t := h.seconds[k]
	t.Where, t.At = r.Where, k.at
	t.N++
	if r.Bad {
		t.Bad++
	}
	if r.Latency > 0 {
		t.Hist = t.Hist.Add(r.Latency)
	}
	h.seconds[k] = t
}

func (h history) ticks() []tick.Tick {
	out := make([]tick.Tick, 0, len(h.seconds))
	for _, t := range h.seconds {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b tick.Tick) int { return cmp.Or(cmp.Compare(a.At, b.At), a.Where.Compare(b.Where)) })
	return out
}
