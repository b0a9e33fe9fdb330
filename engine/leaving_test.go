package engine_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

// hanging is a smoke test of an app that does not answer.
func hanging() options {
	return options{
		pages: func(string) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
		},
		file: func(f *checklist.File) {
			f.During = slices.Insert(f.During, 1, checklist.Item{ID: "during-9", Phase: checklist.During, Kind: checklist.Smoke, Title: "/",
				Timeout: time.Hour, Steps: []checklist.Request{{Method: "GET", URL: "/"}}})
		},
	}
}

func TestWhoLeavesDoesNotWaitForACheck(t *testing.T) {
	for name, leave := range map[string]func(r *rig){
		"abort":     func(r *rig) { r.do(release.Abort{}) },
		"interrupt": func(r *rig) { r.stop() },
	} {
		t.Run(name, func(t *testing.T) {
			fly(t, hanging(), func(r *rig) {
				r.vote()
				r.until("the smoke test runs", func(s release.State) bool { it, _ := s.Item("during-9"); return it.Status == release.StatusRunning })
				leave(r)
				r.ends(release.EndAborted)
				if calls := r.calls(); calls[len(calls)-1] != "release by ana" || count(calls, "remove") != 2 {
					t.Errorf("what was staged is not taken down: %v", calls)
				}
			})
		})
	}
}

// live is where each host of the rig sends its traffic.
func (r *rig) live() (slot targets.Slot, agree bool) {
	r.Helper()
	o, err := r.target.Observe(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return o.Live()
}

func TestACutoverIsNotLeftInTheMiddle(t *testing.T) {
	slow := func(f *fake.Target) { f.Take(targets.VerbRoute, "web-2", 2*time.Second) }
	fly(t, options{target: slow}, func(r *rig) {
		r.cut()
		r.until("web-1 is switched", func(s release.State) bool { return s.Cut })
		if err := r.pilot.Do(r.Context(), release.Leave{}); err == nil {
			t.Error("left while the traffic was being moved")
		}
		r.stop()
		s := r.ends(release.EndHeld)
		if slot, ok := r.live(); !ok || slot != targets.Blue || count(r.calls(), "persist") != 2 || len(s.Unwritten) > 0 {
			t.Errorf("live %s, agreed %v, written down %d times, unwritten %v", slot, ok, count(r.calls(), "persist"), s.Unwritten)
		}
	})
	fails := func(f *fake.Target) {
		slow(f)
		f.FailOnce(targets.VerbRoute, "web-2", errors.New("the proxy says no"))
	}
	fly(t, options{target: fails}, func(r *rig) {
		r.cut()
		r.until("it is begun", func(s release.State) bool { return s.Cut })
		r.stop()
		r.ends(release.EndRolledBack)
		if slot, ok := r.live(); !ok || slot != targets.Base {
			t.Errorf("live %s, agreed %v", slot, ok)
		}
	})
}

func TestLeavingAfterARollbackEndsRolledBack(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		r.stop()
		r.ends(release.EndRolledBack)
	})
}

func TestAHostThatIsSwitchedLateIsWaitedFor(t *testing.T) {
	var called <-chan struct{}
	fly(t, options{target: func(f *fake.Target) { called = late(f, targets.VerbRoute, "web-2", 4*time.Second) }}, func(r *rig) {
		r.cutover(called)
		r.do(release.Rollback{})
		r.target.Take(targets.VerbRoute, "web-2", 3*time.Second)
		if s := r.until("it can be closed", func(s release.State) bool { return s.Pause == release.PauseClose || s.Closing != nil }); s.Closing == nil {
			r.do(release.Proceed{Pause: release.PauseClose})
		}
		s := r.ends(release.EndRolledBack)
		if slot, ok := r.live(); !ok || slot != targets.Base {
			t.Errorf("live %s, agreed %v", slot, ok)
		}
		for _, o := range s.Ops {
			if o.Status == release.StatusRunning {
				t.Errorf("the session ended while %s was running", o.ID)
			}
		}
	})
}

func TestAHostThatCannotBeSwitchedASecondTimeIsMixed(t *testing.T) {
	var called <-chan struct{}
	fly(t, options{target: func(f *fake.Target) { called = late(f, targets.VerbRoute, "web-2", 4*time.Second) }}, func(r *rig) {
		r.cutover(called)
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		r.target.Fail(targets.VerbRoute, "web-2", errors.New("gone"))
		s := r.ends(release.EndMixed)
		if sw, _ := s.Switch(); !slices.Equal(sw.End.Mixed, []string{"web-2"}) {
			t.Errorf("mixed %v", sw.End.Mixed)
		}
	})
}

func TestForwardAfterARollbackInTheCutoverIsJudged(t *testing.T) {
	var called <-chan struct{}
	fly(t, options{target: func(f *fake.Target) {
		f.Flowing(20, script(bad), 15*time.Minute)
		called = late(f, targets.VerbPersist, "web-2", time.Second)
	}}, func(r *rig) {
		r.cutover(called)
		r.do(release.Rollback{})
		r.paused(release.PauseClose)
		r.do(release.Forward{})
		r.until("a countdown", func(s release.State) bool { return s.Countdown != nil })
		r.do(release.Rollback{})
		r.until("rolled back", func(s release.State) bool { return s.RolledBack() && len(s.Switches) == 3 })
		r.do(release.Leave{})
		r.ends(release.EndRolledBack)
	})
}

func TestARollbackThatCannotBeWrittenDownIsTriedAgain(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.target.FailOnce(targets.VerbPersist, "web-1", errors.New("disk full"))
		r.do(release.Rollback{})
		r.until("it is said", func(s release.State) bool { return len(s.Unwritten) == 1 && s.RolledBack() })
		r.until("it is written", func(s release.State) bool { return len(s.Unwritten) == 0 })
		r.do(release.Leave{})
		r.ends(release.EndRolledBack)
	})
}

func TestWhatIsUnwrittenAtTheEndIsTriedOnceMore(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.target.Fail(targets.VerbPersist, "web-1", errors.New("disk full"))
		r.do(release.Rollback{})
		r.until("it is said", func(s release.State) bool { return len(s.Unwritten) == 1 && s.RolledBack() })
		r.do(release.Leave{})
		s := r.ends(release.EndRolledBack)
		if n := count(r.calls(), "persist@web-1 base"); n != 2 || !slices.Equal(s.Unwritten, []string{"web-1"}) {
			t.Errorf("written %d times, unwritten %v", n, s.Unwritten)
		}
	})
}

func TestAProxyThatIsAwayForAMomentIsWaitedFor(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.target.Fail(targets.VerbRoute, "web-2", errors.New("connection refused"))
		time.AfterFunc(3*time.Second, func() { r.target.Clear(targets.VerbRoute, "web-2") })
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		r.do(release.Leave{})
		r.ends(release.EndRolledBack)
	})
}

func TestAnOldSlotThatIsGoneIsNotCalledWarm(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.until("it was seen", func(s release.State) bool { return len(s.Vitals) == 4 })
		r.target.Vanish("web-1", targets.Base)
		r.target.Fail(targets.VerbStart, "", text.NewProblem(targets.CodeGone, "the containers are gone", "deploy"))
		s := r.until("it is seen", func(s release.State) bool { return s.Bar(s.Mono).Kind == release.BarCold })
		r.do(release.Rollback{})
		s = r.until("it is said", func(s release.State) bool { sw, ok := s.Switch(); return ok && sw.Finished })
		if sw, _ := s.Switch(); sw.End.Problem == nil || sw.End.Problem.Code != targets.CodeGone || s.Live != targets.Blue || s.Closing != nil {
			t.Errorf("switch %+v, live %s, closing %v", sw.End, s.Live, s.Closing)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestARedReleaseIsNotShippedByEnter(t *testing.T) {
	turns := func(since time.Duration) fake.Mix {
		m := fake.Steady(targets.Blue, since)
		if since > 6*time.Minute {
			m.Errors = 0.3
		}
		return m
	}
	short := func(f *checklist.File) { f.Watch, f.Post = 5*time.Minute, nil }
	fly(t, options{file: short, target: func(f *fake.Target) { f.Flowing(20, script(turns), 15*time.Minute) }}, func(r *rig) {
		r.watch()
		r.paused(release.PauseClose)
		s := r.until("a countdown", func(s release.State) bool { return s.Countdown != nil })
		if err := r.pilot.Do(r.Context(), release.Proceed{Pause: release.PauseClose}); err == nil {
			t.Errorf("a release at %s was closed as shipped", s.Guard.Level)
		}
		r.until("rolled back", rolledBack)
		r.do(release.Leave{})
		r.ends(release.EndRolledBack)
	})
}
