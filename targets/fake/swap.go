package fake

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// worker is a released service without a route.
type worker struct {
	name       string
	startFirst bool
}

// turn waits until every swap of a host that was asked for before is over.
func (s *site) turn(ctx context.Context, name string) (end func(), err error) {
	s.mu.Lock()
	h, err := s.host(name)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	select {
	case h.swapping <- struct{}{}:
		return func() { <-h.swapping }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// swap swaps one worker after another.
func (t *Target) swap(ctx context.Context, op targets.Op) error {
	for _, w := range t.site.workers {
		if err := t.swapOne(ctx, op, w); err != nil {
			return err
		}
	}
	return nil
}

func (t *Target) swapOne(ctx context.Context, op targets.Op, w worker) error {
	if _, part := op.Release.Images[w.name]; part && !t.site.has(op, w) {
		return text.NewProblem(targets.CodeGone, fmt.Sprintf("%s has no container in %s on %s", w.name, op.Slot, op.Host), "deploy its version anew")
	}
	if !w.startFirst {
		t.site.halt(op.Host, op.From, w)
	}
	err := t.site.bring(ctx, op.Host, op.Slot, w)
	if lost := t.ours(); lost != nil || ctx.Err() != nil {
		return cmp.Or(ctx.Err(), lost)
	}
	if err != nil {
		t.site.halt(op.Host, op.Slot, w)
		if !w.startFirst {
			t.site.with(op.Host, op.From, w, (*instance).run)
		}
		return err
	}
	t.site.halt(op.Host, op.From, w)
	return nil
}

func (s *site) has(op targets.Op, w worker) (there bool) {
	s.with(op.Host, op.Slot, w, func(*instance) { there = true })
	return there
}

// with does something to a worker's instance, if there is one.
func (s *site) with(name string, slot targets.Slot, w worker, do func(*instance)) {
	s.on(name, func(h *host) {
		if in := h.slots[slot].instance(w.name); in != nil {
			do(in)
		}
	})
}

func (s *site) halt(host string, slot targets.Slot, w worker) {
	s.with(host, slot, w, (*instance).halt)
}

// bring starts a worker and waits until it is healthy.
func (s *site) bring(ctx context.Context, host string, slot targets.Slot, w worker) error {
	well := true
	s.with(host, slot, w, func(in *instance) { in.run(); well = in.boot() })
	for end := time.Now().Add(s.readyWithin); !well; {
		if !time.Now().Before(end) {
			return s.neverReady(fmt.Sprintf("worker %s in %s on %s", w.name, slot, host))
		}
		if err := inproc.Pause(ctx, probe); err != nil {
			return err
		}
		s.with(host, slot, w, func(in *instance) { well = in.boot() })
	}
	return nil
}
