package targettest

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"goaround/targets"
)

// patience is how long a rule may take; no target is so slow.
const patience = 3 * time.Minute

// trial is one rule being tried: what it needs, and what it asks of the target.
type trial struct {
	*testing.T
	Subject
	ctx     context.Context
	session string
}

func newTrial(t *testing.T, s Subject) *trial {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return &trial{T: t, Subject: s, ctx: ctx, session: fmt.Sprintf("targettest-%d", time.Now().UnixNano())}
}

func (x *trial) claim(by string) targets.Claim {
	return targets.Claim{By: by, Session: x.session}
}

// lease takes the lease for the rest of the rule.
func (x *trial) lease() {
	x.Helper()
	x.acquire(x.Target, x.claim("ana"))
}

func (x *trial) acquire(on targets.Target, c targets.Claim) targets.Lease {
	x.Helper()
	l, err := on.Acquire(x.ctx, c)
	if err != nil {
		x.Fatalf("acquire as %s: %v", c.By, err)
	}
	x.Cleanup(func() { x.giveBack(l) })
	return l
}

func (x *trial) giveBack(l targets.Lease) {
	x.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.ctx), patience)
	defer cancel()
	if err := l.Release(ctx); err != nil {
		x.Errorf("release the lease: %v", err)
	}
}

func (x *trial) observe() targets.Observed {
	x.Helper()
	o, err := x.Target.Observe(x.ctx)
	if err != nil {
		x.Fatalf("observe: %v", err)
	}
	return o
}

func (x *trial) host(o targets.Observed, name string) targets.Host {
	x.Helper()
	h, ok := o.Host(name)
	if !ok {
		x.Fatalf("host %s is not observed", name)
	}
	return h
}

func (x *trial) resolve(ref string) targets.Release {
	x.Helper()
	images := map[string]string{x.Service: ref}
	for _, w := range x.Workers {
		images[w] = cmp.Or(ref, x.Good)
	}
	r, err := x.Target.Resolve(x.ctx, images, func(targets.Progress) {})
	if err != nil {
		x.Fatalf("resolve %s: %v", ref, err)
	}
	return r
}

// ops are the operations that do verb to slot on every host, as a plan would make them.
func (x *trial) ops(verb targets.Verb, slot targets.Slot, r targets.Release) []targets.Op {
	x.Helper()
	o := x.observe()
	ops := make([]targets.Op, len(x.Hosts))
	for i, name := range x.Hosts {
		h := x.host(o, name)
		ops[i] = targets.Op{
			ID: fmt.Sprintf("%s@%s", verb, name), Host: name, Verb: verb, Slot: slot,
			From: h.Live, Release: r, Before: h.Slots[h.Live].Release,
			Session: x.session, Plan: "none", Drain: 5 * time.Second,
		}
	}
	return ops
}

// do performs ops, all hosts at once, and asks that they be seen to be done.
func (x *trial) do(ops []targets.Op) {
	x.Helper()
	errs := make([]error, len(ops))
	var wg sync.WaitGroup
	for i, op := range ops {
		wg.Go(func() { errs[i] = x.Target.Do(x.ctx, op, func(targets.Progress) {}) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			x.Fatalf("%s %s: %v", ops[i].ID, ops[i].Slot, err)
		}
	}
	if i := x.undone(ops); i >= 0 {
		x.Fatalf("%s %s is not seen to be done after it", ops[i].ID, ops[i].Slot)
	}
}

// undone is the index of the first operation that is not done; -1: all are.
func (x *trial) undone(ops []targets.Op) int {
	x.Helper()
	o := x.observe()
	for i, op := range ops {
		if !x.Target.Done(o, op) {
			return i
		}
	}
	return -1
}

// bring does verb to slot on every host, unless that is done already.
func (x *trial) bring(verb targets.Verb, slot targets.Slot, r targets.Release) {
	x.Helper()
	if ops := x.ops(verb, slot, r); x.undone(ops) >= 0 {
		x.do(ops)
	}
}

// warm has the release of ref ready in slot.
func (x *trial) warm(slot targets.Slot, ref string) targets.Release {
	x.Helper()
	r := x.resolve(ref)
	x.bring(targets.VerbStage, slot, r)
	x.bring(targets.VerbReady, slot, r)
	return r
}

// live has the traffic go to slot, which is warm.
func (x *trial) live(slot targets.Slot) {
	x.Helper()
	x.bring(targets.VerbRoute, slot, targets.Release{})
}

// home has the traffic go to base, started if it was retired.
func (x *trial) home() {
	x.Helper()
	x.bring(targets.VerbStart, targets.Base, targets.Release{})
	x.bring(targets.VerbReady, targets.Base, targets.Release{})
	x.live(targets.Base)
}

// empty has nothing in slot and the traffic in base.
func (x *trial) empty(slot targets.Slot) {
	x.Helper()
	x.home()
	x.bring(targets.VerbRemove, slot, targets.Release{})
}
