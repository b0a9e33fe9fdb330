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

// Remember writes a summary on both hosts.
func (t *Target) Remember(ctx context.Context, s targets.Summary) error {
	if err := t.ours(); err != nil {
		return err
	}
	for _, h := range t.hosts {
		h.mu.Lock()
		h.sessions = targets.Remember(h.sessions, s)
		h.mu.Unlock()
	}
	return ctx.Err()
}

// Sessions are the summaries that the hosts have.
func (s *site) Sessions(ctx context.Context) ([]targets.Summary, error) {
	var all [][]targets.Summary
	for _, h := range s.hosts {
		h.mu.Lock()
		all = append(all, h.sessions)
		h.mu.Unlock()
	}
	return targets.MergeSummaries(all...), ctx.Err()
}
