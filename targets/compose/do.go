package compose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"goaround/targets"
)

// Do performs one operation; see targets.Target. Where the time runs out while it looks
// whether the lease is still ours, nothing has been done, and the error says so.
func (t *Target) Do(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	h, err := t.host(op.Host)
	if err != nil {
		return err
	}
	may := func(ctx context.Context) error { return cmp.Or(ctx.Err(), t.mayChange(ctx, h)) }
	act, ok := map[targets.Verb]func(context.Context, targets.Op, func(targets.Progress)) error{
		targets.VerbStage: h.stage,
		targets.VerbStart: h.start,
		targets.VerbReady: h.ready,
		targets.VerbWarn:  h.warn,
		targets.VerbJob: func(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
			return t.job(ctx, h, op, report)
		},
		targets.VerbSwap: func(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
			return h.swap(ctx, op, report, may)
		},
		targets.VerbRoute:   h.route,
		targets.VerbPersist: h.persist,
		targets.VerbRetire: func(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
			return h.retire(ctx, op, report, may)
		},
		targets.VerbRemove: h.remove,
	}[op.Verb]
	if !ok {
		return fmt.Errorf("do %s on %s: unknown verb", op.Verb, op.Host)
	}
	if err := t.mayChange(ctx, h); errors.Is(err, context.DeadlineExceeded) {
		return h.silent(err)
	} else if err != nil {
		return err
	}
	began := time.Now()
	if err := act(ctx, op, report); err != nil {
		return err
	}
	h.times.note(op.TimedAs(), time.Since(began))
	return nil
}

// Done reports whether o shows that op is done; see targets.Target.
func (t *Target) Done(o targets.Observed, op targets.Op) bool { return targets.Done(o, op) }
