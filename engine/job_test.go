package engine_test

import (
	"context"
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
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// job puts a job of that class before the stage.
func job(class checklist.JobClass) func(*checklist.File) {
	return func(f *checklist.File) {
		f.Jobs = []checklist.Job{{Name: "migrate", Service: "web", Command: []string{"/shop", "migrate"}, Class: class, Timeout: 10 * time.Minute}}
		f.During = slices.Insert(f.During, 0, checklist.Item{ID: "during-0", Phase: checklist.During, Kind: checklist.RunJob, Title: "job migrate", Job: "migrate"})
	}
}

func does(d inproc.Doing) map[string]inproc.Doing { return map[string]inproc.Doing{"migrate": d} }

func words(lines ...string) []text.Safe {
	var all []text.Safe
	for _, l := range lines {
		all = append(all, text.Clean(l))
	}
	return all
}

func TestAJobRunsOnceBeforeTheTrafficMoves(t *testing.T) {
	d := does(inproc.Doing{Says: words("117 applied, 1 pending", "118 applied"), Takes: time.Minute})
	fly(t, options{config: yes, file: job(checklist.JobExpand), jobs: d}, func(r *rig) {
		var said []string
		r.until("the job has ended", func(s release.State) bool {
			for _, o := range s.Ops {
				if last := o.Last.Text.String(); o.Verb == targets.VerbJob && !slices.Contains(said, last) {
					said = append(said, last)
				}
			}
			st, _ := s.Step("during-0")
			return st.Status == release.StatusOK && st.Took >= time.Minute
		})
		s := r.ends(release.EndShipped)
		if !slices.Contains(said, "118 applied") || s.Unsafe != nil {
			t.Errorf("the job said %q, the way back is unsafe: %v", said, s.Unsafe)
		}
		calls := r.calls()
		if job, stage := slices.Index(calls, "job@web-1 blue"), slices.Index(calls, "stage@web-1 blue"); job < 0 || job > stage || count(calls, "job@") != 1 || count(calls, "warn@") != 0 {
			t.Errorf("done were %v", calls)
		}
	})
}

func TestAJobThatFailsStopsTheDeployWithItsLastWords(t *testing.T) {
	d := does(inproc.Doing{Says: words("panic: column orders.note does not exist"), Exit: 2})
	fly(t, options{file: job(checklist.JobExpand), jobs: d}, func(r *rig) {
		r.voted()
		s := r.ends(release.EndAborted)
		p := s.Ended.Problem
		if s.Ended.End.ExitCode() != 11 || p.Code != "job-failed" || len(p.More) != 1 || !strings.Contains(p.More[0].String(), "orders.note") {
			t.Errorf("ended %+v", s.Ended)
		}
		if calls := r.calls(); count(calls, "stage@") > 0 || count(calls, "route@") > 0 || count(calls, "job@") != 1 {
			t.Errorf("done were %v", calls)
		}
	})
}

func TestAJobThatFailsAfterTheStageTakesDownWhatWasStaged(t *testing.T) {
	after := func(f *checklist.File) {
		job(checklist.JobExpand)(f)
		f.During[0], f.During[1] = f.During[1], f.During[0]
	}
	fly(t, options{file: after, jobs: does(inproc.Doing{Exit: 1})}, func(r *rig) {
		r.voted()
		r.ends(release.EndAborted)
		if calls := r.calls(); count(calls, "remove@web-1 blue") != 1 || count(calls, "remove@web-2 blue") != 1 {
			t.Errorf("done were %v", calls)
		}
	})
}

func TestAJobIsStoppedWhenItsTimeIsOver(t *testing.T) {
	fly(t, options{file: job(checklist.JobNone), jobs: does(inproc.Doing{Takes: 3 * time.Hour})}, func(r *rig) {
		r.voted()
		s := r.ends(release.EndAborted)
		if st, _ := s.Step("during-0"); s.Ended.Problem.Code != "job-timeout" || st.Took < 10*time.Minute || st.Took > 11*time.Minute {
			t.Errorf("ended after %s: %+v", st.Took, s.Ended)
		}
	})
}

func TestAJobIsStoppedWithItsSession(t *testing.T) {
	fly(t, options{file: job(checklist.JobContract), jobs: does(inproc.Doing{Says: words("begun"), Takes: 3 * time.Hour})}, func(r *rig) {
		r.voted()
		r.until("the job runs", func(s release.State) bool {
			return s.Unsafe != nil && slices.ContainsFunc(s.Ops, func(o release.Op) bool { return o.Last.Text.String() == "begun" })
		})
		r.do(release.Abort{})
		s := r.ends(release.EndAborted)
		o, err := r.target.Observe(r.Context())
		if j, ok := o.Hosts[0].Job("migrate", "s"); err != nil || !ok || j.Running() || j.Well() {
			t.Errorf("the job is %+v, %v", j, err)
		}
		for _, op := range s.Ops {
			if op.Verb == targets.VerbJob && op.Status != release.StatusUnknown {
				t.Errorf("what became of the job is %s", op.Status)
			}
		}
		for _, h := range o.Hosts {
			if h.Store == nil || !h.Store.Ahead || h.Store.UnsafeWhy.String() != "job migrate (contract) for v2" {
				t.Errorf("%s does not know that the job was begun: %+v", h.Name, h.Store)
			}
		}
	})
}

// voted brings a session to its go.
func (r *rig) voted() {
	r.Helper()
	r.until("a plan", func(s release.State) bool { return s.Plan != nil })
	r.do(release.Answer{Item: "pre-1", Yes: true})
	s := r.paused(release.PauseVote)
	r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
}

func TestAfterAnUnsafeJobTheWayBackAsksForTheVersion(t *testing.T) {
	fly(t, options{file: job(checklist.JobContract)}, func(r *rig) {
		s := r.watch()
		b := s.Bar(s.Mono)
		if b.Kind != release.BarAsks || b.Type.String() != "v1" || b.Unsafe == nil || b.Unsafe.By.Name != "ana" || b.Unsafe.At.IsZero() {
			t.Errorf("the bar is %+v", b)
		}
		for _, typed := range []string{"", "yes", "v2", "V1"} {
			var p *text.Problem
			err := r.pilot.Do(r.Context(), release.Rollback{Confirm: text.Clean(typed)})
			if !errors.As(err, &p) || p.Code != release.CodeUnsafe || !strings.Contains(p.Hint.String(), "type v1") {
				t.Errorf("%q is answered with %v", typed, err)
			}
		}
		r.do(release.Rollback{Confirm: text.Clean("v1")})
		r.until("rolled back", rolledBack)
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		o, err := r.target.Observe(r.Context())
		if h := o.Hosts[0]; err != nil || h.Live != targets.Base || h.Store.SafeBack || !h.Store.Ahead {
			t.Errorf("the record does not say that the data is ahead: %+v, %v", h.Store, err)
		}
	})
}

func TestTheRiskIsWrittenDownBeforeTheJobStarts(t *testing.T) {
	fly(t, options{file: job(checklist.JobIrreversible), target: func(f *fake.Target) {
		f.Before(targets.VerbJob, "web-1", func() {
			o, err := f.Observe(context.Background())
			for _, h := range o.Hosts {
				if err != nil || h.Store == nil || h.Store.SafeBack {
					t.Errorf("the job starts and %s has the record %+v", h.Name, h.Store)
				}
			}
		})
	}}, func(r *rig) {
		r.watch()
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestAJobDoesNotStartWhereTheRiskCannotBeWrittenDown(t *testing.T) {
	o := options{file: job(checklist.JobContract), target: func(f *fake.Target) { f.Fail(targets.VerbWarn, "web-2", errors.New("disk full")) }}
	fly(t, o, func(r *rig) {
		r.voted()
		s := r.ends(release.EndAborted)
		if count(r.calls(), "job@") > 0 || s.Unsafe != nil {
			t.Errorf("the job was begun: %v", r.calls())
		}
	})
}

func TestAVerdictDoesNotTakeAnUnsafeWayBack(t *testing.T) {
	for _, auto := range []checklist.Auto{checklist.AutoCountdown, checklist.AutoNow} {
		file := func(f *checklist.File) { job(checklist.JobContract)(f); f.Guard.Auto = auto }
		fly(t, options{file: file, target: func(f *fake.Target) { f.Flowing(20, script(bad), 15*time.Minute) }}, func(r *rig) {
			r.watch()
			r.until("RED", func(s release.State) bool { return s.Guard.Level == guard.Red })
			s := r.until("five minutes more", func(s release.State) bool { return s.Mono > s.CutAt+6*time.Minute })
			if s.Countdown != nil || len(s.Switches) > 0 || s.Live != targets.Blue {
				t.Errorf("%s: counting down %v, %d switches, live %s", auto, s.Countdown, len(s.Switches), s.Live)
			}
			r.do(release.Rollback{Confirm: text.Clean("v1")})
			r.until("rolled back", rolledBack)
			r.paused(release.PauseClose)
			r.do(release.Proceed{Pause: release.PauseClose})
			r.ends(release.EndRolledBack)
		})
	}
}

func TestWithNobodyToAskARedVerdictHolds(t *testing.T) {
	o := options{config: yes, file: job(checklist.JobContract), target: func(f *fake.Target) { f.Traffic(20, script(bad)) }}
	fly(t, o, func(r *rig) {
		s := r.ends(release.EndHeld)
		if s.Ended.End.ExitCode() != 12 || s.Live != targets.Blue {
			t.Errorf("ended %+v, live %s", s.Ended, s.Live)
		}
	})
}

func TestGoaroundRollbackAsksForTheVersionPastAnUnsafeJob(t *testing.T) {
	for typed, want := range map[string]release.End{"": release.EndRefused, "v2": release.EndRefused, "v1": release.EndRolledBack} {
		back := func(c *engine.Config) { c.Back, c.Ask, c.Confirm = true, nil, text.Clean(typed) }
		fly(t, options{config: back, quiet: true, target: func(f *fake.Target) { deployed(t, f, "job drop (contract) for v2") }}, func(r *rig) {
			s := r.ends(want)
			if want == release.EndRefused && (s.Ended.End.ExitCode() != 14 || s.Ended.Problem.Code != release.CodeUnsafe || count(r.calls(), "start@") > 0) {
				t.Errorf("%q: ended %+v after %v", typed, s.Ended, r.calls())
			}
		})
	}
}
