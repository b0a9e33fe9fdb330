package demo

import (
	"context"

	"goaround/targets"
)

// Acquire takes the lease of both hosts.
func (t *Target) Acquire(ctx context.Context, c targets.Claim) (targets.Lease, error) {
	l, err := t.leases.Acquire(ctx, c)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mine = l
	return l, nil
}

// ours is nil while this target has the lease.
func (t *Target) ours() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mine.Ours()
}
