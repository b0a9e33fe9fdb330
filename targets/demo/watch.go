package demo

import (
	"context"
	"fmt"
	"os"
	"time"

	"goaround/targets"
)

// Watch hands over requests and lines as they are seen, counters every second, and
// vitals when they change and every 5 s.
func (s *site) Watch(ctx context.Context, sink func(targets.Sighting)) error {
	q := s.feed.Follow()
	defer q.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	w := watcher{said: map[targets.Where]said{}}
	w.measure(s.hosts, sink)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			w.measure(s.hosts, sink)
		case <-q.Wake():
			for _, seen := range q.Take() {
				sink(seen)
			}
		}
	}
}

// Past hands over the requests of the last back.
func (s *site) Past(ctx context.Context, back time.Duration, sink func(targets.Request)) error {
	for _, r := range s.log.Since(time.Now().Add(-back)) {
		sink(r)
	}
	return ctx.Err()
}

// watcher remembers what one watch was told of each instance.
type watcher struct{ said map[targets.Where]said }

type said struct {
	at     time.Time
	worked int64
	cores  float64
	state  targets.Condition
	health targets.Health
}

func (w *watcher) measure(hosts []*host, sink func(targets.Sighting)) {
	now := time.Now()
	for _, h := range hosts {
		for _, name := range slots() {
			sl := h.slot(name)
			if sl == nil {
				continue
			}
			sink(h.proxy.counter(sl, now))
			w.vital(sl, now, sink)
		}
	}
}

func (p *proxy) counter(sl *slot, now time.Time) targets.Counter {
	t := p.totals[sl.name]
	return targets.Counter{
		Where: sl.app.at, At: now, Requests: t.requests.Load(), Bad: t.bad.Load(),
		Active: int(t.active.Load()), Process: fmt.Sprint(os.Getpid()),
	}
}

// vitalsEvery is the longest time between two vitals of an instance.
const vitalsEvery = 5 * time.Second

func (w *watcher) vital(sl *slot, now time.Time, sink func(targets.Sighting)) {
	in := sl.state().Instances[0]
	was := w.said[sl.app.at]
	is := said{at: now, worked: sl.app.worked.Load(), state: in.State, health: in.Health}
	is.cores = cores(was, is)
	changed := was.state != is.state || was.health != is.health || was.cores < 0
	if !changed && now.Sub(was.at) < vitalsEvery {
		return
	}
	w.said[sl.app.at] = is
	v := targets.Vital{Where: sl.app.at, At: now, State: in.State, Health: in.Health}
	if v.State == targets.Running {
		v.CPU, v.Memory = is.cores, sl.app.memory()
	}
	sink(v)
}

// cores is the model's CPU between two looks; negative: unknown.
func cores(was, is said) float64 {
	if was.at.IsZero() || is.worked < was.worked {
		return -1
	}
	return float64(is.worked-was.worked) / float64(is.at.Sub(was.at))
}

// memory is the model's: 46 MiB, and caches that fill up with the requests served.
func (a *app) memory() uint64 {
	const base, cache, half = 46 << 20, 38 << 20, 400
	n := a.served.Load()
	return base + uint64(cache*n/(n+half))
}
