package inproc

import (
	"context"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Stale is how long a holder is silent before anybody may take its lease.
const Stale = 30 * time.Second

// Leases is the lease of one app and environment. The zero value is free. Its
// heartbeat is the life of the holder's context, so it costs no goroutine. Safe for
// concurrent use.
type Leases struct {
	mu         sync.Mutex
	holder     *Lease // nil: free
	generation int
}

// Acquire takes the lease until it is released or taken; the heartbeat lasts as long
// as ctx. It is a *targets.HeldError if somebody else has it.
func (ls *Leases) Acquire(ctx context.Context, c targets.Claim) (*Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.holder != nil && !c.From(ls.holder.claim.Session) && ls.holder.age() < Stale {
		return nil, ls.holder.held()
	}
	l := ls.give(c)
	l.unbeat = context.AfterFunc(ctx, l.Silence)
	return l, nil
}

// Seize takes the lease from whoever has it, for an owner whose heartbeat never ends.
func (ls *Leases) Seize(c targets.Claim) *Lease {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.give(c)
}

// Holder is who has the lease; nil: nobody.
func (ls *Leases) Holder() *targets.Holder {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.holder == nil {
		return nil
	}
	h := ls.holder
	return &targets.Holder{
		By: text.Clean(h.claim.By), Session: text.Clean(h.claim.Session),
		Since: h.since, Age: h.age(), Generation: h.generation,
		Step: h.step, Free: h.age() >= Stale,
	}
}

func (ls *Leases) give(c targets.Claim) *Lease {
	ls.generation++
	l := &Lease{
		leases: ls, claim: c, since: time.Now(), generation: ls.generation,
		lost: make(chan struct{}), unbeat: func() bool { return true },
	}
	if ls.holder != nil {
		ls.holder.take(l)
	}
	ls.holder = l
	return l
}

// Lease is one person's hold, a [targets.Lease]. Its fields below claim are guarded by
// the mutex of its Leases.
type Lease struct {
	leases     *Leases
	since      time.Time
	generation int
	lost       chan struct{}
	unbeat     func() bool
	claim      targets.Claim
	last       time.Time // of the last heartbeat; zero: it beats
	taker      *Lease
	gone       bool // released
	step       text.Safe
}

// Lost is closed when the lease is somebody else's.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Err is nil until the lease was taken, then a *targets.HeldError that says by whom.
func (l *Lease) Err() error {
	l.leases.mu.Lock()
	defer l.leases.mu.Unlock()
	if l.taker == nil {
		return nil
	}
	return l.taker.held()
}

// Note says what the holder is doing.
func (l *Lease) Note(step text.Safe) {
	l.leases.mu.Lock()
	defer l.leases.mu.Unlock()
	l.step = step
}

// Release gives the lease back. Giving back what was taken or given back changes nothing.
func (l *Lease) Release(context.Context) error {
	l.unbeat()
	l.leases.mu.Lock()
	defer l.leases.mu.Unlock()
	l.gone = true
	if l.leases.holder == l {
		l.leases.holder = nil
	}
	return nil
}

// Ours reports by nil that l lets its owner change the target; the nil Lease does not.
func (l *Lease) Ours() error {
	if l == nil {
		return noLease()
	}
	if err := l.Err(); err != nil {
		return err
	}
	l.leases.mu.Lock()
	defer l.leases.mu.Unlock()
	if l.gone {
		return noLease()
	}
	return nil
}

func noLease() *text.Problem {
	return text.NewProblem("no-lease", "nothing was changed, because the lease is not held", "take the lease first")
}

// Silence stops the heartbeat; of the nil Lease there is none.
func (l *Lease) Silence() {
	if l == nil {
		return
	}
	l.unbeat()
	l.leases.mu.Lock()
	defer l.leases.mu.Unlock()
	l.last = time.Now()
}

func (l *Lease) take(by *Lease) {
	l.unbeat()
	l.taker = by
	close(l.lost)
}

func (l *Lease) age() time.Duration {
	if l.last.IsZero() {
		return 0
	}
	return time.Since(l.last)
}

func (l *Lease) held() *targets.HeldError {
	return &targets.HeldError{
		By: text.Clean(l.claim.By), Session: text.Clean(l.claim.Session), Since: l.since, Age: l.age(),
	}
}
