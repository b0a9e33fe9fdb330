package engine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/engine"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

// remembered are the summaries on the rig's hosts.
func (r *rig) remembered() []targets.Summary {
	r.Helper()
	all, err := r.target.Sessions(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return all
}

func TestTheHostsRememberASession(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		time.Sleep(time.Minute)
		r.target.Take(targets.VerbRoute, "web-2", 20*time.Millisecond)
		r.do(release.Rollback{})
		r.until("rolled back", rolledBack)
		r.do(release.Explain{Reason: release.ReasonData, Text: text.Clean("orders doubled")})
		r.do(release.Leave{})
		s := r.ends(release.EndRolledBack)
		all := r.remembered()
		if len(all) != 1 {
			t.Fatalf("remembered are %+v", all)
		}
		got := all[0]
		if got.Session.String() != "s" || got.By.String() != "ana" || got.From.Version.String() != "v1" || got.To.Version.String() != "v2" || got.End.String() != "rolled back" || got.Reason.String() != "data: orders doubled" {
			t.Errorf("remembered is %+v", got)
		}
		if got.To.Images["web"].Pin == "" || !got.Started.Equal(s.Started) || !got.Ended.Equal(s.Started.Add(got.Took).Truncate(time.Millisecond)) {
			t.Errorf("image and times: %+v", got)
		}
		if got.Requests < 1000 || got.Errors == 0 || got.Errors > got.Requests/10 || got.Back != 20*time.Millisecond || got.Live.Round(time.Second) != time.Minute {
			t.Errorf("numbers: %+v", got)
		}
		if calls := r.calls(); !slices.Equal(calls[len(calls)-2:], []string{"remember s", "release by ana"}) {
			t.Errorf("the last calls are %v", calls)
		}

		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		e.Wait()
		if all := r.remembered(); len(all) != 2 || all[0].Session.String() != "b" || all[0].By.String() != "ben" || all[0].End.String() != "live already" {
			t.Errorf("after a rollback that had nothing to do: %+v", all)
		}
	})
}

func TestTheHostsRememberARollback(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		time.Sleep(time.Minute)
		r.do(release.Leave{})
		r.ends(release.EndHeld)
		r.target.Take(targets.VerbRoute, "web-2", 20*time.Millisecond)
		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		e.Wait()
		all := r.remembered()
		if len(all) != 2 || all[1].End.String() != "held" || all[1].Back != 0 {
			t.Fatalf("remembered are %+v", all)
		}
		if got := all[0]; got.By.String() != "ben" || got.From.Version.String() != "v2" || got.To.Version.String() != "v1" || got.End.String() != "rolled back" || got.Back != 20*time.Millisecond {
			t.Errorf("of the rollback is remembered %+v", got)
		}
	})
}

func TestASummaryThatCannotBeWrittenIsSaidAndChangesNothing(t *testing.T) {
	fly(t, options{target: func(f *fake.Target) { f.Fail(fake.Remember, "web-2", errors.New("disk full")) }}, func(r *rig) {
		r.vote()
		r.paused(release.PauseCutover)
		r.do(release.Abort{})
		s := r.ends(release.EndAborted)
		if st, _ := s.Step(release.StepSummary); st.Problem == nil || !strings.Contains(st.Problem.Error(), "disk full") {
			t.Errorf("the step is %+v", st)
		}
		if calls := r.calls(); s.Lease.Ours || calls[len(calls)-1] != "release by ana" {
			t.Errorf("the lease was not given back: %v", calls)
		}
	})
}

func TestWhoLostTheLeaseLeavesNoSummary(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		e.Wait()
		r.ends(release.EndLocked)
		if all := r.remembered(); len(all) != 1 || all[0].By.String() != "ben" {
			t.Errorf("remembered are %+v", all)
		}
	})
}
