package targettest

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"goaround/targets"
)

func watchDelivers(x *trial) {
	x.lease()
	x.home()
	x.warm(targets.Blue, x.Good)
	x.live(targets.Blue)
	ctx, stop := context.WithCancel(x.ctx)
	defer stop()
	w := witness{trial: x}
	ended := make(chan error, 1)
	go func() { ended <- x.Target.Watch(ctx, w.see) }()
	x.until("request, counter and vital of the live slot", func() bool {
		x.send()
		return w.complete()
	})
	stop()
	if err := receive(x, "end of the watch", ended); err != nil {
		x.Errorf("watch ended with %v", err)
	}
}

func (x *trial) send() {
	x.Helper()
	if x.Send == nil {
		return
	}
	if err := x.Send(x.ctx); err != nil {
		x.Errorf("send a request: %v", err)
	}
}

// witness holds what it sees against the contract.
type witness struct {
	*trial
	inside  atomic.Bool // a call of see has not returned
	mu      sync.Mutex
	request bool
	counter bool
	vital   bool
	last    map[key]uint64
}

// key identifies the process that a counter's totals belong to.
type key struct {
	targets.Where
	process string
}

func (w *witness) see(s targets.Sighting) {
	if w.inside.Swap(true) {
		w.Error("sink was called while it was being called")
	}
	defer w.inside.Store(false)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s := s.(type) {
	case targets.Request:
		w.request = w.request || w.ours(s.Where, s.At) && s.Latency > 0 && !s.Bad && !s.Aborted
	case targets.Counter:
		w.rises(s)
		w.counter = w.counter || w.ours(s.Where, s.At) && s.Requests > 0
	case targets.Vital:
		w.vital = w.vital || w.ours(s.Where, s.At) && s.State == targets.Running
	}
}

func (w *witness) ours(at targets.Where, when time.Time) bool {
	if !slices.Contains(w.Hosts, at.Host) {
		w.Errorf("seen on host %q, which is none of %v", at.Host, w.Hosts)
	}
	return at.Service == w.Service && at.Slot == targets.Blue && !when.IsZero()
}

func (w *witness) rises(c targets.Counter) {
	k := key{c.Where, c.Process}
	if c.Requests < w.last[k] {
		w.Errorf("the counter of %+v fell from %d to %d", k, w.last[k], c.Requests)
	}
	if w.last == nil {
		w.last = map[key]uint64{}
	}
	w.last[k] = c.Requests
}

func (w *witness) complete() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.request && w.counter && w.vital
}

func pastIsOrdered(x *trial) {
	var seen []targets.Request
	x.until("request in the past", func() bool {
		x.send()
		seen = nil
		err := x.Target.Past(x.ctx, time.Hour, func(r targets.Request) { seen = append(seen, r) })
		if err != nil {
			x.Fatalf("past: %v", err)
		}
		return len(seen) > 0
	})
	ordered := slices.IsSortedFunc(seen, func(a, b targets.Request) int { return a.At.Compare(b.At) })
	if !ordered {
		x.Errorf("%d requests of the past are not in the order of time", len(seen))
	}
}
