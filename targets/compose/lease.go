package compose

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"goaround/targets"
	"goaround/targets/text"
)

// lease is the right to change the target: a hold on each of its hosts.
type lease struct {
	holds []*hold
	lost  chan struct{}
	stop  context.CancelFunc // ends the heartbeat
	beats sync.WaitGroup

	mu   sync.Mutex
	err  error // why it is not ours; nil while it is
	step text.Safe
}

// errReleased is the Err of a lease that was given back.
var errReleased = text.NewProblem("no-lease", "nothing was changed, because the lease is not held", "take the lease first")

// Acquire takes the lease, all hosts or none; see targets.Target. Everybody begins with the
// same host, so that of those who want it at the same moment one gets it. By force it is
// taken where an engine answers.
func (t *Target) Acquire(ctx context.Context, c targets.Claim) (targets.Lease, error) {
	l := &lease{lost: make(chan struct{})}
	var away error
	byName := slices.SortedFunc(slices.Values(t.hosts), func(a, b *host) int { return strings.Compare(a.name, b.name) })
	for _, h := range byName {
		held, err := h.take(ctx, c)
		switch {
		case err == nil:
			l.holds = append(l.holds, held)
		case c.Force && ctx.Err() == nil && !errors.As(err, new(*targets.HeldError)):
			away = errors.Join(away, err)
		default:
			return nil, errors.Join(err, l.giveBack(ctx))
		}
	}
	if len(l.holds) == 0 {
		return nil, away
	}
	ctx, l.stop = context.WithCancel(ctx)
	for _, held := range l.holds {
		l.beats.Go(func() { l.beat(ctx, held) })
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lease = l
	return l, nil
}

// mayChange looks that the lease on h is still ours, right before a change.
func (t *Target) mayChange(ctx context.Context, h *host) error {
	t.mu.Lock()
	l := t.lease
	t.mu.Unlock()
	if l == nil {
		return errReleased
	}
	if err := l.state(); err != nil {
		return err
	}
	for _, held := range l.holds {
		if held.host == h {
			return l.judge(held.check(ctx))
		}
	}
	return errReleased
}

// beat sends heartbeats until ctx ends or the lease is lost. An engine that does not
// answer is asked again at the next one: if the lease is gone by then, it is seen.
func (l *lease) beat(ctx context.Context, held *hold) {
	for {
		var lost *targets.HeldError
		if err := l.judge(held.beat(ctx, l.doing())); errors.As(err, &lost) {
			return
		}
		if err := pause(ctx, held.host.beatEvery()); err != nil {
			return
		}
	}
}

// judge keeps an error that says that the lease is somebody else's.
func (l *lease) judge(err error) error {
	var held *targets.HeldError
	if !errors.As(err, &held) {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = held
		close(l.lost)
	}
	return l.err
}

func (l *lease) state() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Note says what the holder is doing.
func (l *lease) Note(step text.Safe) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.step = step
}

func (l *lease) doing() text.Safe {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.step
}

// Lost is closed when the lease is somebody else's.
func (l *lease) Lost() <-chan struct{} { return l.lost }

// Err is nil while the lease is ours, a *targets.HeldError after it was taken.
func (l *lease) Err() error {
	if err := l.state(); err != errReleased {
		return err
	}
	return nil
}

// Release gives the lease back on all hosts, and ends the heartbeat.
func (l *lease) Release(ctx context.Context) error {
	l.stop()
	l.beats.Wait()
	l.mu.Lock()
	if l.err == nil {
		l.err = errReleased
	}
	l.mu.Unlock()
	return l.giveBack(ctx)
}

func (l *lease) giveBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	var errs []error
	for _, held := range l.holds {
		errs = append(errs, held.release(ctx))
	}
	return errors.Join(errs...)
}
