package plan_test

import (
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/targets"
)

// withWorkers adds two workers to what is desired.
func withWorkers(d plan.Desired) plan.Desired {
	d.File.Release = append(d.File.Release,
		checklist.Service{Name: "mailer", Order: checklist.StartFirst}, checklist.Service{Name: "indexer", Order: checklist.StopFirst})
	return d
}

// worker adds a worker to a slot of every host.
func worker(o targets.Observed, slot targets.Slot, state targets.Condition) targets.Observed {
	for i := range o.Hosts {
		s := o.Hosts[i].Slots[slot]
		s.Instances = append(s.Instances, targets.Instance{Service: "mailer", Worker: true, State: state})
		o.Hosts[i].Slots[slot] = s
	}
	return o
}

func TestWorkersFollowTheTrafficAndTheWayBackHasThemToo(t *testing.T) {
	o := two(targets.Base, "v1")
	o.Hosts[0].Store = &targets.Record{Took: map[string]time.Duration{"swap": 12 * time.Second}}
	p, err := plan.Make(withWorkers(desired("v2")), o)
	if err != nil {
		t.Fatal(err)
	}
	want := "swap the workers       web-1 web-2    mailer start-first, old and new overlap; indexer stop-first, a gap without any; undo: swap back to base; about 12s"
	if !strings.Contains(p.String(), want) {
		t.Errorf("the plan lacks %q:\n%s", want, p)
	}
	for _, w := range []plan.Way{p.Back(1, false), p.Forward(2)} {
		if len(w.Swap) != 2 || w.Swap[0].Slot != w.To || w.Swap[0].From != w.From || !w.Swap[0].Release.Same(w.Release) {
			t.Errorf("%s to %s swaps %+v", w.From, w.To, w.Swap)
		}
	}
	without, _ := plan.Make(desired("v2"), o)
	if _, planned := without.Step(plan.StepSwap); planned || len(without.Back(1, false).Swap) > 0 {
		t.Error("where there are no workers some are swapped")
	}
	first, _ := plan.Make(withWorkers(desired("v2")), two(targets.NoSlot, ""))
	if st, _ := first.Step(plan.StepSwap); len(st.Ops) != 2 || st.Ops[0].From != targets.NoSlot || st.Title != "start the workers" {
		t.Errorf("a first release swaps %+v", st)
	}
}

func TestWhatIsLiveAndDoesNotWorkIsDeployedAgain(t *testing.T) {
	if _, err := plan.Make(withWorkers(desired("v1")), worker(two(targets.Base, "v1"), targets.Base, targets.Stopped)); err != nil {
		t.Errorf("a release whose worker stands still is refused: %v", err)
	}
	if _, err := plan.Make(withWorkers(desired("v1")), worker(two(targets.Base, "v1"), targets.Base, targets.Running)); code(err) != plan.CodeLiveAlready {
		t.Errorf("got %v, want %s", err, plan.CodeLiveAlready)
	}
}

func TestAReturnSwapsTheWorkersThatTheHostsShow(t *testing.T) {
	o := recorded(two(targets.Blue, "v2"), targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1")})
	for i := range o.Hosts {
		o.Hosts[i].Slots[targets.Base] = stopped("v1")
	}
	if w, err := plan.Return(o, "s9", 0); err != nil || len(w.Swap) != 0 {
		t.Errorf("without workers: %v, swaps %+v", err, w.Swap)
	}
	w, err := plan.Return(worker(o, targets.Base, targets.Stopped), "s9", 0)
	if err != nil || len(w.Swap) != 2 || w.Swap[1].Slot != targets.Base || w.Swap[1].From != targets.Blue || !w.Swap[1].Back {
		t.Errorf("%v, swaps %+v", err, w.Swap)
	}
}

// A rollback that moved the traffic and died before the workers is not over.
func TestAReturnFinishesARollbackWhoseWorkersDidNotFollow(t *testing.T) {
	back := recorded(two(targets.Base, "v1"), targets.Record{Slot: targets.Base, Release: version("v1"), Before: targets.Blue, BeforeWas: version("v2"), Back: true, SafeBack: true})
	for i := range back.Hosts {
		back.Hosts[i].Slots[targets.Blue] = running("v2")
	}
	half := worker(worker(back, targets.Base, targets.Stopped), targets.Blue, targets.Running)
	w, err := plan.Return(half, "s9", 0)
	if err != nil || w.To != targets.Base || w.From != targets.Blue || len(w.Swap) != 2 || w.Cold || !w.Unsafe.IsZero() {
		t.Errorf("%v, way %+v", err, w)
	}
	for i := range half.Hosts {
		half.Hosts[i].Slots[targets.Base].Instances[1].State = targets.Running
		half.Hosts[i].Slots[targets.Blue].Instances[1].State = targets.Stopped
	}
	if _, err := plan.Return(half, "s9", 0); code(err) != plan.CodeBackDone {
		t.Errorf("got %v, want %s", err, plan.CodeBackDone)
	}
}
