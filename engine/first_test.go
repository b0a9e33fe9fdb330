package engine_test

import (
	"errors"
	"testing"

	"goaround/engine"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

func first(more func(*fake.Target)) options {
	return options{empty: true, quiet: true, target: func(f *fake.Target) {
		f.Traffic(20, fake.Steady)
		if more != nil {
			more(f)
		}
	}}
}

func TestARollbackOfAFirstReleaseAsksAndTakesItOutOfTraffic(t *testing.T) {
	fly(t, first(nil), func(r *rig) {
		s := r.watch()
		if b := s.Bar(s.Mono); b.Kind != release.BarAsks || b.Slot != targets.NoSlot || b.Unsafe != nil {
			t.Errorf("the bar is %+v", b)
		}
		err := r.pilot.Do(r.Context(), release.Rollback{})
		var p *text.Problem
		if !errors.As(err, &p) || p.Code != "confirm" || p.Error() != "nothing ran before: a rollback takes v2 out of traffic and stops blue" {
			t.Errorf("without a yes: %v", err)
		}
		yes := release.Rollback{Confirm: text.Clean("y")}
		r.do(yes)
		r.until("it is out of traffic", rolledBack)
		if slot, ok := r.live(); slot != targets.NoSlot || !ok {
			t.Errorf("live is %s", slot)
		}
		r.do(release.Forward{})
		r.until("forward again", func(s release.State) bool { return s.Live == targets.Blue && !s.Switching() })
		r.do(yes)
		r.until("it is out of traffic again", func(s release.State) bool { return s.RolledBack() && len(s.Switches) == 3 })
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		s = r.ends(release.EndRolledBack)
		for _, h := range r.seen().Hosts {
			if h.Live != targets.NoSlot || !h.Slots[targets.Blue].Cold() || h.Store == nil || h.Store.Slot != targets.NoSlot || !h.Store.Back {
				t.Errorf("%s: %+v, store %+v", h.Name, h, h.Store)
			}
		}
		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		if s, _ := e.Wait(); s.Ended.End != release.EndLive || s.Ended.Problem.Error() != "nothing is live: v2 was taken out of traffic" {
			t.Errorf("a rollback after it ended %q: %v", s.Ended.End, s.Ended.Problem)
		}
	})
}

func (r *rig) seen() targets.Observed {
	r.Helper()
	o, err := r.target.Observe(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return o
}

func TestAFirstReleaseWhoseCutoverFailsOnOneHostIsTakenOutOfTraffic(t *testing.T) {
	fails := func(f *fake.Target) { f.FailOnce(targets.VerbRoute, "web-2", errors.New("the proxy says no")) }
	fly(t, first(fails), func(r *rig) {
		r.cut()
		r.ends(release.EndRolledBack)
		for _, h := range r.seen().Hosts {
			if h.Live != targets.NoSlot || h.Slots[targets.Blue].Warm() {
				t.Errorf("%s: live %s, blue %+v", h.Name, h.Live, h.Slots[targets.Blue])
			}
		}
	})
}

func TestNobodyIsThereWhenAFirstReleaseIsRolledBack(t *testing.T) {
	o := first(nil)
	o.config = yes
	fly(t, o, func(r *rig) {
		r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch })
		r.do(release.Rollback{Confirm: text.Clean("y")})
		r.ends(release.EndRolledBack)
	})
}
