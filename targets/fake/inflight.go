package fake

import (
	"context"

	"goaround/targets"
)

// Keep has n connections in flight to the first service in slot of a host, for as long as
// nobody says otherwise or cuts them.
func (t *Target) Keep(name string, slot targets.Slot, n int) {
	t.site.on(name, func(h *host) {
		h.active[targets.Where{Host: h.name, Service: t.site.services[0], Slot: slot}] = n
	})
}

// drain waits for what is in flight in a slot, and cuts what is left.
func (s *site) drain(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	if report == nil {
		report = func(targets.Progress) {}
	}
	left, err := targets.Drain(ctx, op.Drain, func(context.Context) (int, error) { return s.inFlight(op, false) }, report)
	if err != nil || left == 0 {
		return err
	}
	cut, err := s.inFlight(op, true)
	if cut > 0 {
		report(targets.CutOff(cut, op.Drain))
	}
	return err
}

// inFlight counts what is in flight in a slot; end: and ends it.
func (s *site) inFlight(op targets.Op, end bool) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.host(op.Host)
	if err != nil {
		return 0, err
	}
	all := 0
	for at, n := range h.active {
		if at.Slot == op.Slot {
			all += n
			if end {
				delete(h.active, at)
			}
		}
	}
	return all, nil
}
