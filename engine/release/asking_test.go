package release_test

import (
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// asking is a checklist with a question in each place.
func asking(f *checklist.File) {
	ask := func(id string, phase checklist.Phase, after time.Duration) checklist.Item {
		return checklist.Item{ID: id, Phase: phase, Kind: checklist.Ask, Title: id + "?", After: after}
	}
	f.During = []checklist.Item{
		{ID: "during-1", Phase: checklist.During, Kind: checklist.Stage}, ask("during-2", checklist.During, 0),
		{ID: "during-3", Phase: checklist.During, Kind: checklist.Cutover}, ask("during-4", checklist.During, 0),
	}
	f.Post = []checklist.Item{ask("post-1", checklist.Post, 10*time.Minute)}
}

func TestOneQuestionIsAskedAtATime(t *testing.T) {
	answer := func(id string) release.Body { return release.ItemAnswered{Item: id, OK: true} }
	st := ready(asking)
	asked := func(when string, at time.Duration, want string) {
		t.Helper()
		if it, ok := st.s.Asking(at); it.ID != want || ok != (want != "") {
			t.Errorf("%s: %q is asked, want %q", when, it.ID, want)
		}
	}
	asked("in preflight", st.now, "pre-1")
	st.tell(ana, release.ItemAnswered{Item: "pre-1", Evidence: text.Clean("not yet")})
	asked("after a no", st.now, "pre-1")
	st.tell(ana, answer("pre-1"))
	asked("once it is answered", st.now, "")
	st.answered().engine(release.PhaseEntered{Phase: release.PhaseStage}, release.StepStarted{Step: plan.StepStage})
	asked("while the slot comes up", st.now, "")
	st.engine(release.StepFinished{Step: plan.StepStage}, release.StepStarted{Step: plan.StepReady}, release.StepFinished{Step: plan.StepReady})
	asked("once it is up", st.now, "during-2")
	st.tell(ana, answer("during-2"))
	asked("before the cutover", st.now, "")
	st.engine(release.PhaseEntered{Phase: release.PhaseCutover}, release.StepStarted{Step: plan.StepCutover},
		release.TrafficMoved{To: targets.Blue, Took: time.Millisecond}, release.StepFinished{Step: plan.StepCutover}, release.PhaseEntered{Phase: release.PhaseWatch})
	asked("in the watch", st.now, "during-4")
	st.tell(ana, answer("during-4"))
	asked("before it is time", st.s.CutAt+10*time.Minute-1, "")
	asked("once it is time", st.s.CutAt+10*time.Minute, "post-1")
	st.engine(release.Closing{End: release.EndHeld})
	asked("while the session closes", st.s.CutAt+10*time.Minute, "")
}

func TestNothingIsAskedAfterARollback(t *testing.T) {
	st := ready(asking).watching()
	at := st.now + time.Hour
	if _, ok := st.s.Asking(at); !ok {
		t.Fatal("nothing is asked in the watch")
	}
	if it, ok := st.back(ana).s.Asking(at); ok {
		t.Errorf("%s is asked while the traffic goes back", it.ID)
	}
	if it, ok := st.returned().s.Asking(at); ok {
		t.Errorf("%s is asked of a version that is not live", it.ID)
	}
}

func TestWhoIsNamedNeedNotBeThere(t *testing.T) {
	st := ready(func(f *checklist.File) { f.Pre[0].Who = "kim" })
	it, _ := st.s.Asking(st.now)
	if !st.s.Absent(it) {
		t.Error("kim is here")
	}
	if _, err := release.Decide(st.s, ana, release.Answer{Item: it.ID, Yes: true}); err != nil {
		t.Errorf("ana may not answer for kim: %v", err)
	}
	for _, who := range []string{"", "ana", "pilot"} {
		it.Who = who
		if st.s.Absent(it) {
			t.Errorf("%q is not here", who)
		}
	}
}
