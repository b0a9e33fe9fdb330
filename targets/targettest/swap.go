package targettest

import (
	"context"
	"errors"
	"sync"

	"goaround/targets"
)

// swaps are the operations that swap the workers from one slot to another on every host.
func (x *trial) swaps(from, to targets.Slot, r targets.Release) []targets.Op {
	x.Helper()
	ops := x.ops(targets.VerbSwap, to, r)
	for i := range ops {
		ops[i].From = from
	}
	return ops
}

// worker has release r staged in blue, and its workers standing still.
func (x *trial) worker() targets.Release {
	x.Helper()
	if len(x.Workers) == 0 {
		x.Skip("the target has no workers")
	}
	x.lease()
	x.home()
	x.do(x.swaps(targets.Blue, targets.Base, targets.Release{}))
	return x.warm(targets.Blue, x.Good)
}

// works asks that the workers run in one slot of every host and stand still, kept, in
// another.
func (x *trial) works(in, still targets.Slot) {
	x.Helper()
	for _, h := range x.observe().Hosts {
		for slot, want := range map[targets.Slot]targets.Condition{in: targets.Running, still: targets.Stopped} {
			n := 0
			for _, i := range h.Slots[slot].Instances {
				if !i.Worker {
					continue
				}
				n++
				if i.State != want {
					x.Errorf("%s: worker %s of %s is %s, want %s", h.Name, i.Service, slot, i.State, want)
				}
			}
			if n != len(x.Workers) {
				x.Errorf("%s: %d workers in %s, want %d", h.Name, n, slot, len(x.Workers))
			}
		}
	}
}

func stageStartsNoWorker(x *trial) {
	x.worker()
	x.works(targets.Base, targets.Blue)
	for _, h := range x.observe().Hosts {
		if !h.Slots[targets.Blue].Warm() {
			x.Errorf("%s: a slot whose workers stand still is not warm: %+v", h.Name, h.Slots[targets.Blue])
		}
	}
	x.bring(targets.VerbStart, targets.Blue, targets.Release{})
	x.works(targets.Base, targets.Blue)
}

func swapMovesTheWorkers(x *trial) {
	r := x.worker()
	was := x.host(x.observe(), x.Hosts[0]).Slots[targets.Base].Release
	there := x.swaps(targets.Base, targets.Blue, r)
	x.undoneYet(there)
	x.twice(there)
	x.works(targets.Blue, targets.Base)
	x.live(targets.Blue)
	if h := x.host(x.observe(), x.Hosts[0]); len(h.Astray()) > 0 {
		x.Errorf("workers in the live slot are astray: %v", h.Astray())
	}
	x.home()
	for _, h := range x.observe().Hosts {
		if len(h.Differences) == 0 {
			x.Errorf("%s does not say that its workers run where no traffic is", h.Name)
		}
	}
	x.twice(x.swaps(targets.Blue, targets.Base, was))
	x.works(targets.Base, targets.Blue)
}

// theNewestSwapIsLast asks for two swaps at once, the second when the first has begun.
func theNewestSwapIsLast(x *trial) {
	r := x.worker()
	there, back := x.swaps(targets.Base, targets.Blue, r), x.swaps(targets.Blue, targets.Base, targets.Release{})
	for _, first := range []bool{true, false} {
		ctx, cancel := context.WithCancel(x.ctx)
		var all sync.WaitGroup
		for i := range there {
			begun, once := make(chan struct{}), sync.Once{}
			all.Go(func() {
				err := x.Target.Do(ctx, there[i], func(targets.Progress) { once.Do(func() { close(begun) }) })
				if err != nil && !errors.Is(err, context.Canceled) {
					x.Errorf("swap: %v", err)
				}
			})
			receive(x, "word of the first swap", begun)
		}
		if first {
			cancel()
		}
		x.do(back)
		all.Wait()
		cancel()
		x.works(targets.Base, targets.Blue)
	}
}

func aSickWorkerIsNotSwapped(x *trial) {
	if len(x.Workers) == 0 {
		x.Skip("the target has no workers")
	}
	x.lease()
	x.home()
	x.do(x.swaps(targets.Blue, targets.Base, targets.Release{}))
	images := map[string]string{x.Service: x.Good}
	for _, w := range x.Workers {
		images[w] = x.Sick
	}
	r, err := x.Target.Resolve(x.ctx, images, func(targets.Progress) {})
	if err != nil {
		x.Fatalf("resolve: %v", err)
	}
	x.bring(targets.VerbStage, targets.Blue, r)
	for _, op := range x.swaps(targets.Base, targets.Blue, r) {
		if p := x.problem(x.Target.Do(x.ctx, op, func(targets.Progress) {})); len(p.More) == 0 {
			x.Errorf("the problem has no line of the log: %+v", p)
		}
	}
	x.works(targets.Base, targets.Blue)
	x.bring(targets.VerbRemove, targets.Blue, targets.Release{})
}

func retireStopsWorkersToo(x *trial) {
	r := x.worker()
	x.do(x.swaps(targets.Base, targets.Blue, r))
	x.do(x.ops(targets.VerbRetire, targets.Blue, r))
	for _, h := range x.observe().Hosts {
		if s := h.Slots[targets.Blue]; !s.Idle() {
			x.Errorf("%s: a worker runs in a retired slot: %+v", h.Name, s)
		}
	}
	x.do(x.swaps(targets.Blue, targets.Base, targets.Release{}))
}
