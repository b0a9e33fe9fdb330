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
// same host: of those who want it at the same moment one gets that, and goes on to the
// others. By force it is taken where an engine answers.
func (t *Target) Acquire(ctx context.Context, c targets.Claim) (targets.Lease, error) {
	l := &lease{lost: make(chan struct{})}
	rest := slices.SortedFunc(slices.Values(t.hosts), func(a, b *host) int { return strings.Compare(a.name, b.name) })
	var err error
	for len(rest) > 0 && len(l.holds) == 0 && (err == nil || silent(ctx, c, err)) {
		err = l.take(ctx, c, rest[:1])
		rest = rest[1:]
	}
	if len(l.holds) > 0 {
		err = l.take(ctx, c, rest)
	}
	if len(l.holds) == 0 || err != nil && !silent(ctx, c, err) {
		return nil, errors.Join(err, l.giveBack(ctx))
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

// silent reports whether an error of taking the lease is no obstacle: it is taken by force,
// and nobody else has it.
func silent(ctx context.Context, c targets.Claim, err error) bool {
	return c.Force && ctx.Err() == nil && !errors.As(err, new(*targets.HeldError))
}

// take takes the lease of hosts at once, and keeps what it gets.
func (l *lease) take(ctx context.Context, c targets.Claim, hosts []*host) error {
	holds, errs := make([]*hold, len(hosts)), make([]error, len(hosts))
	var all sync.WaitGroup
	for i, h := range hosts {
		all.Go(func() { holds[i], errs[i] = h.take(ctx, c) })
	}
	all.Wait()
	for i, held := range holds {
		if errs[i] == nil {
			l.holds = append(l.holds, held)
		}
	}
	return errors.Join(errs...)
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
	errs := make([]error, len(l.holds))
	var all sync.WaitGroup
	for i, held := range l.holds {
		all.Go(func() { errs[i] = held.release(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}
