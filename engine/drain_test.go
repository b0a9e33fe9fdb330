package engine_test

import (
	"testing"
	"time"

	"goaround/engine"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
)

// close closes a session whose watch is over.
func (r *rig) close() {
	r.Helper()
	r.paused(release.PauseClose)
	r.do(release.Proceed{Pause: release.PauseClose})
}

// watched is a session in which nothing but the close is left to do.
func (r *rig) watched() {
	r.Helper()
	r.watch()
	r.until("the question of the watch", func(s release.State) bool { _, asks := s.Asking(s.Mono); return asks })
	r.do(release.Answer{Item: "post-1", Yes: true})
	r.paused(release.PauseClose)
}

func TestInTheWatchNothingIsCutAndAtTheCloseTheRestIsCutAndCounted(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.target.Keep("web-1", targets.Base, 2)
		r.target.Keep("web-2", targets.Base, 1)
		r.watched()
		s := r.until("counted in the watch", func(s release.State) bool { return s.Drain(s.Mono).N == 3 })
		if d := s.Drain(s.Mono); d.Slot != targets.Base || d.Left != 0 {
			t.Errorf("in the watch: %+v", d)
		}
		time.AfterFunc(5*time.Second+time.Millisecond, func() { r.target.Keep("web-2", targets.Base, 0) })
		r.close()
		s = r.until("drained", func(s release.State) bool { d := s.Drain(s.Mono); return d.N == 3 && d.Left > 0 })
		if b := s.Bar(s.Mono); b.Kind != release.BarClosing || b.Drain.Left < 29*time.Second || b.Drain.Left > 30*time.Second {
			t.Errorf("the bar is %+v", b)
		}
		s = r.until("one ended", func(s release.State) bool { return s.Drain(s.Mono).N == 2 })
		if at := s.Mono - s.ClosedAt; at.Round(time.Second) != 5*time.Second {
			t.Errorf("one ended after %s", at)
		}
		s = r.ends(release.EndShipped)
		if took := s.Mono - s.ClosedAt; s.Severed() != 2 || took < 30*time.Second || took > 32*time.Second {
			t.Errorf("%d connections were cut, the close took %s", s.Severed(), took)
		}
		if all := r.remembered(); all[0].Cut != 2 {
			t.Errorf("remembered is %+v", all[0])
		}
	})
}

func TestAStopWaitsNoLongerThanSomethingIsInFlight(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watched()
		r.close()
		s := r.ends(release.EndShipped)
		if took := s.Mono - s.ClosedAt; took > time.Second || s.Severed() != 0 {
			t.Errorf("with nothing in flight the close took %s, %d were cut", took, s.Severed())
		}
	})
}

func TestARollbackDrainsTheNewVersion(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.target.Keep("web-1", targets.Blue, 4)
		r.do(release.Rollback{})
		s := r.until("counted after the rollback", func(s release.State) bool { return s.RolledBack() && s.Bar(s.Mono).Drain.N == 4 })
		if d := s.Drain(s.Mono); d.Slot != targets.Blue || d.Left != 0 {
			t.Errorf("after the rollback: %+v", d)
		}
		r.close()
		r.until("drained", func(s release.State) bool { return s.Bar(s.Mono).Drain.Left > 0 })
		if s = r.ends(release.EndRolledBack); s.Severed() != 4 {
			t.Errorf("%d connections were cut, want 4", s.Severed())
		}
	})
}

func TestWhoLosesTheLeaseWhileTheOldSlotIsDrainedHasNotShipped(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.target.Keep("web-1", targets.Base, 1)
		r.watched()
		r.close()
		r.until("drained", func(s release.State) bool { return s.Drain(s.Mono).Left > 0 })
		e, cancel := r.goaround(func(*engine.Config, *fake.Target) {})
		defer cancel()
		s := r.ends(release.EndLocked)
		e.Wait()
		if n := s.Severed(); n != 0 || s.Ended.Problem.Code != "lease-lost" {
			t.Errorf("%d connections were cut, %v", n, s.Ended.Problem)
		}
		if live, agree := r.live(); live != targets.Base || !agree {
			t.Errorf("live is %s", live)
		}
	})
}
