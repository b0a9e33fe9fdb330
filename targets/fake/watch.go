package fake

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
)

// Watch hands over a batch each second: the requests, lines and alarms of it in their
// order, then counters and vitals.
func (t *Target) Watch(ctx context.Context, sink func(targets.Sighting)) error {
	t.note("watch")
	q := t.site.feed.Follow()
	defer q.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	w := watcher{site: t.site, vitals: map[targets.Where]targets.Vital{}}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.closed:
			return inproc.ErrClosed
		case <-tick.C:
		}
		measured := w.measure(time.Now())
		for _, s := range append(q.Take(), measured...) {
			sink(s)
		}
	}
}

// Past hands over the requests of the last back that were answered since New.
func (t *Target) Past(ctx context.Context, back time.Duration, sink func(targets.Request)) error {
	t.note("past")
	if err := cmp.Or(t.passes(ctx, Past, t.site.names())...); err != nil {
		return err
	}
	t.site.mu.Lock()
	t.site.advance(time.Now())
	t.site.mu.Unlock()
	for _, r := range t.site.log.Since(time.Now().Add(-back)) {
		sink(r)
	}
	return nil
}

// watcher remembers what one watch was told of each instance.
type watcher struct {
	site   *site
	n      int // seconds watched
	vitals map[targets.Where]targets.Vital
}

// measure reads the counters and the vitals, after all requests up to now.
func (w *watcher) measure(now time.Time) (seen []targets.Sighting) {
	w.site.mu.Lock()
	defer w.site.mu.Unlock()
	w.site.advance(now)
	for _, h := range w.site.hosts {
		if !h.heard() {
			continue
		}
		for _, slot := range []targets.Slot{targets.Base, targets.Blue, targets.Green} {
			if sl := h.slots[slot]; sl != nil {
				seen = append(seen, w.slot(h, slot, sl, now)...)
			} else {
				seen = append(seen, w.gone(h.name, slot, now)...)
			}
		}
	}
	w.n++
	return seen
}

func (w *watcher) slot(h *host, slot targets.Slot, sl *slot, now time.Time) (seen []targets.Sighting) {
	for _, in := range sl.instances {
		at := targets.Where{Host: h.name, Service: in.Service, Slot: slot}
		if !h.muted[Counters] {
			seen = append(seen, h.counter(at, now))
		}
		v := targets.Vital{Where: at, State: in.State, Health: in.Health, Restarts: in.Restarts, CPU: 0.1, Memory: 64 << 20}
		if !h.muted[Vitals] && (w.n%5 == 0 || w.vitals[at] != v) {
			w.vitals[at] = v
			v.At = now
			seen = append(seen, v)
		}
	}
	return seen
}

// gone are the instances of a slot that were seen before, once.
func (w *watcher) gone(host string, slot targets.Slot, now time.Time) (seen []targets.Sighting) {
	for at := range w.vitals {
		if at.Host == host && at.Slot == slot {
			delete(w.vitals, at)
			seen = append(seen, targets.Vital{Where: at, At: now, State: targets.Stopped})
		}
	}
	return seen
}

func (h *host) counter(at targets.Where, now time.Time) targets.Counter {
	c := targets.Counter{Where: at, At: now, Process: fmt.Sprint(h.process), Active: h.active[at]}
	if t := h.totals[at]; t != nil {
		c.Requests, c.Bad = t.requests, t.bad
	}
	return c
}
