package targettest

import (
	"errors"
	"fmt"
	"sync"

	"goaround/targets"
)

// persistNothing is a persist that would be seen in the store, on the first host.
func (x *trial) persistNothing() targets.Op {
	x.Helper()
	o := x.observe()
	h := x.host(o, x.Hosts[0])
	return targets.Op{
		ID: "persist@" + h.Name, Host: h.Name, Verb: targets.VerbPersist, Slot: h.Live,
		Release: h.Slots[h.Live].Release, Session: x.session + "-refused",
	}
}

// refused asks that the target does not perform op, which it does not see as done.
func (x *trial) refused(op targets.Op) {
	x.Helper()
	before := x.observe()
	if err := x.Target.Do(x.ctx, op, func(targets.Progress) {}); err == nil {
		x.Errorf("%s without a lease is no error", op.ID)
	}
	if x.Target.Done(x.observe(), op) {
		x.Errorf("%s without a lease was done", op.ID)
	}
	x.unchanged(before)
}

// heldBy asks that err names the holder.
func (x *trial) heldBy(err error, by string) {
	x.Helper()
	var held *targets.HeldError
	if !errors.As(err, &held) {
		x.Fatalf("error %v, want a *targets.HeldError", err)
	}
	if held.By.String() != by {
		x.Errorf("the lease is said to be held by %q, it is by %q", held.By, by)
	}
}

func noLeaseNoAct(x *trial) { x.refused(x.persistNothing()) }

func oneGetsTheLease(x *trial) {
	const many = 8
	leases, errs := make([]targets.Lease, many), make([]error, many)
	var wg sync.WaitGroup
	for i := range many {
		on := x.Target
		if i%2 == 1 {
			on = x.Peer
		}
		wg.Go(func() { leases[i], errs[i] = on.Acquire(x.ctx, x.claim(fmt.Sprintf("crew-%d", i))) })
	}
	wg.Wait()
	winner := ""
	for i, err := range errs {
		if err != nil {
			continue
		}
		x.Cleanup(func() { x.giveBack(leases[i]) })
		if winner != "" {
			x.Fatalf("both %s and crew-%d have the lease", winner, i)
		}
		winner = fmt.Sprintf("crew-%d", i)
	}
	for _, err := range errs {
		if err != nil {
			x.heldBy(err, winner)
		}
	}
	for _, h := range x.observe().Hosts {
		if h.Lease == nil || h.Lease.By.String() != winner {
			x.Errorf("%s shows the lease %+v, want %s's", h.Name, h.Lease, winner)
		}
	}
}

func releasedIsFree(x *trial) {
	l, err := x.Target.Acquire(x.ctx, x.claim("ana"))
	if err != nil {
		x.Fatalf("acquire: %v", err)
	}
	_, err = x.Peer.Acquire(x.ctx, x.claim("ben"))
	x.heldBy(err, "ana")
	x.giveBack(l)
	for _, h := range x.observe().Hosts {
		if h.Lease != nil {
			x.Errorf("%s shows a lease of %s", h.Name, h.Lease.By)
		}
	}
	x.refused(x.persistNothing())
	x.acquire(x.Peer, x.claim("ben"))
}

// whoResumesTakesIt is about a session that nobody runs any more, whose lease still beats.
func whoResumesTakesIt(x *trial) {
	ana := x.acquire(x.Target, x.claim("ana"))
	c := targets.Claim{By: "ben", Session: x.session + "-resumed", After: "another-session"}
	_, err := x.Peer.Acquire(x.ctx, c)
	x.heldBy(err, "ana")
	c.After = x.session
	x.acquire(x.Peer, c)
	receive(x, "word to the former holder", ana.Lost())
	x.heldBy(ana.Err(), "ben")
	_, err = x.Target.Acquire(x.ctx, c)
	x.heldBy(err, "ben")
}

func forceStopsTheFormer(x *trial) {
	ana := x.acquire(x.Target, x.claim("ana"))
	if err := ana.Err(); err != nil {
		x.Errorf("a lease that is held says %v", err)
	}
	c := x.claim("ben")
	c.Force = true
	ben := x.acquire(x.Peer, c)
	x.refused(x.persistNothing())
	receive(x, "word to the former holder", ana.Lost())
	x.heldBy(ana.Err(), "ben")
	x.giveBack(ana)
	if err := ben.Err(); err != nil {
		x.Errorf("the former holder gave back the lease of another: %v", err)
	}
	op := x.persistNothing()
	if err := x.Peer.Do(x.ctx, op, func(targets.Progress) {}); err != nil {
		x.Errorf("%s with the lease: %v", op.ID, err)
	}
}
