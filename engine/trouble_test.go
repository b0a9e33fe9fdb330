package engine_test

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

func TestAHeldLeaseNamesItsHolder(t *testing.T) {
	fly(t, options{config: yes, target: func(f *fake.Target) { f.Steal("ben") }}, func(r *rig) {
		s := r.ends(release.EndLocked)
		if s.Ended.End.ExitCode() != 15 || !strings.Contains(s.Ended.Problem.Error(), "ben") {
			t.Errorf("ended %+v", s.Ended)
		}
		if calls := strings.Join(r.calls(), " "); strings.Contains(calls, "stage") {
			t.Errorf("calls %s", calls)
		}
	})
}

func TestWhoLosesTheLeaseStartsNothingMore(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		before := len(r.calls())
		r.target.Steal("ben")
		s := r.ends(release.EndLocked)
		if !strings.Contains(s.Ended.Problem.Error(), "ben") {
			t.Errorf("ended %+v", s.Ended)
		}
		for _, c := range r.calls()[before:] {
			if !strings.HasPrefix(c, "acquire") && !strings.HasPrefix(c, "watch") {
				t.Errorf("after the lease was lost: %s", c)
			}
		}
	})
}

func TestAnInterruptBeforeTheCutoverTakesDownWhatWasStaged(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.vote()
		r.paused(release.PauseCutover)
		r.stop()
		r.ends(release.EndAborted)
		if calls := strings.Join(r.calls(), " "); !strings.Contains(calls, "remove@web-1 blue") || !strings.HasSuffix(calls, "release by ana") {
			t.Errorf("calls %s", calls)
		}
	})
}

func TestAnInterruptInTheWatchHolds(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.stop()
		s := r.ends(release.EndHeld)
		if s.Live != targets.Blue || s.Ended.End.ExitCode() != 12 || count(r.calls(), "retire") > 0 {
			t.Errorf("live %s, ended %v, calls %v", s.Live, s.Ended, r.calls())
		}
	})
}

func TestAnInterruptDuringARollbackLetsItEnd(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		release1 := r.target.Hang(targets.VerbRoute, "web-2")
		r.do(release.Rollback{})
		r.stop()
		time.Sleep(2 * time.Second)
		release1()
		s := r.ends(release.EndRolledBack)
		if s.Live != targets.Base {
			t.Errorf("live %s", s.Live)
		}
	})
}

func TestWhatIsStoppedIsSaidInWords(t *testing.T) {
	fly(t, options{target: func(f *fake.Target) { f.Hang(fake.Acquire, "") }}, func(r *rig) {
		r.until("the lease is asked for", func(s release.State) bool { return s.Busy() })
		r.do(release.Abort{})
		s := r.ends(release.EndAborted)
		if st, _ := s.Step(release.StepLease); st.Problem == nil || st.Problem.Code != release.CodeInterrupted {
			t.Errorf("the step ended with %v", st.Problem)
		}
	})
}

func TestLeavingThePreflightIsFree(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.until("a plan", func(s release.State) bool { return s.Plan != nil })
		r.do(release.Abort{})
		r.ends(release.EndAborted)
		for _, c := range r.calls() {
			for _, verb := range []string{"stage", "route", "remove", "retire", "persist"} {
				if strings.HasPrefix(c, verb) {
					t.Errorf("an aborted preflight did %s", c)
				}
			}
		}
	})
}

func TestANoGoEndsIt(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.until("a plan", func(s release.State) bool { return s.Plan != nil })
		r.do(release.Answer{Item: "pre-1", Yes: true})
		s := r.paused(release.PauseVote)
		r.do(release.Vote{Plan: s.Plan.Digest, Why: text.Clean("not today")})
		r.ends(release.EndAborted)
	})
}

func check(command string) func(*checklist.File) {
	return func(f *checklist.File) {
		f.Pre = append(f.Pre, checklist.Item{ID: "pre-2", Phase: checklist.Pre, Kind: checklist.Smoke, Title: command,
			Timeout: time.Second, Steps: []checklist.Request{{Method: "GET", URL: "/", Status: 418}}})
	}
}

func TestAFailedCheckRefusesYes(t *testing.T) {
	fly(t, options{config: yes, file: check("teapot")}, func(r *rig) {
		s := r.ends(release.EndRefused)
		if s.Ended.End.ExitCode() != 14 || !strings.Contains(s.Ended.Problem.Error(), "teapot") {
			t.Errorf("ended %+v", s.Ended)
		}
	})
}

func TestAFailedCheckIsRunAgainOrSkippedWithAReason(t *testing.T) {
	fly(t, options{file: check("teapot")}, func(r *rig) {
		s := r.paused(release.PauseFix)
		if it, _ := s.Item("pre-2"); it.Status != release.StatusFailed || it.Evidence.IsZero() {
			t.Errorf("item %+v", it)
		}
		r.do(release.Rerun{Item: "pre-2"})
		r.until("it runs again", func(s release.State) bool { it, _ := s.Item("pre-2"); return it.Status == release.StatusRunning })
		r.until("it has failed again", func(s release.State) bool {
			it, _ := s.Item("pre-2")
			return it.Status == release.StatusFailed && s.Pause == release.PauseFix
		})
		r.do(release.Skip{Item: "pre-2", Why: text.Clean("no tea")})
		r.do(release.Answer{Item: "pre-1", Yes: true})
		r.paused(release.PauseVote)
		r.do(release.Abort{})
		r.ends(release.EndAborted)
	})
}

func TestAPublicURLThatFailsIsNotShipped(t *testing.T) {
	dead := func(c *engine.Config) { c.Yes = true; c.Env.URL = "http://127.0.0.1:1/"; c.Outside = nil }
	fly(t, options{config: dead}, func(r *rig) {
		s := r.ends(release.EndHeld)
		if !strings.Contains(s.Ended.Problem.Error(), "Public URL") {
			t.Errorf("ended %+v", s.Ended)
		}
	})
}

func TestAHostThatDoesNotAnswerRefusesBeforeAnythingIsDone(t *testing.T) {
	gone := text.NewProblem("engine", "the engine on web-1 does not answer", "is it running?")
	for _, call := range []targets.Verb{fake.Observe, fake.Resolve} {
		fly(t, options{config: yes, target: func(f *fake.Target) { f.Fail(call, "", gone) }}, func(r *rig) {
			s := r.ends(release.EndRefused)
			if s.Ended.Problem == nil || s.Ended.Problem.Code != "engine" || s.Lease.Ours {
				t.Errorf("ended %+v, lease %+v", s.Ended.Problem, s.Lease)
			}
		})
	}
}

func TestAStageThatCannotBeTakenDownIsHeld(t *testing.T) {
	broken := errors.New("engine gone")
	fly(t, options{config: yes, target: func(f *fake.Target) {
		f.Fail(targets.VerbReady, "web-1", broken)
		f.Fail(targets.VerbRemove, "web-1", broken)
	}}, func(r *rig) {
		s := r.ends(release.EndHeld)
		if s.Ended.End.ExitCode() != 12 || s.Ended.Problem == nil {
			t.Errorf("ended %+v", s.Ended)
		}
	})
}

// disk is a recorder that can fail.
type disk struct {
	engine.Keeper
	full atomic.Bool
}

func (d *disk) Append(r recordings.Record) (recordings.Record, error) {
	if d.full.Load() {
		return recordings.Record{}, errors.New("no space left on device")
	}
	return d.Keeper.Append(r)
}

func onDisk(d *disk) func(*engine.Config) {
	return func(c *engine.Config) { d.Keeper, c.Recorder = c.Recorder.(engine.Keeper), d }
}

func TestWithoutARecorderNothingGoesForward(t *testing.T) {
	d := &disk{}
	fly(t, options{config: onDisk(d)}, func(r *rig) {
		r.until("a plan", func(s release.State) bool { return s.Plan != nil })
		r.do(release.Answer{Item: "pre-1", Yes: true})
		s := r.paused(release.PauseVote)
		d.full.Store(true)
		r.until("it is said", func(s release.State) bool { return len(s.Alarms) == 1 && s.Alarms[0].Problem.Code == "recorder" })
		r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
		time.Sleep(time.Minute)
		if calls := r.calls(); slices.ContainsFunc(calls, func(c string) bool { return strings.HasPrefix(c, "stage") }) {
			t.Errorf("staged without a record: %v", calls)
		}
		d.full.Store(false)
		r.paused(release.PauseCutover)
		r.do(release.Abort{})
		r.ends(release.EndAborted)
	})
}

func TestTheWayBackGoesWithoutARecorder(t *testing.T) {
	d := &disk{}
	fly(t, options{config: onDisk(d)}, func(r *rig) {
		r.watch()
		d.full.Store(true)
		before := time.Now()
		r.do(release.Rollback{})
		r.until("traffic is back", func(s release.State) bool { sw, ok := s.Switch(); return ok && sw.Arrived })
		if took := time.Since(before); took > time.Second {
			t.Errorf("traffic was back after %s", took)
		}
		d.full.Store(false)
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
	})
}

func TestWhatDoesNotFitTheQueueIsCounted(t *testing.T) {
	d := &disk{}
	fly(t, options{config: onDisk(d)}, func(r *rig) {
		r.watch()
		d.full.Store(true)
		for range 5000 {
			r.do(release.Say{Text: text.Clean("hello")})
		}
		r.all(0, 5000, func() {})
		d.full.Store(false)
		s := r.until("the loss is told", func(s release.State) bool { return s.Lost > 0 })
		if s.Lost < 900 || s.Lost > 1200 {
			t.Errorf("%d events lost of 5,000 where 4,096 fit", s.Lost)
		}
		last := r.talk(3000)
		if got, want := show(fold(r.all(0, last, func() {}))), show(r.state); got != want {
			t.Errorf("who comes late folds to another State:\nlate %s\nlive %s", got, want)
		}
		r.lossy = true
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}
