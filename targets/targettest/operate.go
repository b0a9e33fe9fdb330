package targettest

import (
	"context"
	"errors"
	"time"

	"goaround/targets"
)

func routeIsRepeatable(x *trial) {
	x.lease()
	x.warm(targets.Blue, x.Good)
	x.live(targets.Blue)
	before := x.observe()
	x.do(x.ops(targets.VerbRoute, targets.Blue, targets.Release{}))
	x.unchanged(before)
}

func persistIsSeen(x *trial) {
	x.lease()
	x.home()
	was := x.host(x.observe(), x.Hosts[0]).Slots[targets.Base].Release
	r := x.warm(targets.Blue, x.Good)
	persist := x.ops(targets.VerbPersist, targets.Blue, r)
	x.live(targets.Blue)
	x.do(x.swaps(targets.Base, targets.Blue, r))
	x.do(persist)
	o, err := x.Peer.Observe(x.ctx)
	if err != nil {
		x.Fatalf("observe: %v", err)
	}
	for _, name := range x.Hosts {
		h := x.host(o, name)
		if h.Store == nil {
			x.Fatalf("%s has no record", name)
		}
		got := *h.Store
		if got.Since.IsZero() {
			x.Errorf("the record does not say since when")
		}
		same := got.Release.Same(r) && got.BeforeWas.Same(was)
		if got.Slot != targets.Blue || got.Before != targets.Base || got.Session != x.session || !same {
			x.Errorf("%s has the record %+v", name, got)
		}
		if len(h.Differences) > 0 {
			x.Errorf("%s: proxy and store differ after persist: %v", name, h.Differences)
		}
	}
	x.do(x.swaps(targets.Blue, targets.Base, targets.Release{}))
}

func trafficIsTakenAway(x *trial) {
	x.lease()
	x.home()
	none := x.ops(targets.VerbPersist, targets.NoSlot, targets.Release{})
	x.do(x.ops(targets.VerbRoute, targets.NoSlot, targets.Release{}))
	x.do(none)
	for _, h := range x.observe().Hosts {
		if h.Live != targets.NoSlot || h.Divided || h.Unknown != nil || len(h.Differences) > 0 || !h.Slots[targets.Base].Warm() {
			x.Errorf("%s: with no slot in traffic: %+v", h.Name, h)
		}
	}
	x.home()
}

func retiredStartsAgain(x *trial) {
	x.lease()
	x.home()
	r := x.warm(targets.Blue, x.Good)
	x.do(x.ops(targets.VerbRetire, targets.Blue, r))
	for _, h := range x.observe().Hosts {
		if s := h.Slots[targets.Blue]; !s.Cold() || !s.Release.Same(r) {
			x.Errorf("%s: a retired slot is not cold: %+v", h.Name, s)
		}
	}
	x.do(x.ops(targets.VerbStart, targets.Blue, targets.Release{}))
	x.do(x.ops(targets.VerbReady, targets.Blue, targets.Release{}))
	for _, h := range x.observe().Hosts {
		if !h.Slots[targets.Blue].Warm() {
			x.Errorf("%s: a started slot is not warm: %+v", h.Name, h.Slots[targets.Blue])
		}
		x.get(h.Name, targets.Blue)
	}
}

func liveIsNotRetired(x *trial) {
	x.lease()
	x.home()
	for _, op := range x.ops(targets.VerbRetire, targets.Base, targets.Release{}) {
		x.problem(x.Target.Do(x.ctx, op, func(targets.Progress) {}))
		if x.Target.Done(x.observe(), op) {
			x.Errorf("%s: the live slot was stopped", op.Host)
		}
	}
}

// hang starts to wait for the sick release in green on the first host.
func (x *trial) hang() (end context.CancelFunc, ended <-chan error) {
	x.Helper()
	x.bring(targets.VerbStage, targets.Green, x.resolve(x.Sick))
	op := x.ops(targets.VerbReady, targets.Green, targets.Release{})[0]
	ctx, cancel := context.WithCancel(x.ctx)
	x.Cleanup(cancel)
	result, spoke := make(chan error, 1), make(chan struct{}, 1)
	go func() {
		result <- x.Target.Do(ctx, op, func(targets.Progress) {
			select {
			case spoke <- struct{}{}:
			default:
			}
		})
	}()
	select {
	case <-spoke:
	case <-time.After(time.Second):
	}
	return cancel, result
}

// routeDoesNotWait tries three times, since a slow machine may let the other operation
// end first; a target that makes route wait lets it end first each time.
func routeDoesNotWait(x *trial) {
	x.lease()
	x.home()
	x.warm(targets.Blue, x.Good)
	to := []targets.Slot{targets.Blue, targets.Base}
	for i := range 3 {
		end, ended := x.hang()
		x.do(x.ops(targets.VerbRoute, to[i%2], targets.Release{}))
		end()
		if err := receive(x, "end of the operation that hung", ended); errors.Is(err, context.Canceled) {
			return
		}
	}
	x.Error("route returned after the operation that hung, in each of three tries")
}

// contextEndsDo tries three times, since a slow machine may let the operation end first.
func contextEndsDo(x *trial) {
	x.lease()
	var err error
	for range 3 {
		end, ended := x.hang()
		end()
		if err = receive(x, "end of the operation", ended); errors.Is(err, context.Canceled) {
			return
		}
	}
	x.Errorf("error %v, want the context's", err)
}

func sickIsAProblem(x *trial) {
	x.lease()
	x.bring(targets.VerbStage, targets.Green, x.resolve(x.Sick))
	ready := x.ops(targets.VerbReady, targets.Green, targets.Release{})[0]
	err := x.Target.Do(x.ctx, ready, func(targets.Progress) {})
	if p := x.problem(err); len(p.More) == 0 {
		x.Errorf("the problem has no line of the log: %+v", p)
	}
	if x.Target.Done(x.observe(), ready) {
		x.Error("the sick release is seen to be ready")
	}
}

func removeLeavesNothing(x *trial) {
	x.lease()
	x.warm(targets.Blue, x.Good)
	x.empty(targets.Blue)
	x.empty(targets.Green)
	for _, slot := range []targets.Slot{targets.Blue, targets.Green} {
		for _, h := range x.observe().Hosts {
			if s, ok := h.Slots[slot]; ok {
				x.Errorf("%s still shows %s: %+v", h.Name, slot, s)
			}
		}
		if x.Left == nil {
			continue
		}
		left, err := x.Left(x.ctx, slot)
		if err != nil || len(left) > 0 {
			x.Errorf("left of %s: %v %v", slot, left, err)
		}
	}
}

func eachIsRepeatable(x *trial) {
	x.lease()
	x.empty(targets.Blue)
	r := x.resolve(x.Good)
	for _, verb := range []targets.Verb{targets.VerbStage, targets.VerbReady, targets.VerbRoute, targets.VerbPersist} {
		x.undoneYet(x.ops(verb, targets.Blue, r))
	}
	x.twice(x.ops(targets.VerbStage, targets.Blue, r))
	x.twice(x.ops(targets.VerbReady, targets.Blue, r))
	persist := x.ops(targets.VerbPersist, targets.Blue, r)
	x.twice(x.ops(targets.VerbRoute, targets.Blue, r))
	x.twice(persist)
	for _, verb := range []targets.Verb{targets.VerbRetire, targets.VerbStart} {
		ops := x.ops(verb, targets.Base, targets.Release{})
		x.undoneYet(ops)
		x.twice(ops)
	}
	x.home()
	remove := x.ops(targets.VerbRemove, targets.Blue, r)
	x.undoneYet(remove)
	x.twice(remove)
}

// undoneYet asks that none of ops is seen as done before it was.
func (x *trial) undoneYet(ops []targets.Op) {
	x.Helper()
	o := x.observe()
	for _, op := range ops {
		if x.Target.Done(o, op) {
			x.Errorf("%s %s is seen as done before it was", op.ID, op.Slot)
		}
	}
}

// twice does ops and repeats them.
func (x *trial) twice(ops []targets.Op) {
	x.Helper()
	x.do(ops)
	x.do(ops)
}
