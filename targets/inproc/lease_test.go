package inproc_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
)

func claim(by string) targets.Claim { return targets.Claim{By: by, Session: "s-" + by} }

func acquire(t *testing.T, ls *inproc.Leases, c targets.Claim) *inproc.Lease {
	t.Helper()
	l, err := ls.Acquire(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func holder(t *testing.T, err error) string {
	t.Helper()
	var held *targets.HeldError
	if !errors.As(err, &held) {
		t.Fatalf("error %v, want a *targets.HeldError", err)
	}
	return held.By.String()
}

func TestOneOfManyGetsTheLease(t *testing.T) {
	var ls inproc.Leases
	var wg sync.WaitGroup
	errs := make([]error, 50)
	for i := range errs {
		wg.Go(func() { _, errs[i] = ls.Acquire(t.Context(), claim(fmt.Sprint(i))) })
	}
	wg.Wait()
	winner := ls.Holder().By.String()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if got := holder(t, err); got != winner {
			t.Errorf("a loser learned of %s, the holder is %s", got, winner)
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

func TestAForcedLeaseTellsTheFormerHolder(t *testing.T) {
	var ls inproc.Leases
	ana := acquire(t, &ls, claim("ana"))
	ben := acquire(t, &ls, targets.Claim{By: "ben", Session: "s-ben", Force: true})
	<-ana.Lost()
	if got := holder(t, ana.Ours()); got != "ben" {
		t.Errorf("ana learned of %s", got)
	}
	if err := ana.Release(t.Context()); err != nil || ls.Holder() == nil {
		t.Errorf("ana gave back what is ben's: %v", err)
	}
	if err := ben.Ours(); err != nil {
		t.Errorf("ben's lease: %v", err)
	}
	if g := ls.Holder().Generation; g != 2 {
		t.Errorf("generation %d, want 2", g)
	}
}

func TestAReleasedLeaseIsFreeAndLetsNothingBeDone(t *testing.T) {
	var ls inproc.Leases
	ana := acquire(t, &ls, claim("ana"))
	if err := ana.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ls.Holder() != nil || ana.Ours() == nil {
		t.Error("a released lease is still held")
	}
	acquire(t, &ls, claim("ben"))
}

func TestASilentHolderLosesTheLeaseAfterThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ls inproc.Leases
		ctx, stop := context.WithCancel(t.Context())
		ana, err := ls.Acquire(ctx, claim("ana"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if age := ls.Holder().Age; age != 0 {
			t.Errorf("a living holder is silent for %v", age)
		}
		stop()
		synctest.Wait()
		time.Sleep(inproc.Stale - time.Second)
		if _, err := ls.Acquire(t.Context(), claim("ben")); holder(t, err) != "ana" {
			t.Errorf("taken after %v", ls.Holder().Age)
		}
		time.Sleep(time.Second)
		acquire(t, &ls, claim("ben"))
		if got := holder(t, ana.Err()); got != "ben" {
			t.Errorf("ana learned of %s", got)
		}
	})
}

func TestASeizedLeaseIsNeverSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ls inproc.Leases
		ana := acquire(t, &ls, claim("ana"))
		ls.Seize(claim("ben"))
		<-ana.Lost()
		time.Sleep(time.Hour)
		if _, err := ls.Acquire(t.Context(), claim("ana")); holder(t, err) != "ben" {
			t.Error("a seized lease was free after an hour")
		}
	})
}
