package plain_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/plain"
	"goaround/ui/uitest"
)

func TestATypedLineIsAnIntent(t *testing.T) {
	asked := uitest.Start(t).Checked().State()
	voting := uitest.Start(t).Ready().State()
	cutover := uitest.Start(t).Staged().State()
	watching := uitest.Start(t).Watching().State()
	late := uitest.Start(t).Cut().Traffic(11*time.Minute, targets.Blue, 0, 90*time.Millisecond).State()
	failed := uitest.Start(t).Planned().Add(release.ItemAnswered{Item: "pre-1"}).State()
	held := uitest.Start(t).Watching().By(uitest.Ana(), release.Held{}).State()
	unsafe := uitest.Start(t).RedHolding().State()
	back := uitest.Start(t).Back().State()
	returned := returning(t).State()
	why := text.Clean("it is late")
	for _, c := range []struct {
		s    release.State
		line string
		want release.Intent
	}{
		{asked, "yes", release.Answer{Item: "pre-2", Yes: true}},
		{asked, "YES", release.Answer{Item: "pre-2", Yes: true}},
		{asked, "y", release.Answer{Item: "pre-2", Yes: true}},
		{asked, "no it is late", release.Answer{Item: "pre-2", Why: why}},
		{asked, "skip it is late", release.Skip{Item: "pre-2", Why: why}},
		{failed, "skip it is late", release.Skip{Item: "pre-1", Why: why}},
		{failed, "again", release.Rerun{Item: "pre-1"}},
		{failed, "r", release.Rerun{Item: "pre-1"}},
		{voting, "go", release.Vote{Plan: voting.Plan.Digest, Go: true}},
		{voting, "  Go  ", release.Vote{Plan: voting.Plan.Digest, Go: true}},
		{voting, "no-go it is late", release.Vote{Plan: voting.Plan.Digest, Why: why}},
		{cutover, "go", release.Proceed{Pause: release.PauseCutover}},
		{cutover, "abort it is late", release.Abort{Why: why}},
		{late, "yes", release.Answer{Item: "post-1", Yes: true}},
		{watching, "hold", release.Hold{}},
		{watching, "H", release.Hold{}},
		{held, "release", release.Unhold{}},
		{held, "H", release.Unhold{}},
		{watching, "rollback", release.Rollback{}},
		{watching, "R", release.Rollback{}},
		{watching, "rollback it is late", release.Rollback{Why: why}},
		{watching, "rollback yes", release.Rollback{Confirm: text.Clean("yes")}},
		{watching, "R y it is late", release.Rollback{Confirm: text.Clean("yes"), Why: why}},
		{unsafe, "rollback v41", release.Rollback{Confirm: text.Clean("v41")}},
		{unsafe, "R v41 it is late", release.Rollback{Confirm: text.Clean("v41"), Why: why}},
		{unsafe, "rollback", release.Rollback{}},
		{back, "reason data", release.Explain{Reason: release.ReasonData}},
		{back, "reason third party it is late", release.Explain{Reason: release.ReasonThirdParty, Text: why}},
		{back, "reason it is late", release.Explain{Reason: release.ReasonOther, Text: why}},
		{back, "reason", release.Explain{}},
		{returned, "behaviour: it is late", release.Explain{Reason: release.ReasonBehaviour, Text: why}},
		{returned, "it is late", release.Explain{Reason: release.ReasonOther, Text: why}},
		{returned, "close", release.Proceed{Pause: release.PauseClose}},
		{watching, "forward", release.Forward{}},
		{watching, "F", release.Forward{}},
		{watching, "close", release.Proceed{Pause: release.PauseClose}},
		{watching, "extend", release.Extend{}},
		{watching, "e", release.Extend{}},
		{watching, "leave it is late", release.Leave{Why: why}},
		{watching, "q", release.Leave{}},
		{watching, "say it is late", release.Say{Text: why}},
		{watching, "mark it is late", release.Say{Text: why, Mark: true}},
		{watching, "say \x1b[2J\u202e", release.Say{Text: text.Clean("\x1b[2J\u202e")}},
	} {
		got, err := plain.Parse(c.s, c.line)
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
		}
		if diff := cmp.Diff(c.want, got, cmpopts.EquateComparable(text.Safe{})); diff != "" {
			t.Errorf("%q: %s", c.line, diff)
		}
	}
}

func TestALineThatMeansNothingGetsAHint(t *testing.T) {
	begun := uitest.Start(t).State()
	for _, line := range []string{"rolback", "help", "?", "no-go too early", "", "\x1b[A"} {
		in, err := plain.Parse(begun, line)
		var p *text.Problem
		if !errors.As(err, &p) || p.Say.IsZero() || p.Hint.IsZero() {
			t.Errorf("%q is %T, and refused with %v", line, in, err)
		}
	}
}

// returning is `goaround rollback`, at the question what it was for.
func returning(t *testing.T) *uitest.Flight {
	back := uitest.Start(t).Back().State().Switches[0]
	f := uitest.Nothing(t).By(uitest.Ana(), release.SessionStarted{ID: "s", App: "shop", Env: "production", Back: true, Asks: true})
	f.By(uitest.Ana(), release.SwitchStarted{Name: "back", Way: back.Way, Why: text.Clean("goaround rollback")}).Wait(time.Second)
	f.Add(release.TrafficMoved{Switch: "back", To: targets.Base, Took: time.Second}, release.SwitchFinished{Name: "back"})
	return f.Add(release.PauseOpened{Pause: release.PauseClose})
}
