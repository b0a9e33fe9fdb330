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

// Acquire takes the lease of all hosts or none, that of the first before the others.
func (t *Target) Acquire(ctx context.Context, c targets.Claim) (targets.Lease, error) {
	t.note("acquire by %s", c.By)
	silent, names := 0, t.site.names()
	errs := append(t.passes(ctx, Acquire, names[:1]), t.passes(ctx, Acquire, names[1:])...)
	for _, err := range errs {
		if err != nil {
			if silent++; !c.Force || silent == len(errs) {
				return nil, fmt.Errorf("acquire lease: %w", err)
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
