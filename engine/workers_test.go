package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

// withWorkers adds a worker of each order to a session.
func withWorkers(o options, image string) options {
	file, config := o.file, o.config
	o.file = func(f *checklist.File) {
		f.Release = append(f.Release,
			checklist.Service{Name: "mailer", Order: checklist.StartFirst, ReadyWithin: time.Minute},
			checklist.Service{Name: "indexer", Order: checklist.StopFirst, ReadyWithin: time.Minute})
		if file != nil {
			file(f)
		}
	}
	o.config = func(c *engine.Config) {
		c.Ask = map[string]string{"web": fake.V2, "mailer": image, "indexer": image}
		if config != nil {
			config(c)
		}
	}
	o.more = append(o.more, fake.StartFirst("mailer"), fake.StopFirst("indexer"))
	return o
}

// works asks that the workers run in one slot and in no other, on every host.
func (r *rig) works(in targets.Slot) {
	r.Helper()
	o, err := r.target.Observe(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	for _, h := range o.Hosts {
		for slot, s := range h.Slots {
			if idle := slot != in; s.Idle() != idle || !idle && !s.Works() {
				r.Errorf("%s: workers of %s: %+v, want those of %s to run", h.Name, slot, s.Instances, in)
			}
		}
	}
}

// rollback is `goaround rollback` from another laptop.
func (r *rig) rollback() release.State {
	r.Helper()
	e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
	defer cancel()
	s, err := e.Wait()
	if err != nil {
		r.Error(err)
	}
	return s
}

func follow(want release.Status) func(release.State) bool {
	return func(s release.State) bool { return s.Workers().Status == want }
}

func backAndFollowed(s release.State) bool {
	return s.RolledBack() && s.Workers().Status == release.StatusOK
}

func TestTheWorkersFollowTheTrafficThereBackAndForwardAgain(t *testing.T) {
	fly(t, withWorkers(options{target: func(f *fake.Target) { f.Take(targets.VerbSwap, "", 3*time.Second) }}, fake.V2), func(r *rig) {
		r.cut()
		s := r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch })
		if s.Workers().Status == release.StatusOK {
			t.Error("the watch waited for the workers")
		}
		r.until("the workers are there", follow(release.StatusOK))
		r.works(targets.Blue)
		r.do(release.Rollback{})
		s = r.until("traffic is back", func(s release.State) bool { sw, _ := s.Switch(); return sw.Arrived })
		if b := s.Bar(s.Mono); b.Kind != release.BarBack || b.Took > 100*time.Millisecond || b.Workers.Status == release.StatusOK {
			t.Errorf("while the workers come back the bar says %+v", b)
		}
		s = r.until("workers are back", backAndFollowed)
		if b := s.Bar(s.Mono); b.Workers.Took != 3*time.Second || b.Took > 100*time.Millisecond {
			t.Errorf("traffic back in %s, workers in %s, want 0 and 3 s", b.Took, b.Workers.Took)
		}
		r.works(targets.Base)
		r.do(release.Forward{})
		r.until("forward again", func(s release.State) bool { return s.Live == targets.Blue && !s.Switching() })
		r.works(targets.Blue)
		r.do(release.Rollback{})
		r.until("rolled back again", func(s release.State) bool { return len(s.Switches) == 3 && backAndFollowed(s) })
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		r.works(targets.Base)
	})
}

func TestNothingIsShippedBeforeTheWorkersAreThere(t *testing.T) {
	var free func()
	yes := options{config: func(c *engine.Config) { c.Yes = true }, target: func(f *fake.Target) { free = f.Hang(targets.VerbSwap, "web-2") },
		file: func(f *checklist.File) { brief(f); f.Pre = nil }}
	fly(t, withWorkers(yes, fake.V2), func(r *rig) {
		s := r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch })
		time.Sleep(s.WatchUntil - s.Mono + time.Minute)
		if s = r.until("now", func(s release.State) bool { return s.Mono > s.WatchUntil }); s.Closing != nil {
			t.Errorf("the session closes as %s", s.Closing.End)
		}
		free()
		r.ends(release.EndShipped)
		r.works(targets.Blue)
	})
}

func TestWorkersThatCannotBeSwappedTakeAllBack(t *testing.T) {
	fly(t, withWorkers(options{}, fake.Sick), func(r *rig) {
		r.cut()
		s := r.until("rolled back", backAndFollowed)
		if sw, _ := s.Switch(); sw.By != release.Engine() || !strings.Contains(sw.Why.String(), "workers could not be swapped") {
			t.Errorf("back by %s: %s", sw.By.Name, sw.Why)
		}
		r.works(targets.Base)
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
	})
}

// The forward swap is cut off wherever it is, and the way's own comes after it.
func TestTheKeyDuringASwapBringsTrafficBackAtOnceAndThenTheWorkers(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		var called <-chan struct{}
		o := options{target: func(f *fake.Target) {
			if deaf {
				called = late(f, targets.VerbSwap, "web-2", 40*time.Second)
			} else {
				f.Take(targets.VerbSwap, "web-2", 40*time.Second)
			}
		}}
		fly(t, withWorkers(o, fake.V2), func(r *rig) {
			r.cut()
			r.until("the swap runs", follow(release.StatusRunning))
			if deaf {
				<-called
			}
			before := time.Now()
			r.do(release.Rollback{})
			r.until("traffic is back", func(s release.State) bool { sw, ok := s.Switch(); return ok && sw.Arrived })
			if took := time.Since(before); took > time.Second {
				t.Errorf("traffic was back after %s", took)
			}
			r.until("workers are back", backAndFollowed)
			r.paused(release.PauseClose)
			r.works(targets.Base)
			r.do(release.Proceed{Pause: release.PauseClose})
			r.ends(release.EndRolledBack)
			r.works(targets.Base)
		})
	}
}

func TestWorkersThatDoNotComeBackAreTriedAgainAndEndMixed(t *testing.T) {
	for _, mended := range []bool{true, false} {
		fly(t, withWorkers(options{}, fake.V2), func(r *rig) {
			r.watch()
			r.until("the workers are there", follow(release.StatusOK))
			r.target.Fail(targets.VerbSwap, "web-2", errors.New("no space left"))
			r.do(release.Rollback{})
			s := r.until("rolled back", rolledBack)
			if w := s.Workers(); w.Status != release.StatusFailed || !slices.Equal(w.Hosts, []string{"web-2"}) || w.Problem == nil {
				t.Errorf("workers %+v", w)
			}
			if !mended {
				r.paused(release.PauseClose)
				r.do(release.Proceed{Pause: release.PauseClose})
				r.ends(release.EndMixed)
				if n := count(r.calls(), "retire@"); n > 0 {
					t.Errorf("%d slots were stopped though a worker may run there", n)
				}
				return
			}
			r.target.Clear(targets.VerbSwap, "web-2")
			r.until("workers are back", backAndFollowed)
			r.works(targets.Base)
			r.paused(release.PauseClose)
			r.do(release.Proceed{Pause: release.PauseClose})
			r.ends(release.EndRolledBack)
		})
	}
}

func TestAFirstReleaseWhoseWorkersDoNotStartIsHeld(t *testing.T) {
	o := options{quiet: true, more: []fake.Option{fake.Empty()}, config: func(c *engine.Config) { c.Yes = true },
		file: func(f *checklist.File) { f.Pre, f.Post = nil, nil }}
	fly(t, withWorkers(o, fake.Sick), func(r *rig) {
		s := r.ends(release.EndHeld)
		if s.Ended.Problem == nil || s.Ended.Problem.Code != "not-ready" {
			t.Errorf("ended because of %v", s.Ended.Problem)
		}
		if count(r.calls(), "swap@web-1 blue") < 2 {
			t.Error("the workers were not tried again")
		}
	})
}

// Out of traffic is out of work.
func TestARollbackOfAFirstReleaseStopsItsWorkersAtOnce(t *testing.T) {
	fly(t, withWorkers(options{quiet: true, more: []fake.Option{fake.Empty()}}, fake.V2), func(r *rig) {
		r.watch()
		r.until("the workers are there", follow(release.StatusOK))
		r.works(targets.Blue)
		r.do(release.Rollback{Confirm: text.Clean("y")})
		r.until("the workers have stopped", backAndFollowed)
		r.works(targets.NoSlot)
		r.do(release.Forward{})
		r.until("forward again", func(s release.State) bool { return s.Live == targets.Blue && !s.Switching() })
		r.works(targets.Blue)
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestAWorkerThatDiesInTheWatchIsRed(t *testing.T) {
	fly(t, withWorkers(options{}, fake.V2), func(r *rig) {
		r.watch()
		s := r.until("a verdict", func(s release.State) bool { return s.Guard.Level == guard.OK && s.Workers().Status == release.StatusOK })
		r.target.Die("web-1", targets.Blue, "mailer")
		s = r.until("RED", func(s release.State) bool { return s.Guard.Level == guard.Red })
		if !strings.HasPrefix(s.Guard.Why, "worker mailer: ") {
			t.Errorf("RED because of %q", s.Guard.Why)
		}
		r.until("rolled back by the engine", backAndFollowed)
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
	})
}

func TestALeaseThatIsTakenDuringASwapLeavesTheRestToWhoHasIt(t *testing.T) {
	fly(t, withWorkers(options{target: func(f *fake.Target) { f.Take(targets.VerbSwap, "", time.Minute) }}, fake.V2), func(r *rig) {
		r.cut()
		r.until("the swap runs", follow(release.StatusRunning))
		r.target.Steal("ben")
		r.ends(release.EndLocked)
		time.Sleep(2 * time.Minute)
		r.works(targets.Base)
	})
}

// Somebody else goes back from a slot whose workers run to one that was stopped.
func TestTheHostsAloneBringTheWorkersBack(t *testing.T) {
	fly(t, withWorkers(options{}, fake.V2), func(r *rig) {
		r.watch()
		r.until("the workers are there", follow(release.StatusOK))
		r.do(release.Leave{})
		r.ends(release.EndHeld)
		for _, want := range []release.End{release.EndRolledBack, release.EndLive} {
			if s := r.rollback(); s.Ended.End != want {
				t.Errorf("ended %s (%v), want %s", s.Ended.End, s.Ended.Problem, want)
			}
			r.works(targets.Base)
		}
		r.target.Die("web-1", targets.Base, "indexer")
		if s := r.rollback(); s.Ended.End != release.EndRolledBack || s.Workers().Status != release.StatusOK {
			t.Errorf("a rollback whose worker died was not finished: %s (%v)", s.Ended.End, s.Ended.Problem)
		}
		r.works(targets.Base)
	})
}

// The release before knew of no worker: there is none to go back to, and that is said.
func TestAWorkerThatIsNewIsOnlyStoppedOnTheWayBack(t *testing.T) {
	fly(t, withWorkers(options{target: func(f *fake.Target) {
		f.Prune("web-1", targets.Base, "mailer")
		f.Prune("web-2", targets.Base, "mailer")
	}}, fake.V2), func(r *rig) {
		s := r.watch()
		if it, _ := s.Item("wayback"); it.Status != release.StatusOK || !strings.Contains(it.Evidence.String(), "it has no mailer, which would only be stopped") {
			t.Errorf("way back %s: %s", it.Status, it.Evidence)
		}
		r.until("the workers are there", follow(release.StatusOK))
		r.do(release.Rollback{})
		r.until("workers are back", backAndFollowed)
		r.works(targets.Base)
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
	})
}

// One whose container was taken away since is missed: the traffic is back without it.
func TestAWorkerThatIsGoneDoesNotHoldTheTraffic(t *testing.T) {
	fly(t, withWorkers(options{}, fake.V2), func(r *rig) {
		r.watch()
		r.until("the workers are there", follow(release.StatusOK))
		r.target.Prune("web-2", targets.Base, "mailer")
		r.do(release.Rollback{})
		s := r.until("rolled back", rolledBack)
		if w := s.Workers(); w.Status != release.StatusFailed || w.Problem.Code != targets.CodeGone {
			t.Errorf("workers %+v", w)
		}
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndMixed)
	})
}

// The guard does not wait for the workers, on no way forward.
func TestREDGoesBackWhileTheWorkersStillFollow(t *testing.T) {
	const long = 5 * time.Minute
	red := func(since time.Duration) fake.Mix { return broken(targets.Blue, since) }
	fly(t, withWorkers(options{target: func(f *fake.Target) {
		f.Flowing(20, script(red), 15*time.Minute)
		f.Take(targets.VerbSwap, "", long)
	}}, fake.V2), func(r *rig) {
		r.cut()
		s := r.until("rolled back", backAndFollowed)
		r.do(release.Forward{})
		s = r.until("back again", func(s release.State) bool { return len(s.Switches) == 3 })
		forward, back := s.Switches[1], s.Switches[2]
		if took := back.Mono - forward.Mono; !forward.Arrived || forward.Finished || back.By != release.Engine() || took >= long {
			t.Errorf("after %s, by %s; forward %+v", took, back.By.Name, forward.End)
		}
		r.until("rolled back again", backAndFollowed)
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		r.works(targets.Base)
	})
}
