package engine_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// goingBack flies to a rollback that has arrived on web-1 alone.
func (r *rig) goingBack(confirm string) (free func()) {
	r.Helper()
	r.watch()
	free = r.target.Hang(targets.VerbRoute, "web-2")
	r.do(release.Rollback{Confirm: text.Clean(confirm)})
	r.until("web-1 is back", func(s release.State) bool {
		return slices.ContainsFunc(s.Ops, func(o release.Op) bool { return o.ID == "back-1-route@web-1" && o.Status == release.StatusOK })
	})
	return free
}

func TestAWayBackThatWasConfirmedGoesOnWithoutBeingAskedAgain(t *testing.T) {
	empty := first(nil)
	for name, c := range map[string]struct {
		options options
		confirm string
		live    targets.Slot
	}{
		"always":        {options{file: func(f *checklist.File) { f.Rollback.AlwaysConfirm = true }}, "y", targets.Base},
		"not safe":      {options{file: job(checklist.JobContract), jobs: does(inproc.Doing{})}, "v1", targets.Base},
		"first release": {empty, "y", targets.NoSlot},
	} {
		t.Run(name, func(t *testing.T) {
			free := func() {}
			synctestResume(t, c.options, func(r *rig) { free = r.goingBack(c.confirm) }, func(r *rig) {
				free()
				r.paused(release.PauseClose)
				r.do(release.Proceed{Pause: release.PauseClose})
				r.ends(release.EndRolledBack)
				if slot, ok := r.live(); slot != c.live || !ok {
					t.Errorf("live is %q", slot)
				}
			})
		})
	}
}

func TestAResumedWayBackThatIsKilledAnywhereIsStillAWayBack(t *testing.T) {
	for n, alive := 1, true; alive; n++ {
		synctest.Test(t, func(t *testing.T) {
			killed := make(chan struct{})
			first := begin(t, options{})
			defer func() { first.stop(); <-first.engine.Over(); first.target.Close() }()
			free := first.goingBack("")
			first.target.Kill()
			free()
			first.stop()
			<-first.engine.Over()
			first.config.Yes = true
			second := first.resumedBy(first.recorded("s"), "resumed", func(cfg *engine.Config) {
				target := cfg.Target.(interface{ Kill() })
				cfg.Recorder = &mortal{cfg.Recorder, n, func() { target.Kill(); close(killed) }}
			})
			defer func() { second.stop(); <-second.engine.Over(); second.target.Close() }()
			select {
			case <-killed:
			case <-second.engine.Over():
				alive = false
				return
			}
			was := second.recorded("resumed")
			if was.Resumable() != nil {
				return
			}
			third := second.resumedBy(was, "again", func(*engine.Config) {})
			defer func() { third.stop(); <-third.engine.Over(); third.target.Close() }()
			third.ends(release.EndRolledBack)
			third.serves(targets.Base)
		})
		if t.Failed() {
			t.Fatalf("killed at append %d", n)
		}
	}
}

func TestTrafficThatSomebodyTookBackIsNotMovedAgain(t *testing.T) {
	for name, hosts := range map[string][]string{"all": {"web-1", "web-2"}, "one": {"web-2"}} {
		t.Run(name, func(t *testing.T) {
			synctestResume(t, options{config: yes}, func(r *rig) {
				r.until("the watch", func(s release.State) bool {
					st, _ := s.Step(plan.StepPersist)
					return st.Status == release.StatusOK
				})
				for _, h := range hosts {
					r.target.Reweight(h, targets.Base)
				}
			}, func(r *rig) {
				if s := r.ends(release.EndRefused); s.Ended.Problem.Code != plan.CodeMovedOn {
					t.Errorf("refused with %v", s.Ended.Problem)
				}
			})
		})
	}
}

func TestAResumedCutoverThatGetsNotReadyIsHeld(t *testing.T) {
	free := func() {}
	synctestResume(t, options{}, func(r *rig) {
		free = r.target.Hang(targets.VerbRoute, "web-2")
		r.cut()
		r.until("web-1 has moved", func(s release.State) bool {
			return slices.ContainsFunc(s.Ops, func(o release.Op) bool { return o.ID == "cutover@web-1" && o.Status == release.StatusOK })
		})
	}, func(r *rig) {
		free()
		r.target.Fail(targets.VerbReady, "web-2", text.NewProblem("not-ready", "web does not answer on web-2", "look"))
		s := r.paused(release.PauseVote)
		r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
		s = r.ends(release.EndHeld)
		if s.Resumable() != nil || serving(r) != "blue base" {
			t.Errorf("resumable: %v; the hosts serve %s", s.Resumable(), serving(r))
		}
	})
}

func TestTheKeyWorksWhileAResumedCutoverGetsReady(t *testing.T) {
	var free func()
	halfway(t, func(r *rig) {
		s := r.paused(release.PauseVote)
		free = r.target.Hang(targets.VerbReady, "web-2")
		defer free()
		r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
		r.until("it waits", func(s release.State) bool {
			st, _ := s.Step(plan.StepReady)
			return st.Status == release.StatusRunning
		})
		r.do(release.Rollback{})
		r.ends(release.EndRolledBack)
		r.serves(targets.Base)
	})
}

func TestAResumedWayBackThatCannotBeGoneIsMixedAndNothingIsWritten(t *testing.T) {
	free := func() {}
	synctestResume(t, options{}, func(r *rig) { free = r.goingBack("") }, func(r *rig) {
		refused(r, "web-1", "web-2")
		free()
		written := count(r.calls(), "persist")
		s := r.ends(release.EndMixed)
		if n := count(r.calls(), "persist"); n != written || s.Resumable() != nil {
			t.Errorf("%d more were written; resumable: %v", n-written, s.Resumable())
		}
	})
}
