package demo

import (
	"context"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Freeze writes a freeze on both hosts, where there is none.
func (s *site) Freeze(ctx context.Context, by, why text.Safe) error {
	for _, h := range s.hosts {
		h.mu.Lock()
		if h.freeze == nil {
			h.freeze = &targets.Freeze{By: by, Why: why, Since: time.Now()}
		}
		h.mu.Unlock()
	}
	return ctx.Err()
}

// Thaw takes it away.
func (s *site) Thaw(ctx context.Context) error {
	for _, h := range s.hosts {
		h.mu.Lock()
		h.freeze = nil
		h.mu.Unlock()
	}
	return ctx.Err()
}
