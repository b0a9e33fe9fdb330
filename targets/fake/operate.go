package fake

import (
	"context"
	"fmt"
	"maps"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// Do performs op at once, after its faults. The lease is looked at before and after
// them, so what hung while the lease was taken does nothing.
func (t *Target) Do(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	t.note("%s@%s %s", op.Verb, op.Host, op.Slot)
	if op.Verb == targets.VerbJob {
		var done context.CancelFunc
		ctx, done = t.outlives(ctx)
		defer done()
	}
	if err := t.do(ctx, op, report); err != nil {
		return fmt.Errorf("%s %s on %s: %w", op.Verb, op.Slot, op.Host, err)
	}
	return nil
}

// Done reports whether o shows that op is done.
func (t *Target) Done(o targets.Observed, op targets.Op) bool { return targets.Done(o, op) }

func (t *Target) do(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	begun := time.Now()
	if err := t.ours(); err != nil {
		return err
	}
	if report != nil {
		report(targets.Progress{Text: text.Clean(fmt.Sprintf("%s %s", op.Verb, op.Slot))})
	}
	if op.Verb == targets.VerbSwap {
		end, err := t.site.turn(ctx, op.Host)
		if err != nil {
			return err
		}
		defer end()
	}
	if err := t.pass(ctx, op.Verb, op.Host); err != nil {
		return err
	}
	if err := t.ours(); err != nil {
		return err
	}
	if op.Verb == targets.VerbSwap {
		if err := t.swap(ctx, op); err != nil {
			return err
		}
	}
	if err := t.site.perform(ctx, op, begun, report); err != nil {
		return err
	}
	return t.site.meet(ctx, op.Verb, op.Host, true)
}

func (s *site) perform(ctx context.Context, op targets.Op, begun time.Time, report func(targets.Progress)) error {
	switch op.Verb {
	case targets.VerbReady:
		if err := s.awaitReady(ctx, op); err != nil {
			return err
		}
	case targets.VerbJob:
		if err := s.job(ctx, op, report); err != nil {
			return err
		}
	case targets.VerbRetire:
		if err := s.drain(ctx, op, report); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.host(op.Host)
	if err != nil {
		return err
	}
	s.advance(time.Now())
	if err := s.change(h, op); err != nil {
		return err
	}
	h.took[op.TimedAs()] = time.Since(begun)
	return nil
}

func (s *site) change(h *host, op targets.Op) error {
	switch op.Verb {
	case targets.VerbStage:
		return s.stage(h, op)
	case targets.VerbStart:
		return h.start(op.Slot)
	case targets.VerbReady, targets.VerbJob, targets.VerbSwap:
	case targets.VerbWarn:
		r := targets.Warned(h.store, op, time.Now())
		h.store = &r
	case targets.VerbRoute:
		return h.route(op.Slot)
	case targets.VerbPersist:
		h.persist(op)
	case targets.VerbRetire:
		if op.Slot == h.live {
			return liveProblem(h)
		}
		h.slots[op.Slot].stop()
	case targets.VerbRemove:
		return h.remove(op.Slot)
	default:
		return text.NewProblem("unknown-verb", fmt.Sprintf("there is no operation %q", op.Verb), "make the plan again")
	}
	return nil
}

func (s *site) stage(h *host, op targets.Op) error {
	if op.Slot == h.live {
		return liveProblem(h)
	}
	h.jobs.Forget(op.Session)
	h.slots[op.Slot].stop()
	h.slots[op.Slot] = s.newSlot(op.Release)
	return nil
}

func (h *host) start(slot targets.Slot) error {
	sl := h.slots[slot]
	if sl == nil {
		return text.NewProblem("slot-empty", fmt.Sprintf("there is nothing in %s on %s", slot, h.name), "stage a release there")
	}
	sl.start()
	return nil
}

func (h *host) route(to targets.Slot) error {
	if sl := h.slots[to]; to != targets.NoSlot && !sl.allUp() {
		return text.NewProblem("server-down", fmt.Sprintf("the proxy on %s cannot send to %s", h.name, to), "start it and wait until it is ready")
	}
	h.send(to)
	return nil
}

func (h *host) persist(op targets.Op) {
	r := targets.NewRecord(op, time.Now())
	r.Took = maps.Clone(h.took)
	h.store = &r
}

func (h *host) remove(slot targets.Slot) error {
	if slot == h.live && h.slots[slot] != nil {
		return liveProblem(h)
	}
	h.slots[slot].stop()
	delete(h.slots, slot)
	return nil
}

func liveProblem(h *host) error {
	return text.NewProblem("slot-live", fmt.Sprintf("%s takes the traffic of %s", h.live, h.name), "route it to another slot first")
}

// probe is the time between two looks at a slot that is not ready.
const probe = 200 * time.Millisecond

func (s *site) awaitReady(ctx context.Context, op targets.Op) error {
	for end := time.Now().Add(s.readyWithin); ; {
		sl, err := s.look(op)
		if sl != nil || err != nil {
			return err
		}
		if !time.Now().Before(end) {
			return s.neverReady(fmt.Sprintf("%s on %s", op.Slot, op.Host))
		}
		if err := inproc.Pause(ctx, probe); err != nil {
			return err
		}
	}
}

// look probes a slot once; it returns it when it is ready.
func (s *site) look(op targets.Op) (*slot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.host(op.Host)
	if err != nil {
		return nil, err
	}
	sl := h.slots[op.Slot]
	if sl == nil {
		return nil, text.NewProblem("slot-empty", fmt.Sprintf("there is nothing in %s on %s", op.Slot, h.name), "stage a release there")
	}
	if !sl.boot() {
		return nil, nil
	}
	return sl, nil
}

func (s *site) neverReady(what string) error {
	p := text.NewProblem("not-ready", fmt.Sprintf("%s was not ready within %s", what, s.readyWithin), "read its last lines, mend the release, and deploy it again")
	p.More = []text.Safe{
		text.Clean("ERROR db: connection refused, try 3 of 3"),
		text.Clean("ERROR /healthz answers 503"),
	}
	return p
}
