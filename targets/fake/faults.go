package fake

import (
	"context"
	"slices"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// Calls besides operations that can be given a fault, named like verbs.
const (
	Observe  targets.Verb = "observe"
	Resolve  targets.Verb = "resolve"
	Acquire  targets.Verb = "acquire"
	Freeze   targets.Verb = "freeze"
	Thaw     targets.Verb = "thaw"
	Remember targets.Verb = "remember"
	Sessions targets.Verb = "sessions"
	Past     targets.Verb = "past"
	Dial     targets.Verb = "dial"
)

// fault is something that happens to a call: act runs before it, or after it if late.
type fault struct {
	verb targets.Verb
	host string // "": every host
	act  func(ctx context.Context) error
	once bool
	late bool
}

func (f *fault) meets(v targets.Verb, host string) bool {
	return f.verb == v && (f.host == "" || f.host == host)
}

// Fail has each v on host ("" is every host) do nothing and return err.
func (t *Target) Fail(v targets.Verb, host string, err error) {
	t.site.set(&fault{verb: v, host: host, act: func(context.Context) error { return err }})
}

// FailOnce has the next v on host do nothing and return err.
func (t *Target) FailOnce(v targets.Verb, host string, err error) {
	t.site.set(&fault{verb: v, host: host, once: true, act: func(context.Context) error { return err }})
}

// Lose has the next v on host do its work and then lose the connection: the caller gets
// an error about what is done.
func (t *Target) Lose(v targets.Verb, host string) {
	t.site.set(&fault{verb: v, host: host, once: true, late: true, act: func(context.Context) error {
		return text.NewProblem("connection-lost", "the connection was lost before the answer came", "observe the host")
	}})
}

// Hang has each v on host wait until release is called or its context ends.
func (t *Target) Hang(v targets.Verb, host string) (release func()) {
	gate := make(chan struct{})
	t.site.set(&fault{verb: v, host: host, act: func(ctx context.Context) error { return wait(ctx, gate) }})
	return sync.OnceFunc(func() { close(gate) })
}

// Take has each v on host take d.
func (t *Target) Take(v targets.Verb, host string, d time.Duration) {
	t.site.set(&fault{verb: v, host: host, act: func(ctx context.Context) error { return inproc.Pause(ctx, d) }})
}

// Before has do called when v begins on host, each time: to change something at that
// moment.
func (t *Target) Before(v targets.Verb, host string, do func()) {
	t.site.set(&fault{verb: v, host: host, act: func(context.Context) error { do(); return nil }})
}

// Clear takes away every fault that was set for exactly v and host.
func (t *Target) Clear(v targets.Verb, host string) {
	t.site.mu.Lock()
	defer t.site.mu.Unlock()
	t.site.faults = slices.DeleteFunc(t.site.faults, func(f *fault) bool { return f.verb == v && f.host == host })
}

func (s *site) set(f *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// pass lets v through to host, or returns what stops it.
func (s *site) pass(ctx context.Context, v targets.Verb, host string) error {
	if err := s.reach(ctx, host); err != nil {
		return err
	}
	return s.meet(ctx, v, host, false)
}

func (s *site) reach(ctx context.Context, host string) error {
	s.mu.Lock()
	h, err := s.host(host)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	cut, stalled := h.cut, h.stalled
	s.mu.Unlock()
	if cut {
		return text.NewProblem("unreachable", host+" cannot be reached", "look whether it is up and the network reaches it")
	}
	if stalled != nil {
		return wait(ctx, stalled)
	}
	return nil
}

// meet runs what is set for v on host, in the order in which it was set.
func (s *site) meet(ctx context.Context, v targets.Verb, host string, late bool) error {
	s.mu.Lock()
	var met []*fault
	for _, f := range s.faults {
		if f.late == late && f.meets(v, host) {
			met = append(met, f)
		}
	}
	s.faults = slices.DeleteFunc(s.faults, func(f *fault) bool { return f.once && slices.Contains(met, f) })
	s.mu.Unlock()
	for _, f := range met {
		if err := f.act(ctx); err != nil {
			return err
		}
	}
	return nil
}

func wait(ctx context.Context, gate <-chan struct{}) error {
	select {
	case <-gate:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
