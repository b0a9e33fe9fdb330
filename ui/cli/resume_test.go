package cli

import (
	"encoding/json"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/recordings"
)

// kept writes a recording of a session.
func kept(t *testing.T, id string, bodies ...release.Body) {
	t.Helper()
	w, err := record(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bodies {
		payload, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Append(recordings.Record{At: time.Now(), Kind: b.Kind(), By: "ana", Role: string(release.RolePilot), Payload: payload}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func started(id string) release.SessionStarted {
	return release.SessionStarted{ID: id, App: "shop", Env: "production"}
}

func TestTheSessionToResumeIsTheLastThatHadBegun(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	p := &project{file: &checklist.File{App: "shop"}, env: checklist.Environment{Name: "production"}}
	held := release.SessionEnded{End: release.EndHeld}
	kept(t, "2026-11-28-100000-shop", started("2026-11-28-100000-shop"), release.PlanFrozen{Plan: plan.Plan{Digest: "d"}}, held)
	resume := started("2026-11-28-110000-shop")
	resume.Resumes = "2026-11-28-100000-shop"
	kept(t, resume.ID, resume)
	s, err := p.unfinished(nil)
	if err != nil || s.Session.ID != "2026-11-28-100000-shop" || p.open() != s.Session.ID {
		t.Fatalf("after a resume that died before its plan: %v, %v; status says %q", s, err, p.open())
	}
	back := started("2026-11-28-120000-shop")
	back.Back = true
	kept(t, back.ID, back, release.SwitchStarted{Name: "back"})
	if s, err := p.unfinished(nil); err == nil || s.Session.ID != back.ID {
		t.Errorf("after a rollback: %v, %v", s, err)
	}
}

func TestASessionThatWasToStartLaterIsResumedToStartThen(t *testing.T) {
	for name, c := range map[string]struct {
		at   time.Time
		want bool
	}{"later": {time.Now().Add(time.Hour), true}, "past": {time.Now().Add(-time.Hour), false}, "none": {time.Time{}, false}} {
		s := release.State{Session: release.SessionStarted{At: c.at}}
		if got := startsThen(s, time.Now()); got.IsZero() == c.want || c.want && !got.Equal(c.at) {
			t.Errorf("%s: it starts at %s", name, got)
		}
	}
}
