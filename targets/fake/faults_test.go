package fake_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/fake"
)

var errScripted = errors.New("scripted")

func TestAFailingOperationDoesNothing(t *testing.T) {
	f := fake.New()
	pilot(t, f)
	stage(t, f, "web-1", fake.V2)
	route := op(targets.VerbRoute, "web-1", targets.Blue, targets.Release{})
	f.FailOnce(targets.VerbRoute, "web-1", errScripted)
	if err := f.Do(t.Context(), route, nil); !errors.Is(err, errScripted) {
		t.Errorf("error %v", err)
	}
	if live := see(t, f, "web-1").Live; live != targets.Base {
		t.Errorf("traffic goes to %s", live)
	}
	do(t, f, route)
	f.Fail(targets.VerbRoute, "", errScripted)
	for range 2 {
		if err := f.Do(t.Context(), route, nil); !errors.Is(err, errScripted) {
			t.Errorf("error %v", err)
		}
	}
	f.Clear(targets.VerbRoute, "")
	do(t, f, route)
}

func TestALostAnswerIsToADoneOperation(t *testing.T) {
	f := fake.New()
	pilot(t, f)
	stage(t, f, "web-1", fake.V2)
	f.Lose(targets.VerbRoute, "web-1")
	if err := f.Do(t.Context(), op(targets.VerbRoute, "web-1", targets.Blue, targets.Release{}), nil); err == nil {
		t.Error("no error")
	}
	if live := see(t, f, "web-1").Live; live != targets.Blue {
		t.Errorf("traffic goes to %q", live)
	}
}

func TestAHungOperationGoesOnWhenReleased(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New(fake.Hosts("web-1", "web-2"))
		pilot(t, f)
		r := resolve(t, f, fake.V2)
		release := f.Hang(targets.VerbStage, "web-1")
		ended := make(chan error, 1)
		go func() { ended <- f.Do(t.Context(), op(targets.VerbStage, "web-1", targets.Blue, r), nil) }()
		do(t, f, op(targets.VerbStage, "web-2", targets.Blue, r))
		elapse(time.Hour)
		if _, ok := see(t, f, "web-1").Slots[targets.Blue]; ok {
			t.Error("staged while it hung")
		}
		release()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if _, ok := see(t, f, "web-1").Slots[targets.Blue]; !ok {
			t.Error("not staged after its release")
		}
	})
}

func TestWhatHungWhileTheLeaseWasTakenDoesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		lease := pilot(t, f)
		stage(t, f, "web-1", fake.V2)
		f.Before(targets.VerbRoute, "web-1", func() { f.Steal("ben") })
		err := f.Do(t.Context(), op(targets.VerbRoute, "web-1", targets.Blue, targets.Release{}), nil)
		var held *targets.HeldError
		if !errors.As(err, &held) || held.By.String() != "ben" {
			t.Errorf("error %v, want that ben has the lease", err)
		}
		<-lease.Lost()
		if live := see(t, f, "web-1").Live; live != targets.Base {
			t.Errorf("traffic goes to %s", live)
		}
	})
}

func TestAnOperationTakesItsTimeAndTheRecordKnowsIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		pilot(t, f)
		f.Take(targets.VerbStage, "web-1", 9*time.Second)
		cutover(t, f, "web-1", fake.V2)
		do(t, f, op(targets.VerbPersist, "web-1", targets.Blue, resolve(t, f, fake.V2)))
		if took := see(t, f, "web-1").Store.Took["stage"]; took != 9*time.Second {
			t.Errorf("stage took %v by the record", took)
		}
	})
}

func TestOfAHostThatIsCutNothingIsKnown(t *testing.T) {
	f := fake.New(fake.Hosts("web-1", "web-2"))
	f.Cut("web-1")
	o, err := f.Observe(t.Context())
	if err != nil || len(o.Hosts) != 2 || o.Hosts[0].Unknown == nil || o.Hosts[1].Live != targets.Base {
		t.Errorf("observed %+v, error %v", o.Hosts, err)
	}
	if _, err := f.Acquire(t.Context(), targets.Claim{By: "ana"}); err == nil {
		t.Error("the lease was taken without web-1")
	}
	f.Cut("web-2")
	if o, err := f.Observe(t.Context()); err == nil {
		t.Errorf("with no host that answers it observed %+v", o.Hosts)
	}
	if _, err := f.Acquire(t.Context(), targets.Claim{By: "ana", Force: true}); err == nil {
		t.Error("the lease was taken by force with no host that answers")
	}
	f.Restore("web-2")
	f.Restore("web-1")
	see(t, f, "web-1")
}

func TestAFrozenHostAnswersWhenItIsRestored(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Stall("web-1")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := f.Observe(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		time.AfterFunc(time.Minute, func() { f.Restore("web-1") })
		see(t, f, "web-1")
	})
}

func TestTrafficMovedBehindDiffersFromTheStore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		pilot(t, f)
		cutover(t, f, "web-1", fake.V2)
		do(t, f, op(targets.VerbPersist, "web-1", targets.Blue, resolve(t, f, fake.V2)))
		stop := watch(t, f)
		f.Reweight("web-1", targets.Base)
		h := see(t, f, "web-1")
		if h.Live != targets.Base || h.Store.Slot != targets.Blue || len(h.Differences) != 1 {
			t.Errorf("live %s, store %s, differences %v", h.Live, h.Store.Slot, h.Differences)
		}
		f.Divide("web-1")
		if _, ok := (targets.Observed{Hosts: []targets.Host{see(t, f, "web-1")}}).Live(); ok {
			t.Error("divided traffic has one live slot")
		}
		elapse(time.Second)
		if alarms := only[targets.Alarm](stop()); len(alarms) != 1 || alarms[0].Problem.Code != "weights-changed" {
			t.Errorf("alarms %+v", alarms)
		}
	})
}

func TestTheLiveSlotIsNeitherStagedNorRemoved(t *testing.T) {
	f := fake.New()
	pilot(t, f)
	for _, v := range []targets.Verb{targets.VerbStage, targets.VerbRemove} {
		if err := f.Do(t.Context(), op(v, "web-1", targets.Base, resolve(t, f, fake.V2)), nil); err == nil {
			t.Errorf("%s of the live slot was done", v)
		}
	}
}

func TestTrafficDoesNotGoWhereNothingAnswers(t *testing.T) {
	f := fake.New()
	pilot(t, f)
	do(t, f, op(targets.VerbStage, "web-1", targets.Blue, resolve(t, f, fake.Sick)))
	if err := f.Do(t.Context(), op(targets.VerbRoute, "web-1", targets.Blue, targets.Release{}), nil); err == nil {
		t.Error("routed to a slot that was never ready")
	}
}

func TestASlotCanVanishAndAStackCanBeNew(t *testing.T) {
	f := fake.New()
	pilot(t, f)
	stage(t, f, "web-1", fake.V2)
	f.Vanish("web-1", targets.Blue)
	if _, ok := see(t, f, "web-1").Slots[targets.Blue]; ok {
		t.Error("blue is still there")
	}
	if h := see(t, fake.New(fake.Empty()), "web-1"); h.Live != targets.NoSlot || len(h.Slots) != 0 {
		t.Errorf("something runs on an empty host: %+v", h)
	}
}

func TestCallsAreInTheOrderInWhichTheyWereBegun(t *testing.T) {
	f := fake.New()
	lease := pilot(t, f)
	cutover(t, f, "web-1", fake.V2)
	see(t, f, "web-1")
	if err := lease.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"acquire by ana", "resolve", "stage@web-1 blue", "ready@web-1 blue", "route@web-1 blue",
		"observe", "release by ana",
	}
	if diff := cmp.Diff(want, f.Calls()); diff != "" {
		t.Error(diff)
	}
}

func TestAClosedConnectionAnswersNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		peer := f.Peer()
		ended := make(chan error)
		go func() { ended <- f.Watch(t.Context(), func(targets.Sighting) {}) }()
		synctest.Wait()
		f.Close()
		if err := <-ended; err == nil {
			t.Error("the watch of a closed connection ended without an error")
		}
		if _, err := f.Observe(t.Context()); err == nil {
			t.Error("a closed connection observes")
		}
		see(t, peer, "web-1")
	})
}
