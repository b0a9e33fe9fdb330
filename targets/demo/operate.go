package demo

import (
	"context"
	"fmt"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// Do performs op.
func (t *Target) Do(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	if err := t.do(ctx, op, report); err != nil {
		return fmt.Errorf("%s %s on %s: %w", op.Verb, op.Slot, op.Host, err)
	}
	return nil
}

func (t *Target) do(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h, err := t.host(op.Host)
	if err != nil {
		return err
	}
	if err := t.ours(); err != nil {
		return err
	}
	begun := time.Now()
	if err := t.perform(ctx, h, op, report); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.took[op.TimedAs()] = time.Since(begun)
	return nil
}

func (t *Target) perform(ctx context.Context, h *host, op targets.Op, report func(targets.Progress)) error {
	switch op.Verb {
	case targets.VerbStage:
		return t.stage(ctx, h, op, report)
	case targets.VerbStart:
		return h.start(op.Slot)
	case targets.VerbReady:
		return t.awaitReady(ctx, h, op.Slot, report)
	case targets.VerbWarn:
		h.warn(op)
		return nil
	case targets.VerbJob:
		return h.jobs.Run(ctx, op, doing(op.Job), func(p targets.Progress) { tell(report, p) })
	case targets.VerbRoute:
		return h.route(op.Slot)
	case targets.VerbSwap:
		return nil
	case targets.VerbPersist:
		h.persist(op)
		return nil
	case targets.VerbRetire:
		return h.retire(ctx, op, report)
	case targets.VerbRemove:
		return h.remove(op.Slot)
	}
	return text.NewProblem("unknown-verb", fmt.Sprintf("there is no operation %q", op.Verb), "make the plan again")
}

func (t *Target) stage(ctx context.Context, h *host, op targets.Op, report func(targets.Progress)) error {
	if err := h.remove(op.Slot); err != nil {
		return err
	}
	sl := t.newSlot(h, op.Slot, op.Release)
	tell(report, targets.Progress{Text: text.Clean("create " + containerName(sl).String())})
	if err := inproc.Pause(ctx, t.pace.create); err != nil {
		return err
	}
	if err := t.ours(); err != nil {
		return err
	}
	tell(report, targets.Progress{Text: text.Clean("start " + containerName(sl).String())})
	if err := sl.start(time.Now()); err != nil {
		return err
	}
	h.put(op.Slot, sl).kill()
	h.jobs.Forget(op.Session)
	return nil
}

func (h *host) start(name targets.Slot) error {
	sl := h.slot(name)
	if sl == nil {
		return nothingThere(h, name)
	}
	return sl.start(time.Now())
}

func (h *host) route(to targets.Slot) error {
	if to == targets.NoSlot {
		h.proxy.stop()
		return nil
	}
	sl := h.slot(to)
	if sl == nil || !sl.up() {
		return text.NewProblem("server-down", fmt.Sprintf("the proxy on %s cannot send to %s", h.name, to), "start it and wait until it is ready")
	}
	h.proxy.send(sl)
	return nil
}

// retire stops a slot once the proxy has nothing in flight there, or the drain is over.
func (h *host) retire(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	say := func(p targets.Progress) { tell(report, p) }
	left, err := targets.Drain(ctx, op.Drain, func(context.Context) (int, error) { return h.proxy.inFlight(op.Slot), nil }, say)
	if err != nil {
		return err
	}
	if op.Slot == h.proxy.to() {
		return takesTraffic(h, op.Slot)
	}
	h.slot(op.Slot).kill()
	if left > 0 {
		say(targets.CutOff(left, op.Drain))
	}
	return nil
}

func (h *host) persist(op targets.Op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := targets.NewRecord(op, time.Now())
	h.store = &r
}

func (h *host) warn(op targets.Op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := targets.Warned(h.store, op, time.Now())
	h.store = &r
}

func (h *host) remove(name targets.Slot) error {
	if name == h.proxy.to() {
		return takesTraffic(h, name)
	}
	h.put(name, nil).kill()
	return nil
}

func takesTraffic(h *host, slot targets.Slot) error {
	return text.NewProblem("slot-live", fmt.Sprintf("%s takes the traffic of %s", slot, h.name), "route it to another slot first")
}
