package engine_test

import (
	"strings"
	"testing"

	"goaround/engine"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

func (r *rig) freeze() {
	r.Helper()
	if err := r.target.Peer().Freeze(r.Context(), text.Clean("ben"), text.Clean("stock-taking")); err != nil {
		r.Fatal(err)
	}
}

func TestADeployInAFreezeIsRefused(t *testing.T) {
	fly(t, options{config: func(c *engine.Config) {
		c.Target.Freeze(t.Context(), text.Clean("ben"), text.Clean("stock-taking"))
	}}, func(r *rig) {
		s := r.ends(release.EndRefused)
		if p := s.Ended.Problem; p.Code != targets.CodeFrozen || !strings.Contains(p.Error(), "by ben since ") || !strings.Contains(p.Error(), ": stock-taking") {
			t.Errorf("refused with %+v", p)
		}
		if calls := r.calls(); count(calls, "stage") > 0 || calls[len(calls)-1] != "release by ana" {
			t.Errorf("done were %v", calls)
		}
	})
}

func TestAFreezeStopsNoSessionThatRunsAndNoRollback(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.vote()
		r.freeze()
		r.paused(release.PauseCutover)
		r.do(release.Proceed{Pause: release.PauseCutover})
		r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch })
		r.do(release.Leave{})
		r.ends(release.EndHeld)
		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		if s, _ := e.Wait(); s.Ended.End != release.EndRolledBack {
			t.Errorf("the rollback ended %q: %v", s.Ended.End, s.Ended.Problem)
		}
	})
}

func TestTheLeaseSaysWhatItsHolderDoes(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		at := func(want string) {
			r.Helper()
			o, err := r.target.Peer().Observe(r.Context())
			if err != nil {
				r.Fatal(err)
			}
			if l := o.Hosts[0].Lease; l == nil || l.Step.String() != want {
				r.Errorf("the lease is %+v, want its holder at %q", l, want)
			}
		}
		r.until("a plan", func(s release.State) bool { return s.Plan != nil })
		r.do(release.Answer{Item: "pre-1", Yes: true})
		s := r.paused(release.PauseVote)
		at("waits for GO / NO-GO")
		r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
		r.paused(release.PauseCutover)
		at("waits before the CUTOVER")
		r.do(release.Proceed{Pause: release.PauseCutover})
		r.until("it is written down", func(s release.State) bool { st, _ := s.Step("persist"); return st.Status == release.StatusOK })
		at("watches v2")
		free := r.target.Hang(targets.VerbRoute, "web-1")
		r.do(release.Rollback{})
		at("rolls back to v1")
		free()
		r.until("the end of the switch", func(s release.State) bool { sw, _ := s.Switch(); return sw.Finished })
		r.do(release.Leave{})
		r.until("the end", func(s release.State) bool { return s.Ended != nil })
	})
}
