package compose_test

import (
	"context"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
)

// flight is one laptop with the lease, and the release it flies.
type flight struct {
	*testing.T
	stack  *composetest.Stack
	target *compose.Target
	lease  targets.Lease
}

// fly opens a target of a stack, takes the lease, and sees to it that base is live and
// nothing is in a slot.
func fly(t *testing.T, s *composetest.Stack) *flight {
	t.Helper()
	f := &flight{T: t, stack: s, target: open(t, s)}
	f.lease = acquire(t, f.target, claim("ana"))
	h := observe(t, f.target)
	if h.Live != targets.Base && len(h.Slots) > 0 {
		f.do(targets.VerbStart, targets.Base)
		f.do(targets.VerbReady, targets.Base)
		f.do(targets.VerbRoute, targets.Base)
	}
	for _, slot := range []targets.Slot{targets.Blue, targets.Green} {
		if _, there := h.Slots[slot]; there {
			f.do(targets.VerbRemove, slot)
		}
	}
	return f
}

// rules runs tests that share a stack, in their order.
func rules(t *testing.T, s *composetest.Stack, all []rule) {
	for _, r := range all {
		t.Run(r.says, func(t *testing.T) { r.holds(t, s) })
	}
}

type rule struct {
	says  string
	holds func(*testing.T, *composetest.Stack)
}

func (f *flight) release(version string) targets.Release {
	f.Helper()
	r, err := f.target.Resolve(f.Context(), map[string]string{"web": f.stack.Image(f, version)}, ignore)
	if err != nil {
		f.Fatalf("resolve %s: %v", version, err)
	}
	return r
}

// try performs an operation.
func (f *flight) try(verb targets.Verb, slot targets.Slot, change ...func(*targets.Op)) (targets.Op, error) {
	op := targets.Op{ID: string(verb), Host: "local", Verb: verb, Slot: slot, Session: "session-of-ana", Plan: "plan", Drain: 10 * time.Second}
	for _, c := range change {
		c(&op)
	}
	ctx, cancel := context.WithTimeout(f.Context(), 2*time.Minute)
	defer cancel()
	began := time.Now()
	err := f.target.Do(ctx, op, ignore)
	f.Logf("%s %s took %s", verb, slot, time.Since(began).Round(time.Millisecond))
	return op, err
}

// do performs an operation, and asks that it can be seen to be done.
func (f *flight) do(verb targets.Verb, slot targets.Slot, change ...func(*targets.Op)) {
	f.Helper()
	op, err := f.try(verb, slot, change...)
	if err != nil {
		f.Fatalf("%s %s: %v", verb, slot, err)
	}
	o, err := f.target.Observe(f.Context())
	if err != nil {
		f.Fatalf("observe: %v", err)
	}
	if !f.target.Done(o, op) {
		f.Fatalf("%s %s is not seen to be done: %+v", verb, slot, o.Hosts[0])
	}
}

func of(r targets.Release) func(*targets.Op) { return func(op *targets.Op) { op.Release = r } }

func from(slot targets.Slot, r targets.Release) func(*targets.Op) {
	return func(op *targets.Op) { op.From, op.Before = slot, r }
}

// slot is the container of the released service in a slot, as Docker has it.
func (f *flight) slot(slot targets.Slot) container.InspectResponse {
	f.Helper()
	name := f.stack.Project + "-web-1"
	if slot != targets.Base {
		name = f.stack.Project + "-" + string(slot) + "-web-" + string(slot) + "-1"
	}
	in, err := f.stack.Docker.ContainerInspect(f.Context(), name)
	if err != nil {
		f.Fatalf("inspect %s: %v", name, err)
	}
	return in
}
