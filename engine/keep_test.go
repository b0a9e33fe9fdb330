package engine_test

import (
	"testing"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
)

func TestKeptUntilTheNextTheOldSlotRunsOnAndTheWayBackIsWarm(t *testing.T) {
	brief := func(f *checklist.File) { brief(f); f.Rollback.UntilNext = true }
	fly(t, options{file: brief}, func(r *rig) {
		r.watch()
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndShipped)
		if n := count(r.calls(), "retire"); n > 0 || !r.seen().Hosts[0].Slots[targets.Base].Warm() {
			t.Errorf("%d slots were stopped: %v", n, r.calls())
		}
		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		if s, _ := e.Wait(); s.Ended.End != release.EndRolledBack {
			t.Errorf("the rollback ended %q: %v", s.Ended.End, s.Ended.Problem)
		}
		if n := count(r.calls(), "start@"); n > 0 {
			t.Errorf("a warm slot was started: %v", r.calls())
		}
	})
}
