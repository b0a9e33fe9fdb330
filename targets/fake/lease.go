package fake

import (
	"context"
	"fmt"

	"goaround/targets"
	"goaround/targets/inproc"
)

// lease notes that it is given back.
type lease struct {
	*inproc.Lease
	target *Target
	by     string
}

// Acquire takes the lease of all hosts or none.
func (t *Target) Acquire(ctx context.Context, c targets.Claim) (targets.Lease, error) {
	t.note("acquire by %s", c.By)
	names, silent := t.site.names(), 0
	for _, name := range names {
		if err := t.pass(ctx, Acquire, name); err != nil {
			if silent++; !c.Force || silent == len(names) {
				return nil, fmt.Errorf("acquire lease on %s: %w", name, err)
			}
		}
	}
	l, err := t.site.leases.Acquire(ctx, c)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mine = l
	return lease{l, t, c.By}, nil
}

// Release gives the lease back.
func (l lease) Release(ctx context.Context) error {
	l.target.note("release by %s", l.by)
	return l.Lease.Release(ctx)
}

// ours is nil while this connection has the lease.
func (t *Target) ours() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mine.Ours()
}
