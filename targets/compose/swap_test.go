package compose_test

import (
	"context"
	"errors"
	"testing"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// TestSwaps are the rules of a swap that only a real engine can show. The slow release's
// worker takes some seconds to end the job in hand.
func TestSwaps(t *testing.T) {
	t.Parallel()
	s := composetest.New(t)
	s.AddWorker(t, "mailer", "start-first")
	s.ComposeUp(t)
	s.WaitFor(t, "v1")
	rules(t, s, []rule{
		{"a worker that stands still does not come back with its engine", standsStill},
		{"a swap that is cut off while a worker stops is followed by the next", cutOff},
		{"a worker that somebody else was stopping is started again", ranOut},
		{"a swap ends where the lease is lost", leaseLostInSwap},
		{"a worker whose container is gone is a problem, and the one before goes on", workerGone},
	})
}

// worker is the container of the worker in a slot.
func (f *flight) worker(slot targets.Slot) container.InspectResponse {
	f.Helper()
	name := f.stack.Project + "-mailer-1"
	if slot != targets.Base {
		name = f.stack.Project + "-" + string(slot) + "-mailer-" + string(slot) + "-1"
	}
	in, err := f.stack.Docker.ContainerInspect(f.Context(), name)
	if err != nil {
		f.Fatalf("inspect %s: %v", name, err)
	}
	return in
}

// worksAlone asks that the worker runs in one slot and stands still in the other, in a way
// that outlives a restart of the engine.
func (f *flight) worksAlone(in, still targets.Slot) {
	f.Helper()
	if w := f.worker(in); !w.State.Running || !w.HostConfig.RestartPolicy.IsUnlessStopped() {
		f.Errorf("the worker of %s is %s, restart %s", in, w.State.Status, w.HostConfig.RestartPolicy.Name)
	}
	if w := f.worker(still); w.State.Running || !w.HostConfig.RestartPolicy.IsNone() {
		f.Errorf("the worker of %s is %s, restart %s", still, w.State.Status, w.HostConfig.RestartPolicy.Name)
	}
}

// staged flies a release with its worker into blue, while the worker of base runs.
func staged(t *testing.T, s *composetest.Stack, version string) *flight {
	t.Helper()
	f := fly(t, s)
	f.do(targets.VerbSwap, targets.Base)
	image := s.Image(t, version)
	r, err := f.target.Resolve(t.Context(), map[string]string{"web": image, "mailer": image}, ignore)
	if err != nil {
		t.Fatal(err)
	}
	f.do(targets.VerbStage, targets.Blue, of(r))
	return f
}

func standsStill(t *testing.T, s *composetest.Stack) {
	f := staged(t, s, "v2")
	f.worksAlone(targets.Base, targets.Blue)
	f.do(targets.VerbSwap, targets.Blue, from(targets.Base, targets.Release{}))
	f.worksAlone(targets.Blue, targets.Base)
	f.do(targets.VerbSwap, targets.Base, from(targets.Blue, targets.Release{}))
	f.worksAlone(targets.Base, targets.Blue)
}

// stopping swaps from the slow release in blue to base, and returns what cuts it off when
// blue's worker is being stopped.
func stopping(f *flight) (cut func() error) {
	f.Helper()
	f.do(targets.VerbSwap, targets.Blue, from(targets.Base, targets.Release{}))
	ctx, cancel := contextOf(f.T)
	ended := make(chan error, 1)
	go func() {
		op := targets.Op{ID: "swap", Host: "local", Verb: targets.VerbSwap, Slot: targets.Base, From: targets.Blue}
		ended <- f.target.Do(ctx, op, ignore)
	}()
	composetest.Until(f.T, "blue's worker to be asked to stop", func() bool {
		return f.worker(targets.Blue).HostConfig.RestartPolicy.IsNone()
	})
	return func() error {
		cancel()
		return receive(f.T, "end of the swap", ended)
	}
}

func cutOff(t *testing.T, s *composetest.Stack) {
	f := staged(t, s, "slow")
	if err := stopping(f)(); !errors.Is(err, context.Canceled) {
		t.Errorf("the swap that was cut off says %v", err)
	}
	f.do(targets.VerbSwap, targets.Blue, from(targets.Base, targets.Release{}))
	f.worksAlone(targets.Blue, targets.Base)
}

// Another laptop knows nothing of the order to stop that the engine still carries out.
func ranOut(t *testing.T, s *composetest.Stack) {
	f := staged(t, s, "slow")
	cut := stopping(f)
	other := &flight{T: t, stack: s, target: open(t, s)}
	c := claim("ben")
	c.Force = true
	other.lease = acquire(t, other.target, c)
	cut()
	before := f.worker(targets.Blue).State
	if !before.Running {
		t.Fatal("blue's worker has stopped too soon to try it")
	}
	other.do(targets.VerbSwap, targets.Blue, from(targets.Base, targets.Release{}))
	other.worksAlone(targets.Blue, targets.Base)
	if f.worker(targets.Blue).State.StartedAt == before.StartedAt {
		t.Error("the worker that runs is the one that is being stopped")
	}
}

func leaseLostInSwap(t *testing.T, s *composetest.Stack) {
	f := staged(t, s, "v2")
	ended := make(chan error, 1)
	go func() {
		_, err := f.try(targets.VerbSwap, targets.Blue, from(targets.Base, targets.Release{}))
		ended <- err
	}()
	composetest.Until(t, "blue's worker to start", func() bool { return f.worker(targets.Blue).State.Running })
	c := claim("ben")
	c.Force = true
	acquire(t, open(t, s), c)
	heldBy(t, receive(t, "end of the swap", ended), "ben")
	if !f.worker(targets.Base).State.Running {
		t.Error("the worker before was stopped by who had lost the lease")
	}
}

func workerGone(t *testing.T, s *composetest.Stack) {
	f := staged(t, s, "v2")
	r := observe(t, f.target).Slots[targets.Blue].Release
	if err := s.Docker.ContainerRemove(t.Context(), f.worker(targets.Blue).ID, container.RemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	_, err := f.try(targets.VerbSwap, targets.Blue, of(r), from(targets.Base, targets.Release{}))
	problem(t, err, targets.CodeGone)
	if !f.worker(targets.Base).State.Running {
		t.Error("the worker before was stopped for one that is not there")
	}
}
