package compose

import (
	"context"
	"time"

	"goaround/targets"
)

// persist writes down what is live: the proxy's own state, so that it comes up again as
// it is, and the record that any laptop reads.
func (h *host) persist(ctx context.Context, op targets.Op, _ func(targets.Progress)) error {
	r, err := h.router(ctx)
	if err != nil {
		return err
	}
	if err := r.Persist(ctx); err != nil {
		return err
	}
	return h.renew(ctx, func(before *targets.Record, now time.Time) targets.Record { return h.record(op, before, now) })
}

// renew writes the record of what is live anew, from the one before, which may be nil, and
// the engine's clock.
func (h *host) renew(ctx context.Context, next func(before *targets.Record, now time.Time) targets.Record) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	before, err := h.readStore(ctx, c)
	if err != nil {
		return err
	}
	now, err := h.clock(ctx)
	if err != nil {
		return err
	}
	return h.write(ctx, fileLive, next(before.live, now))
}

func (h *host) record(op targets.Op, before *targets.Record, now time.Time) targets.Record {
	r := targets.NewRecord(op, now)
	r.Took = map[string]time.Duration{}
	if before != nil {
		if before.Slot == r.Slot && before.Session == r.Session {
			r.Since = before.Since
		}
		for verb, took := range before.Took {
			r.Took[verb] = took
		}
	}
	h.times.into(r.Took)
	return r
}

// warn writes down that no way back is safe from now on.
func (h *host) warn(ctx context.Context, op targets.Op, _ func(targets.Progress)) error {
	return h.renew(ctx, func(before *targets.Record, now time.Time) targets.Record { return targets.Warned(before, op, now) })
}
