package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/engine"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// in plans the start that far from now.
func in(d time.Duration) func(*engine.Config) {
	return func(c *engine.Config) { c.At = time.Now().Add(d) }
}

// staged reports whether a host has been asked to bring up the idle slot.
func (r *rig) staged() bool {
	return slices.ContainsFunc(r.calls(), func(c string) bool { return strings.HasPrefix(c, "stage") })
}

// waits brings a session past the vote, and lets some of the wait pass.
func (r *rig) waits(d time.Duration) release.State {
	r.Helper()
	r.vote()
	at := r.until("it waits", func(s release.State) bool { _, ok := s.Waits(s.Mono); return ok }).Mono
	return r.until("it has waited", func(s release.State) bool { return s.Mono >= at+d })
}

func TestAtThePlannedTimeThePilotSaysGo(t *testing.T) {
	fly(t, options{config: in(30 * time.Minute)}, func(r *rig) {
		s := r.waits(20 * time.Minute)
		if left, ok := s.Waits(s.Mono); !ok || left > 10*time.Minute || s.Pause != release.PauseNone || s.Phase != release.PhasePreflight || r.staged() {
			t.Errorf("with %s left: pause %q, phase %s, calls %v", left, s.Pause, s.Phase, r.calls())
		}
		if err := r.pilot.Do(r.Context(), release.Proceed{Pause: release.PauseStart}); err == nil {
			t.Error("it starts before its time")
		}
		s = r.paused(release.PauseStart)
		if s.Mono < 30*time.Minute || s.Mono > 30*time.Minute+time.Second {
			t.Errorf("the pilot is asked after %s", s.Mono)
		}
		if s = r.until("five minutes later", func(s release.State) bool { return s.Mono >= 35*time.Minute }); r.staged() {
			t.Error("it started by itself")
		}
		r.do(release.Proceed{Pause: release.PauseStart})
		r.paused(release.PauseCutover)
		if n := count(r.target.Calls(), "observe"); n != 2 {
			t.Errorf("the hosts were looked at %d times", n)
		}
		r.do(release.Abort{})
		r.ends(release.EndAborted)
	})
}

func TestWithYesItStartsByItself(t *testing.T) {
	both := func(c *engine.Config) { yes(c); in(30 * time.Minute)(c) }
	fly(t, options{config: both}, func(r *rig) {
		s := r.until("the stage", func(s release.State) bool { return s.Phase == release.PhaseStage })
		if s.Mono < 30*time.Minute || s.Mono > 30*time.Minute+time.Second {
			t.Errorf("it started after %s", s.Mono)
		}
		r.ends(release.EndShipped)
	})
}

func TestVotesThatComeLateStillAskThePilot(t *testing.T) {
	fly(t, options{config: in(time.Minute)}, func(r *rig) {
		r.until("the time has passed", func(s release.State) bool { return s.Mono >= 2*time.Minute })
		r.vote()
		r.paused(release.PauseStart)
		r.do(release.Proceed{Pause: release.PauseStart})
		r.paused(release.PauseCutover)
		r.do(release.Abort{})
		r.ends(release.EndAborted)
	})
}

func TestAHoldStopsThePlannedStart(t *testing.T) {
	for name, config := range map[string]func(*engine.Config){
		"asked": in(10 * time.Minute), "--yes": func(c *engine.Config) { yes(c); in(10 * time.Minute)(c) },
	} {
		t.Run(name, func(t *testing.T) {
			fly(t, options{config: config}, func(r *rig) {
				if name == "asked" {
					r.waits(time.Minute)
				} else {
					r.until("it waits", func(s release.State) bool { _, ok := s.Waits(s.Mono); return ok })
				}
				r.do(release.Hold{})
				s := r.until("the time has passed", func(s release.State) bool { return s.Mono >= 20*time.Minute })
				if s.Pause != release.PauseNone || s.Phase != release.PhasePreflight || r.staged() {
					t.Errorf("on hold: pause %q, phase %s", s.Pause, s.Phase)
				}
				r.do(release.Unhold{})
				if name == "asked" {
					r.paused(release.PauseStart)
				} else {
					r.until("the stage", func(s release.State) bool { return s.Phase == release.PhaseStage })
				}
				r.do(release.Abort{})
				r.ends(release.EndAborted)
			})
		})
	}
}

func TestWhileItWaitsLeavingIsFree(t *testing.T) {
	fly(t, options{config: in(30 * time.Minute)}, func(r *rig) {
		s := r.waits(time.Minute)
		if bar := s.Bar(s.Mono); bar.Kind != release.BarNothingLive {
			t.Errorf("the bar says %s", bar.Kind)
		}
		r.do(release.Leave{})
		if s := r.ends(release.EndAborted); s.Mono > 10*time.Minute || r.staged() {
			t.Errorf("it took %s, calls %v", s.Mono, r.calls())
		}
	})
}

// What was answered and voted on was another plan.
func TestAPlanThatHasChangedIsVotedOnAgain(t *testing.T) {
	fly(t, options{config: in(30 * time.Minute)}, func(r *rig) {
		was := r.waits(time.Minute).Plan.Digest
		r.target.Vanish("web-2", targets.Base)
		r.paused(release.PauseStart)
		r.do(release.Proceed{Pause: release.PauseStart})
		s := r.until("another plan", func(s release.State) bool { return s.Plan.Digest != was })
		if it, _ := s.Item("pre-1"); it.Status != release.StatusOpen || r.staged() {
			t.Errorf("the question is %s", it.Status)
		}
		if err := r.pilot.Do(r.Context(), release.Vote{Plan: was, Go: true}); err == nil {
			t.Error("a vote for the old plan counts")
		}
		r.paused(release.PauseFix)
		r.do(release.Abort{})
		s = r.ends(release.EndRefused)
		titles := map[string]int{}
		for _, st := range s.Steps {
			titles[st.ID]++
		}
		if titles[plan.StepStage] != 1 || titles[plan.StepCutover] != 1 || titles[release.StepObserve] != 1 {
			t.Errorf("the steps are %v", titles)
		}
	})
}

func TestAFreezeThatCameMeanwhileStopsThePlannedStart(t *testing.T) {
	fly(t, options{config: in(30 * time.Minute)}, func(r *rig) {
		r.waits(time.Minute)
		if err := r.target.Peer().Freeze(r.Context(), text.Clean("kim"), text.Clean("an incident")); err != nil {
			t.Fatal(err)
		}
		r.paused(release.PauseStart)
		r.do(release.Proceed{Pause: release.PauseStart})
		if s := r.ends(release.EndRefused); r.staged() || !strings.Contains(s.Ended.Problem.Error(), "kim") {
			t.Errorf("ended with %v", s.Ended.Problem)
		}
	})
}

func TestWhatIsResumedBeforeItsTimeStartsThenToo(t *testing.T) {
	synctestResume(t, options{config: in(30 * time.Minute)}, func(r *rig) { r.waits(10 * time.Minute) }, func(r *rig) {
		r.vote()
		s := r.paused(release.PauseStart)
		if s.At.Before(s.Session.At) || r.staged() {
			t.Errorf("the pilot is asked at %s, planned was %s", s.At, s.Session.At)
		}
		r.do(release.Proceed{Pause: release.PauseStart})
		s = r.paused(release.PauseCutover)
		said := 0
		for _, w := range s.Words {
			if strings.Contains(w.Text.String(), "goes on with") {
				said++
			}
		}
		if said != 1 {
			t.Errorf("said %d times what it goes on with", said)
		}
		r.do(release.Abort{})
		r.ends(release.EndAborted)
	})
}
