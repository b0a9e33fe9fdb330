package fake

import (
	"context"
	"fmt"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Freeze writes a freeze on every host that has none.
func (t *Target) Freeze(ctx context.Context, by, why text.Safe) error {
	t.note("freeze by %s", by)
	return t.eachHost(ctx, Freeze, func(h *host) {
		if h.freeze == nil {
			h.freeze = &targets.Freeze{By: by, Why: why, Since: time.Now()}
		}
	})
}

// Thaw takes the freeze from every host.
func (t *Target) Thaw(ctx context.Context) error {
	t.note("thaw")
	return t.eachHost(ctx, Thaw, func(h *host) { h.freeze = nil })
}

// Remember writes a summary on every host.
func (t *Target) Remember(ctx context.Context, s targets.Summary) error {
	t.note("remember %s", s.Session)
	if err := t.ours(); err != nil {
		return err
	}
	return t.eachHost(ctx, Remember, func(h *host) { h.sessions = targets.Remember(h.sessions, s) })
}

// Sessions are the summaries that the hosts have.
func (t *Target) Sessions(ctx context.Context) ([]targets.Summary, error) {
	var all [][]targets.Summary
	err := t.eachHost(ctx, Sessions, func(h *host) { all = append(all, h.sessions) })
	return targets.MergeSummaries(all...), err
}

// eachHost does something to each host that the call reaches, and ends with the first
// that it does not.
func (t *Target) eachHost(ctx context.Context, call targets.Verb, do func(*host)) error {
	for _, name := range t.site.names() {
		if err := t.pass(ctx, call, name); err != nil {
			return fmt.Errorf("%s %s: %w", call, name, err)
		}
		t.site.mu.Lock()
		h, err := t.site.host(name)
		if err == nil {
			do(h)
		}
		t.site.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}
