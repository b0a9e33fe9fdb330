package engine_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

// refused has each host say at once that a slot cannot get its traffic.
func refused(r *rig, hosts ...string) {
	for _, h := range hosts {
		r.target.Fail(targets.VerbRoute, h, text.NewProblem(targets.CodeGone, "its containers are gone from "+h, "deploy"))
	}
}

func failedOnce(s release.State) bool {
	sw, ok := s.Switch()
	return ok && sw.Finished && !sw.Arrived
}

func TestAForwardThatFailsLeavesItRolledBack(t *testing.T) {
	fly(t, withWorkers(options{}, fake.V2), func(r *rig) {
		r.watch()
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		refused(r, "web-1", "web-2")
		r.do(release.Forward{})
		s := r.until("forward failed", failedOnce)
		if !s.RolledBack() || s.Live != targets.Base {
			t.Errorf("rolled back %v, live %s", s.RolledBack(), s.Live)
		}
		r.target.Clear(targets.VerbRoute, "web-1")
		r.target.Clear(targets.VerbRoute, "web-2")
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		r.serves(targets.Base)
		r.works(targets.Base)
	})
}

func TestAWayBackThatFailsBetweenTheWavesLeavesTheNextAsItIs(t *testing.T) {
	fly(t, options{file: inWaves, hosts: three}, func(r *rig) {
		r.first()
		refused(r, three...)
		r.do(release.Rollback{})
		s := r.until("the way back failed", failedOnce)
		if s.Watched() != targets.Blue {
			t.Errorf("judged is %s", s.Watched())
		}
		for _, h := range three {
			r.target.Clear(targets.VerbRoute, h)
		}
		r.until("a verdict on the first host", func(s release.State) bool { _, level := s.Judging(); return level == guard.OK })
		r.paused(release.PauseCutover)
		r.do(release.Proceed{Pause: release.PauseCutover})
		s = r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch })
		if s.Live != targets.Blue || s.CutAt == 0 {
			t.Errorf("live %s, cut at %s", s.Live, s.CutAt)
		}
		r.until("it is written", func(s release.State) bool {
			st, _ := s.Step(plan.StepPersist)
			return st.Status == release.StatusOK
		})
		if got := serving(r); got != "blue blue blue" {
			t.Errorf("the hosts serve %s", got)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestUnattendedARedFirstWaveThatCannotGoBackGoesNoFurther(t *testing.T) {
	fly(t, options{file: inWaves, hosts: three, quiet: true, config: yes, target: func(f *fake.Target) {
		f.Flowing(20, sickBlue, 15*time.Minute)
	}}, func(r *rig) {
		r.until("the first wave", func(s release.State) bool { return s.CanaryAt > 0 })
		refused(r, three...)
		r.ends(release.EndMixed)
		if n := count(r.calls(), "route@web-3 blue"); n > 0 {
			t.Error("the rest was moved")
		}
	})
}

func TestUnattendedAFirstWaveThatIsNotWellIsHeldInTheEnd(t *testing.T) {
	fly(t, options{file: func(f *checklist.File) { inWaves(f); f.Guard.Auto = checklist.AutoOff }, hosts: three, quiet: true, config: yes, target: func(f *fake.Target) {
		f.Flowing(20, sickBlue, 15*time.Minute)
	}}, func(r *rig) {
		s := r.ends(release.EndHeld)
		if got := serving(r); got != "blue base base" || s.Ended.Problem == nil || s.Ended.Problem.Code != "unwell" {
			t.Errorf("the hosts serve %s, it ended with %v", got, s.Ended.Problem)
		}
	})
}

func TestWhatIsNotWrittenDownIsNotShipped(t *testing.T) {
	full := func(f *fake.Target) { f.Fail(targets.VerbPersist, "web-1", errors.New("disk full")) }
	t.Run("unattended", func(t *testing.T) {
		fly(t, options{config: yes, target: full}, func(r *rig) {
			s := r.ends(release.EndHeld)
			if s.Ended.Problem == nil || !strings.Contains(s.Ended.Problem.Error(), "disk full") || count(r.calls(), "retire@") > 0 {
				t.Errorf("ended with %v, after %v", s.Ended.Problem, r.calls())
			}
		})
	})
	t.Run("a person is not asked to close it", func(t *testing.T) {
		fly(t, options{target: full}, func(r *rig) {
			r.watch()
			r.until("the question of the watch", func(s release.State) bool { return s.Mono >= s.CutAt+10*time.Minute })
			r.do(release.Answer{Item: "post-1", Yes: true})
			s := r.until("the watch is over", func(s release.State) bool { return s.Mono > s.WatchUntil+time.Minute })
			if s.Pause == release.PauseClose {
				t.Error("it can be closed")
			}
			r.target.Clear(targets.VerbPersist, "web-1")
			r.paused(release.PauseClose)
			r.do(release.Proceed{Pause: release.PauseClose})
			r.ends(release.EndShipped)
		})
	})
}
