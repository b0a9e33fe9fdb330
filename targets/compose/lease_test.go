package compose_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
	"goaround/targets/text"
)

func TestTheLease(t *testing.T) {
	t.Parallel()
	rules(t, composetest.Up(t), []rule{
		{"of two who start at the same moment one gets it", oneOfTwo},
		{"a holder that fell silent loses it to one", silentHolder},
		{"is lost when somebody took it and gave it back between two heartbeats", takenAndGivenBack},
		{"that was given up while it was taken leaves nothing behind", givenUp},
		{"its container is made again when somebody pruned it", prunedLease},
		{"it is lost when somebody took it after it had been pruned", prunedAndTaken},
		{"an operation whose time ran out while it looked at the lease was certainly not done", notBegun},
	})
}

func oneOfTwo(t *testing.T, s *composetest.Stack) {
	wins := race(t, []*compose.Target{open(t, s), open(t, s)}, pairs)
	t.Logf("%d pairs of starts, each won by one: %d by the first, %d by the second", pairs, wins[0], wins[1])
}

// race has a pair begin at the same moment, again and again, and counts who got the lease.
func race(t *testing.T, pair []*compose.Target, rounds int) (wins [2]int) {
	t.Helper()
	for round := range rounds {
		leases, errs := make([]targets.Lease, 2), make([]error, 2)
		var both sync.WaitGroup
		for i, target := range pair {
			both.Go(func() { leases[i], errs[i] = target.Acquire(t.Context(), claim(fmt.Sprintf("crew-%d", i))) })
		}
		both.Wait()
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		if errs[winner] != nil {
			t.Fatalf("round %d: both lost: %v; %v", round, errs[0], errs[1])
		}
		heldBy(t, errs[1-winner], fmt.Sprintf("crew-%d", winner))
		wins[winner]++
		giveBack(t, leases[winner])
	}
	return wins
}

func silentHolder(t *testing.T, s *composetest.Stack) {
	ana := open(t, s)
	ctx, fallSilent := contextOf(t)
	held, err := ana.Acquire(ctx, claim("ana"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(t, s).Acquire(t.Context(), claim("ben"))
	heldBy(t, err, "ana")
	fallSilent()

	takers := []*compose.Target{openWith(t, s, silence(5)), openWith(t, s, silence(5)), openWith(t, s, silence(5))}
	leases, errs := make([]targets.Lease, len(takers)), make([]error, len(takers))
	won := -1
	composetest.Until(t, "a silent holder to lose the lease", func() bool {
		var all sync.WaitGroup
		for i, taker := range takers {
			all.Go(func() { leases[i], errs[i] = taker.Acquire(t.Context(), claim(fmt.Sprintf("taker-%d", i))) })
		}
		all.Wait()
		for i, err := range errs {
			if err == nil {
				won = i
			}
		}
		return won >= 0
	})
	t.Cleanup(func() { giveBack(t, leases[won]) })
	winner := fmt.Sprintf("taker-%d", won)
	for i, err := range errs {
		if i != won {
			heldBy(t, err, winner)
		}
	}
	op := targets.Op{ID: "persist", Host: "local", Verb: targets.VerbPersist, Slot: targets.Base, Session: "session-of-ana"}
	heldBy(t, ana.Do(t.Context(), op, ignore), winner)
	receive(t, "word to the former holder", held.Lost())
	if h := observe(t, ana); h.Lease == nil || h.Lease.By.String() != winner || h.Lease.Generation < 2 {
		t.Errorf("the host shows the lease %+v, want %s's", h.Lease, winner)
	}
}

func TestAHolderThatBeatsKeepsItsLeaseLongerThanTheSilence(t *testing.T) {
	t.Parallel()
	keepsItsLease(t, composetest.Up(t))
}

func TestWhileThereIsNoStoreALeaseIsKeptByGenerations(t *testing.T) {
	t.Parallel()
	s := composetest.New(t)
	keepsItsLease(t, s)
	if h := observe(t, open(t, s)); h.Lease == nil || h.Lease.Generation < 2 {
		t.Errorf("the lease is %+v, want a later generation", h.Lease)
	}
}

func keepsItsLease(t *testing.T, s *composetest.Stack) {
	const patience = 8
	held := acquire(t, openWith(t, s, silence(3)), claim("ana"))
	ben := openWith(t, s, silence(patience))
	for began := time.Now(); time.Since(began) < (patience+2)*time.Second; {
		_, err := ben.Acquire(t.Context(), claim("ben"))
		heldBy(t, err, "ana")
	}
	if err := held.Err(); err != nil {
		t.Errorf("ana's lease: %v", err)
	}
}

func takenAndGivenBack(t *testing.T, s *composetest.Stack) {
	ana := open(t, s)
	held := acquire(t, ana, claim("ana"))
	byForce := claim("ben")
	byForce.Force = true
	giveBack(t, acquire(t, open(t, s), byForce))
	persist := targets.Op{ID: "persist", Host: "local", Verb: targets.VerbPersist, Slot: targets.Base, Session: "session-of-ana"}
	heldBy(t, ana.Do(t.Context(), persist, ignore), "ben")
	receive(t, "word to ana", held.Lost())
	if h := observe(t, ana); h.Lease != nil || h.Store != nil && h.Store.Session == persist.Session {
		t.Errorf("ana has the lease %+v and wrote %+v", h.Lease, h.Store)
	}
}

func givenUp(t *testing.T, s *composetest.Stack) {
	ana, ben := open(t, s), open(t, s)
	for round := range 6 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(10+10*round)*time.Millisecond)
		if l, err := ana.Acquire(ctx, claim("ana")); err == nil {
			giveBack(t, l)
		}
		cancel()
		l, err := ben.Acquire(t.Context(), claim("ben"))
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		giveBack(t, l)
	}
}

func prunedLease(t *testing.T, s *composetest.Stack) {
	ana := open(t, s)
	acquire(t, ana, claim("ana"))
	prune(t, s)
	persist := targets.Op{ID: "persist", Host: "local", Verb: targets.VerbPersist, Slot: targets.Base, Session: "session-of-ana"}
	if err := ana.Do(t.Context(), persist, ignore); err != nil {
		t.Fatalf("after the prune: %v", err)
	}
	_, err := open(t, s).Acquire(t.Context(), claim("ben"))
	heldBy(t, err, "ana")
}

func prunedAndTaken(t *testing.T, s *composetest.Stack) {
	acquire(t, open(t, s), claim("carl"))
	byForce := claim("ana")
	byForce.Force = true
	held := acquire(t, open(t, s), byForce)
	composetest.Until(t, "ben to come between the prune and the next heartbeat", func() bool {
		prune(t, s)
		l, err := open(t, s).Acquire(t.Context(), claim("ben"))
		if err != nil {
			return false
		}
		t.Cleanup(func() { giveBack(t, l) })
		return true
	})
	receive(t, "word to ana", held.Lost())
	heldBy(t, held.Err(), "ben")
}

// prune does what `docker container prune` would do to the stack: all that does not run
// is removed.
func prune(t *testing.T, s *composetest.Stack) {
	t.Helper()
	containers, err := s.Containers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range containers {
		if c.State == container.StateRunning {
			continue
		}
		if err := s.Docker.ContainerRemove(t.Context(), c.ID, container.RemoveOptions{Force: true}); err != nil {
			t.Fatal(err)
		}
	}
}

// silence makes a lease free after so many seconds without a heartbeat.
func silence(seconds int) func(*compose.Config) {
	return func(c *compose.Config) { c.Silence = time.Duration(seconds) * time.Second }
}

func ignore(targets.Progress) {}

func notBegun(t *testing.T, s *composetest.Stack) {
	target := open(t, s)
	acquire(t, target, claim("ana"))
	late, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	err := target.Do(late, targets.Op{Host: "local", Verb: targets.VerbRoute, Slot: targets.Base}, func(targets.Progress) {})
	var problem *text.Problem
	if !errors.As(err, &problem) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want a problem that does not leave open whether it was done", err)
	}
}
