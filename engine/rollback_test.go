package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

func rolledBack(s release.State) bool { return s.RolledBack() }

func count(calls []string, part string) int {
	n := 0
	for _, c := range calls {
		if strings.Contains(c, part) {
			n++
		}
	}
	return n
}

func TestOneKeyGoesBackAndOneForwardAgain(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.do(release.Rollback{})
		s := r.until("rolled back", rolledBack)
		if s.Live != targets.Base || s.Bar(s.Mono).Kind != release.BarBack {
			t.Errorf("live is %s, bar %s", s.Live, s.Bar(s.Mono).Kind)
		}
		r.do(release.Forward{})
		s = r.until("forward again", func(s release.State) bool { return s.Live == targets.Blue && !s.Switching() })
		r.do(release.Rollback{})
		r.until("rolled back again", func(s release.State) bool { return s.RolledBack() && len(s.Switches) == 3 })
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		calls := r.calls()
		if count(calls, "retire@web-1 blue") != 1 || count(calls, "retire@web-2 blue") != 1 || count(calls, "base") != 8 || calls[len(calls)-1] != "release by ana" {
			t.Errorf("done were %v", calls)
		}
	})
}

// cutover brings a session to the moment at which the deaf operation has been called.
func (r *rig) cutover(deaf <-chan struct{}) {
	r.Helper()
	r.cut()
	<-deaf
}

// deaf has the first operation of a verb on a host not return for an hour, whatever
// happens to its context. The channel is closed when it has been called.
func deaf(f *fake.Target, verb targets.Verb, host string) <-chan struct{} {
	return late(f, verb, host, time.Hour)
}

// late has it return after d.
func late(f *fake.Target, verb targets.Verb, host string, d time.Duration) <-chan struct{} {
	called := make(chan struct{})
	var first atomic.Bool
	f.Before(verb, host, func() {
		if first.CompareAndSwap(false, true) {
			close(called)
			<-time.After(d)
		}
	})
	return called
}

func TestTheWayBackDoesNotWaitForAStepThatHangs(t *testing.T) {
	for _, verb := range []targets.Verb{targets.VerbRoute, targets.VerbPersist} {
		var called <-chan struct{}
		fly(t, options{target: func(f *fake.Target) { called = deaf(f, verb, "web-2") }}, func(r *rig) {
			r.cutover(called)
			before := time.Now()
			r.do(release.Rollback{})
			r.until("traffic is back", func(s release.State) bool { sw, ok := s.Switch(); return ok && sw.Arrived })
			if took := time.Since(before); took > time.Second {
				t.Errorf("%s hangs: traffic was back after %s", verb, took)
			}
			s := r.until("rolled back", func(s release.State) bool {
				return s.RolledBack() && (s.Closing != nil || s.Pause == release.PauseClose)
			})
			if s.Live != targets.Base {
				t.Errorf("live is %s", s.Live)
			}
			if s.Closing == nil {
				r.do(release.Proceed{Pause: release.PauseClose})
			}
			r.ends(release.EndRolledBack)
			time.Sleep(2 * time.Hour)
		})
	}
}

// What a host was told last nobody knows, when an order of before the switch ends after it.
func TestWhatEndsLateIsSwitchedBackAgain(t *testing.T) {
	var called <-chan struct{}
	fly(t, options{target: func(f *fake.Target) { called = deaf(f, targets.VerbPersist, "web-2") }}, func(r *rig) {
		r.cutover(called)
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		r.until("the late one has ended", func(s release.State) bool {
			st, _ := s.Step(plan.StepPersist)
			return st.Status != release.StatusRunning
		})
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		if n := count(r.calls(), "persist@web-2 base"); n != 2 {
			t.Errorf("web-2 was written %d times, though an older order ended after the first:\n%s", n, strings.Join(r.calls(), "\n"))
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestAHostThatFailsAtTheCutoverTakesAllBack(t *testing.T) {
	broken := text.NewProblem("proxy", "the proxy says no", "look at it")
	fly(t, options{config: yes, target: func(f *fake.Target) { f.FailOnce(targets.VerbRoute, "web-2", broken) }}, func(r *rig) {
		s := r.ends(release.EndRolledBack)
		if s.Live != targets.Base || s.Ended.Problem == nil || s.Ended.End.ExitCode() != 10 {
			t.Errorf("live %s, ended %+v", s.Live, s.Ended)
		}
	})
}

func TestAHostThatCannotGoBackIsNamed(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.target.Fail(targets.VerbRoute, "web-2", errors.New("no route"))
		r.do(release.Rollback{})
		s := r.ends(release.EndMixed)
		sw, _ := s.Switch()
		if !slices.Equal(sw.End.Mixed, []string{"web-2"}) || s.Ended.End.ExitCode() != 13 || !strings.Contains(s.Ended.Problem.Error(), "web-2") {
			t.Errorf("mixed %v, ended %+v", sw.End.Mixed, s.Ended)
		}
		if n := count(r.calls(), "route@web-2 base"); n < 10 {
			t.Errorf("web-2 was asked %d times in ten seconds", n)
		}
	})
}

func TestWhatCannotBeWrittenDownIsSaidAndDoesNotUndo(t *testing.T) {
	fly(t, options{target: func(f *fake.Target) { f.FailOnce(targets.VerbPersist, "web-1", errors.New("disk full")) }}, func(r *rig) {
		r.watch()
		s := r.until("it is said", func(s release.State) bool { return len(s.Unwritten) == 1 })
		if s.Unwritten[0] != "web-1" || s.Live != targets.Blue {
			t.Errorf("unwritten %v, live %s", s.Unwritten, s.Live)
		}
		r.until("it is written after all", func(s release.State) bool { return len(s.Unwritten) == 0 })
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

// script is a release of the demo: how v2 answers after the cutover.
func script(v2 func(since time.Duration) fake.Mix) fake.Script {
	return func(slot targets.Slot, since time.Duration) fake.Mix {
		if slot == targets.Blue {
			return v2(since)
		}
		return fake.Steady(slot, since)
	}
}

func bad(since time.Duration) fake.Mix {
	m := fake.Steady(targets.Blue, since)
	if since > 20*time.Second {
		m.Errors = 0.08
	}
	return m
}

func slow(since time.Duration) fake.Mix {
	m := fake.Steady(targets.Blue, since)
	m.P50, m.P95 = 3*m.P50, 3*m.P95
	return m
}

func flaky(since time.Duration) fake.Mix {
	m := fake.Steady(targets.Blue, since)
	if since > 20*time.Second && since < 23*time.Second {
		m.Errors = 0.5
	}
	return m
}

func flights(t *testing.T, name string, v2 func(time.Duration) fake.Mix, want release.End) {
	for seed := range uint64(20) {
		t.Run(name, func(t *testing.T) {
			short := func(f *checklist.File) { f.Watch, f.Post = 5*time.Minute, nil }
			o := options{config: yes, file: short, target: func(f *fake.Target) { f.Traffic(20, script(v2)) }, seed: seed + 1, hosts: []string{"web-1"}}
			fly(t, o, func(r *rig) { r.ends(want) })
		})
	}
}

func TestABadReleaseIsCountedDownAndRolledBack(t *testing.T) {
	flights(t, "bad", bad, release.EndRolledBack)
}

func TestASlowReleaseIsCountedDownAndRolledBack(t *testing.T) {
	flights(t, "slow", slow, release.EndRolledBack)
}

func TestABurstOfErrorsDoesNotTripTheGuard(t *testing.T) {
	flights(t, "flaky", flaky, release.EndShipped)
}

func TestHoldStopsTheCountdownAndReleaseStartsItAgain(t *testing.T) {
	fly(t, options{target: func(f *fake.Target) { f.Flowing(20, script(bad), 15*time.Minute) }}, func(r *rig) {
		r.watch()
		s := r.until("a countdown", func(s release.State) bool { return s.Countdown != nil })
		if left := s.Countdown.Until - s.Mono; left != release.Countdown || s.Guard.Level != guard.Red {
			t.Errorf("counting down from %s at %s", left, s.Guard.Level)
		}
		r.do(release.Hold{})
		s = r.until("two minutes on hold", func(s release.State) bool { return s.Mono > s.CutAt+4*time.Minute })
		if s.Countdown != nil || len(s.Switches) > 0 {
			t.Errorf("on hold: countdown %v, switches %d", s.Countdown, len(s.Switches))
		}
		r.do(release.Unhold{})
		s = r.until("rolled back", rolledBack)
		if sw, _ := s.Switch(); sw.By != release.Engine() || !strings.Contains(sw.Why.String(), "guard") {
			t.Errorf("rolled back by %v: %s", sw.By, sw.Why)
		}
		s = r.paused(release.PauseClose)
		if s.GuardSlot != targets.Base {
			t.Errorf("the guard judges %s after the rollback", s.GuardSlot)
		}
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
	})
}

func TestForwardAgainIsJudgedAnew(t *testing.T) {
	fly(t, options{target: func(f *fake.Target) { f.Flowing(20, script(bad), 15*time.Minute) }}, func(r *rig) {
		r.watch()
		r.until("a countdown", func(s release.State) bool { return s.Countdown != nil })
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		r.do(release.Forward{})
		s := r.until("forward again", func(s release.State) bool { return s.Live == targets.Blue && !s.Switching() })
		if _, level := s.Judging(); level != guard.Waiting || s.Countdown != nil {
			t.Errorf("the verdict of before stands: %s, countdown %v", level, s.Countdown)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestGoaroundRollbackNeedsNoPlan(t *testing.T) {
	back := func(c *engine.Config) { c.Back, c.Ask = true, nil }
	fly(t, options{config: back, quiet: true, target: func(f *fake.Target) { deployed(t, f, "") }}, func(r *rig) {
		s := r.ends(release.EndRolledBack)
		if s.Live != targets.Base {
			t.Errorf("live is %s", s.Live)
		}
		if n := count(r.calls(), "start@web-1 base"); n != 1 {
			t.Errorf("the cold slot was started %d times: %v", n, r.calls())
		}
	})
}

// deployed leaves v2 live in blue and v1 stopped in base, by the hands of somebody else,
// with a way back that is unsafe if there is a reason why.
func deployed(t *testing.T, f *fake.Target, unsafe string) {
	t.Helper()
	ctx := context.Background()
	lease, err := f.Acquire(ctx, targets.Claim{By: "ben", Session: "other"})
	if err != nil {
		t.Fatal(err)
	}
	v2, err := f.Resolve(ctx, map[string]string{"web": fake.V2}, func(targets.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	v1, err := f.Resolve(ctx, map[string]string{"web": fake.V1}, func(targets.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"web-1", "web-2"} {
		for _, op := range []targets.Op{
			{Verb: targets.VerbStage, Slot: targets.Blue, Release: v2}, {Verb: targets.VerbReady, Slot: targets.Blue},
			{Verb: targets.VerbRoute, Slot: targets.Blue, From: targets.Base},
			{Verb: targets.VerbPersist, Slot: targets.Blue, From: targets.Base, Release: v2, Before: v1, Unsafe: text.Clean(unsafe)},
			{Verb: targets.VerbRetire, Slot: targets.Base},
		} {
			op.Host, op.ID = host, string(op.Verb)+"@"+host
			if err := f.Do(ctx, op, func(targets.Progress) {}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := lease.Release(ctx); err != nil {
		t.Fatal(err)
	}
}
