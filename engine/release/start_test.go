package release_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/engine/release"
)

// planned is a session at the vote, to be started that long after its beginning.
func planned(at time.Duration) *story {
	st := &story{}
	st.tell(ana, release.SessionStarted{ID: "s", App: "shop", Env: "production", Hosts: []string{"web-1", "web-2"}, At: dawn.Add(at)})
	for _, id := range []string{release.StepLease, release.StepImages, release.StepObserve} {
		st.engine(release.StepStarted{Step: id}, release.StepFinished{Step: id, Took: time.Second})
	}
	return st.engine(release.LeaseTaken{}, release.PlanFrozen{Plan: frozen(nil, "web-1", "web-2")}).answered()
}

func TestThePlannedTimeDecidesWhatIsDue(t *testing.T) {
	st := planned(time.Hour)
	start := time.Hour - time.Second // Mono: the session began a second after dawn
	due := func(when string, at time.Duration, want ...string) {
		t.Helper()
		if got := bodies(release.Due(st.s, at)); !cmp.Equal(got, want) {
			t.Errorf("%s: due %v, want %v", when, got, want)
		}
	}
	st.tell(ana, release.Voted{Plan: st.s.Plan.Digest, Go: true})
	due("with the vote", st.now, "pause.passed")
	st.engine(release.PausePassed{Pause: release.PauseVote})
	due("before it", start-1)
	if got := st.s.Planned(start - 12*time.Minute - 3*time.Second); got != "15:00, in 12 min 03 s" {
		t.Errorf("planned for %q", got)
	}
	due("at it", start, "pause.opened")
	if got := st.s.Planned(start); got != "15:00" {
		t.Errorf("planned for %q", got)
	}
	st.tell(ana, release.Held{})
	due("at it, on hold", start)
	st.tell(ana, release.Unheld{}).engine(release.PauseOpened{Pause: release.PauseStart})
	due("while the pilot is asked", start+time.Hour)
	st.now = start + time.Minute
	st.tell(ana, release.PausePassed{Pause: release.PauseStart})
	due("once they said go", st.now, "step observe")
	st.engine(release.StepStarted{Step: release.StepObserve}, release.StepFinished{Step: release.StepObserve})
	due("after a second look", st.now, "phase.entered")
}

func TestAnotherPlanDropsVotesAndAnswers(t *testing.T) {
	st := ready(nil).answered()
	st.tell(ana, release.Voted{Plan: st.s.Plan.Digest, Go: true})
	if got := bodies(release.Due(st.s, st.now)); !cmp.Equal(got, []string{"pause.passed"}) {
		t.Fatalf("due with the vote: %v", got)
	}
	other := frozen(func(f *checklist.File) { f.Watch = time.Hour }, "web-1", "web-2")
	st.engine(release.PausePassed{Pause: release.PauseVote}, release.PlanFrozen{Plan: other})
	if it, _ := st.s.Item("pre-1"); it.Status != release.StatusOpen {
		t.Errorf("the answer is still %s", it.Status)
	}
	st.answered()
	if got := bodies(release.Due(st.s, st.now)); got != nil {
		t.Errorf("due without a vote on the new plan: %v", got)
	}
	n := 0
	for _, s := range st.s.Steps {
		if s.ID == plan.StepCutover {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the cutover is there %d times", n)
	}
	st.tell(ana, release.Voted{Plan: other.Digest, Go: true})
	if got := bodies(release.Due(st.s, st.now)); !cmp.Equal(got, []string{"pause.passed"}) {
		t.Errorf("due with a vote on the new plan: %v", got)
	}
}
