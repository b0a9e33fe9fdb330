package release_test

import (
	"testing"
	"time"

	"goaround/engine/plan"
	"goaround/engine/release"
)

// watched is the watch of a session's timing at a time.
func watched(t *testing.T, s release.State, at time.Duration) release.Step {
	t.Helper()
	timing, ok := s.Timing(at)
	for _, st := range timing.Steps {
		if st.ID == plan.StepWatch {
			return st
		}
	}
	t.Fatalf("no watch in %v, %v", timing, ok)
	return release.Step{}
}

func TestWhatWasPlannedStandsBesideWhatItTook(t *testing.T) {
	st := ready(nil)
	if _, ok := st.s.Timing(st.now); ok {
		t.Error("preflight has a plan for its people")
	}
	st.watching()
	staged := st.s.StagedAt
	now := staged + 10*time.Minute
	got, ok := st.s.Timing(now)
	if !ok || got.Took != 10*time.Minute || got.Planned != 30*time.Minute || got.Unknown != 5 || len(got.Steps) != 5 {
		t.Errorf("%+v, %v", got, ok)
	}
	for _, s := range got.Steps {
		if s.ID == release.StepLease || s.ID == plan.StepRetire {
			t.Errorf("%s was begun by the plan", s.ID)
		}
	}
	if w := watched(t, st.s, now); w.Status != release.StatusRunning || w.Took != now-st.s.CutAt || w.Estimate != 30*time.Minute {
		t.Errorf("the watch is %+v", w)
	}
	st.tell(ana, release.WatchStarted{Until: st.s.WatchUntil + time.Hour})
	if w := watched(t, st.s, now); w.Estimate != 30*time.Minute {
		t.Errorf("a longer watch was planned for %s", w.Estimate)
	}
	cut := st.s.CutAt
	st.back(ana)
	sw, _ := st.s.Switch()
	st.returned()
	if w := watched(t, st.s, now); w.Status != release.StatusSkipped || w.Took != sw.Mono-cut {
		t.Errorf("the watch that was broken off is %+v", w)
	}
}

func TestAClosedWatchStandsStill(t *testing.T) {
	st := ready(nil).watching().tell(ana, release.Closing{End: release.EndShipped})
	closed := st.now
	if w := watched(t, st.s, closed+time.Minute); w.Status != release.StatusOK || w.Took != closed-st.s.CutAt {
		t.Errorf("the watch is %+v", w)
	}
}
