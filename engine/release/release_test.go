package release_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

var ana = release.Actor{Name: "ana", Role: release.RolePilot}

// story is a session that is told event by event.
type story struct {
	s   release.State
	now time.Duration
}

var dawn = time.Date(2026, 6, 9, 14, 0, 0, 0, time.UTC)

func (st *story) tell(by release.Actor, bodies ...release.Body) *story {
	for _, b := range bodies {
		st.now += time.Second
		st.s = release.Reduce(st.s, release.Event{N: st.s.Next, At: dawn.Add(st.now), Mono: st.now, By: by, Body: b})
	}
	return st
}

func (st *story) engine(bodies ...release.Body) *story { return st.tell(release.Engine(), bodies...) }

func version(v string) targets.Release {
	return targets.Release{Version: text.Clean(v), Images: map[string]targets.Image{"web": {Ref: "shop:" + v, Pin: "sha256:" + v, Version: text.Clean(v)}}}
}

func running(v string) targets.SlotState {
	return targets.SlotState{Release: version(v), Instances: []targets.Instance{{Service: "web", State: targets.Running}}}
}

func frozen(change func(*checklist.File), hosts ...string) plan.Plan {
	file := &checklist.File{App: "shop", Watch: 30 * time.Minute, Cutover: checklist.CutoverAsk,
		Release: []checklist.Service{{Name: "web"}},
		Pre:     []checklist.Item{{ID: "pre-1", Phase: checklist.Pre, Kind: checklist.Ask, Title: "told?", Key: true}, {ID: "pre-2", Phase: checklist.Pre, Kind: checklist.Command, Title: "ci"}},
		During:  []checklist.Item{{ID: "during-1", Kind: checklist.Stage}, {ID: "during-2", Kind: checklist.Cutover}},
		Post:    []checklist.Item{{ID: "post-1", Phase: checklist.Post, Kind: checklist.Ask, Title: "well?"}},
		Guard:   checklist.Guard{Errors: 0.05, Latency: 2, Auto: checklist.AutoCountdown}}
	if change != nil {
		change(file)
	}
	var o targets.Observed
	for _, h := range hosts {
		o.Hosts = append(o.Hosts, targets.Host{Name: h, Live: targets.Base, SwitchTook: time.Millisecond, Slots: map[targets.Slot]targets.SlotState{targets.Base: running("v1")}})
	}
	p, err := plan.Make(plan.Desired{File: file, Env: checklist.Environment{Name: "production", Votes: 1}, Release: version("v2"), Session: "s"}, o)
	if err != nil {
		panic(err)
	}
	return p
}

func ready(change func(*checklist.File)) *story {
	st := &story{}
	st.tell(ana, release.SessionStarted{ID: "s", App: "shop", Env: "production", Hosts: []string{"web-1", "web-2"}})
	for _, id := range []string{release.StepLease, release.StepImages, release.StepObserve} {
		st.engine(release.StepStarted{Step: id}, release.StepFinished{Step: id, Took: time.Second})
	}
	return st.engine(release.LeaseTaken{}, release.PlanFrozen{Plan: frozen(change, "web-1", "web-2")})
}

// answered has all items of preflight answered and the vote open.
func (st *story) answered() *story {
	for _, it := range st.s.Items {
		if it.Phase == checklist.Pre {
			st.engine(release.ItemAnswered{Item: it.ID, OK: true})
		}
	}
	return st.engine(release.PauseOpened{Pause: release.PauseVote})
}

// watching has the traffic on v2.
func (st *story) watching() *story {
	st.answered().tell(ana, release.Voted{Plan: st.s.Plan.Digest, Go: true})
	st.engine(release.PausePassed{Pause: release.PauseVote}, release.PhaseEntered{Phase: release.PhaseStage})
	for _, id := range []string{plan.StepStage, plan.StepReady} {
		st.engine(release.StepStarted{Step: id}, release.StepFinished{Step: id})
	}
	st.engine(release.PhaseEntered{Phase: release.PhaseCutover}, release.StepStarted{Step: plan.StepCutover},
		release.TrafficMoved{To: targets.Blue, Took: time.Millisecond}, release.StepFinished{Step: plan.StepCutover},
		release.StepStarted{Step: plan.StepPersist}, release.StepFinished{Step: plan.StepPersist})
	return st.engine(release.PhaseEntered{Phase: release.PhaseWatch}, release.WatchStarted{Until: st.now + 30*time.Minute})
}

func (st *story) back(by release.Actor) *story {
	bodies, err := release.Decide(st.s, by, release.Rollback{})
	if err != nil {
		panic(err)
	}
	return st.tell(by, bodies...)
}

func (st *story) returned() *story {
	sw, _ := st.s.Switch()
	for _, op := range append(sw.Way.Route, sw.Way.Persist...) {
		st.engine(release.OpStarted{Op: op, Step: sw.Name}, release.OpFinished{ID: op.ID, Took: time.Millisecond})
	}
	return st.engine(release.TrafficMoved{Switch: sw.Name, To: sw.Way.To, Took: 40 * time.Millisecond}, release.SwitchFinished{Name: sw.Name})
}

func refusal(t *testing.T, s release.State, by release.Actor, in release.Intent) string {
	t.Helper()
	_, err := release.Decide(s, by, in)
	if err == nil {
		return ""
	}
	var p *text.Problem
	if !errors.As(err, &p) || p.Say.IsZero() || p.Hint.IsZero() {
		t.Errorf("%T is refused without a sentence and a hint: %v", in, err)
	}
	return p.Code
}

func TestEachIntentIsDecidedByTheState(t *testing.T) {
	why := text.Clean("because")
	digest := frozen(nil, "web-1", "web-2").Digest
	kim := release.Actor{Name: "kim", Role: release.RoleObserver}
	confirm := func(f *checklist.File) { f.Rollback.AlwaysConfirm = true }
	for _, c := range []struct {
		rule string
		st   *story
		by   release.Actor
		in   release.Intent
		want string
	}{
		{"a question is answered", ready(nil), ana, release.Answer{Item: "pre-1", Yes: true}, ""},
		{"a no has a reason", ready(nil), ana, release.Answer{Item: "pre-1"}, "why"},
		{"nobody answers for the engine", ready(nil), ana, release.Answer{Item: "pre-2", Yes: true}, "no-question"},
		{"the first answer counts", ready(nil).tell(ana, release.ItemAnswered{Item: "pre-1", OK: true}), ana, release.Answer{Item: "pre-1", Yes: true}, "answered"},
		{"questions of the watch come in the watch", ready(nil), ana, release.Answer{Item: "post-1", Yes: true}, "too-early"},
		{"a key item is not skipped", ready(nil), ana, release.Skip{Item: "pre-1", Why: why}, "key-item"},
		{"a skip has a reason", ready(nil), ana, release.Skip{Item: "pre-2"}, "why"},
		{"another is skipped with one", ready(nil), ana, release.Skip{Item: "pre-2", Why: why}, ""},
		{"what did not fail is not run again", ready(nil), ana, release.Rerun{Item: "pre-2"}, "no-rerun"},
		{"what failed is", ready(nil).engine(release.ItemAnswered{Item: "pre-2"}), ana, release.Rerun{Item: "pre-2"}, ""},
		{"a vote comes after the items", ready(nil), ana, release.Vote{Plan: digest, Go: true}, "no-vote"},
		{"a vote is for this plan", ready(nil).answered(), ana, release.Vote{Plan: "other", Go: true}, "other-plan"},
		{"a no-go has a reason", ready(nil).answered(), ana, release.Vote{Plan: digest}, "why"},
		{"a go is a go", ready(nil).answered(), ana, release.Vote{Plan: digest, Go: true}, ""},
		{"an observer only speaks", ready(nil), kim, release.Hold{}, "observer"},
		{"an observer speaks", ready(nil), kim, release.Say{Text: why}, ""},
		{"saying nothing is nothing", ready(nil), ana, release.Say{}, "empty"},
		{"before the cutover there is no way back to go", ready(nil), ana, release.Rollback{}, "nothing-live"},
		{"one key rolls back", ready(nil).watching(), ana, release.Rollback{}, ""},
		{"a team that confirms is asked", ready(confirm).watching(), ana, release.Rollback{}, "confirm"},
		{"and confirms", ready(confirm).watching(), ana, release.Rollback{Confirm: text.Clean("y")}, ""},
		{"of two rollbacks the first counts", ready(nil).watching().back(ana), ana, release.Rollback{}, "rolling-back"},
		{"back is back", ready(nil).watching().back(ana).returned(), ana, release.Rollback{}, "rolled-back"},
		{"and forward again", ready(nil).watching().back(ana).returned(), ana, release.Forward{}, ""},
		{"a reason is given afterwards", ready(nil).watching().back(ana).returned(), ana, release.Explain{Reason: release.ReasonData}, ""},
		{"never before", ready(nil).watching(), ana, release.Explain{Reason: release.ReasonData}, "no-rollback"},
		{"nor while the traffic moves", ready(nil).watching().back(ana), ana, release.Explain{Reason: release.ReasonData}, "no-rollback"},
		{"the guard has given its own", ready(nil).watching().back(release.Engine()).returned(), ana, release.Explain{Reason: release.ReasonData}, "no-rollback"},
		{"none is no reason", ready(nil).watching().back(ana).returned(), ana, release.Explain{}, "no-reason"},
		{"forward needs a rollback", ready(nil).watching(), ana, release.Forward{}, "no-forward"},
		{"who lost the lease moves nothing", ready(nil).watching().engine(release.LeaseLost{To: why}), ana, release.Rollback{}, "lease-lost"},
		{"a live version is not aborted", ready(nil).watching(), ana, release.Abort{}, "live"},
		{"nobody leaves while traffic moves", ready(nil).watching().back(ana), ana, release.Leave{}, "switching"},
		{"leaving holds", ready(nil).watching(), ana, release.Leave{}, ""},
		{"a pause is passed when it is open", ready(nil), ana, release.Proceed{Pause: release.PauseCutover}, "no-pause"},
		{"and not on hold", ready(nil).engine(release.PauseOpened{Pause: release.PauseCutover}).tell(ana, release.Held{}), ana, release.Proceed{Pause: release.PauseCutover}, "held"},
		{"hold is hold", ready(nil).tell(ana, release.Held{}), ana, release.Hold{}, "held"},
		{"no hold, no release", ready(nil), ana, release.Unhold{}, "not-held"},
		{"a watch is extended in the watch", ready(nil), ana, release.Extend{}, "no-watch"},
		{"and then it is", ready(nil).watching(), ana, release.Extend{}, ""},
		{"after the end nothing is", ready(nil).engine(release.SessionEnded{End: release.EndHeld}), ana, release.Hold{}, "ended"},
	} {
		if got := refusal(t, c.st.s, c.by, c.in); got != c.want {
			t.Errorf("%s: refused as %q, want %q", c.rule, got, c.want)
		}
	}
}

func TestHoldStopsTheCountdown(t *testing.T) {
	st := ready(nil).watching().engine(release.CountdownStarted{Until: time.Hour})
	bodies, err := release.Decide(st.s, ana, release.Hold{})
	if err != nil {
		t.Fatal(err)
	}
	if s := st.tell(ana, bodies...).s; s.Countdown != nil || s.Held == nil {
		t.Errorf("countdown %v, held %v", s.Countdown, s.Held)
	}
}

func red() release.Judged {
	return release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{Level: guard.Red, Why: "errors 8 % > 5 %"}}
}

func bodies(acts []release.Act) []string {
	var out []string
	for _, a := range acts {
		for _, b := range a.Append {
			out = append(out, b.Kind())
		}
		if a.Step != "" {
			out = append(out, "step "+a.Step)
		}
		if a.Item != "" {
			out = append(out, "item "+a.Item)
		}
		for _, op := range a.Ops {
			out = append(out, "op "+op.ID)
		}
	}
	return out
}

func TestRedIsCountedDownAndThenRollsBack(t *testing.T) {
	st := ready(nil).watching().engine(red())
	if got := bodies(release.Due(st.s, st.now)); !cmp.Equal(got, []string{"countdown.started"}) {
		t.Fatalf("due %v", got)
	}
	st.engine(release.CountdownStarted{Until: st.now + release.Countdown})
	if got := bodies(release.Due(st.s, st.now+5*time.Second)); len(got) > 1 || len(got) == 1 && got[0] == "switch.started" {
		t.Errorf("due during the countdown: %v", got)
	}
	if got := bodies(release.Due(st.s, st.s.Countdown.Until)); !cmp.Equal(got, []string{"switch.started"}) {
		t.Errorf("due after the countdown: %v", got)
	}
	st.engine(release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{Level: guard.OK}})
	if got := bodies(release.Due(st.s, st.now)); !cmp.Equal(got, []string{"countdown.stopped"}) {
		t.Errorf("due when it is well again: %v", got)
	}
}

func TestAutoDecidesWhatRedDoes(t *testing.T) {
	off := ready(func(f *checklist.File) { f.Guard.Auto = checklist.AutoOff }).watching().engine(red())
	if got := bodies(release.Due(off.s, off.now)); len(got) > 0 && got[0] != "item post-1" {
		t.Errorf("off: due %v", got)
	}
	now := ready(func(f *checklist.File) { f.Guard.Auto = checklist.AutoNow }).watching().engine(red())
	if got := bodies(release.Due(now.s, now.now)); !cmp.Equal(got, []string{"switch.started"}) {
		t.Errorf("now: due %v", got)
	}
}

func TestWithoutTheLeaseNothingIsDueButTheEnd(t *testing.T) {
	st := ready(nil).watching().engine(release.LeaseLost{To: text.Clean("ben")})
	acts := release.Due(st.s, st.now)
	if c, ok := acts[0].Append[0].(release.Closing); !ok || c.End != release.EndLocked || c.End.ExitCode() != 15 {
		t.Errorf("due %+v", acts)
	}
}

func TestTheBarSaysHowOneGoesBack(t *testing.T) {
	cold := release.VitalsSeen{Vitals: []targets.Vital{{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Base}, State: targets.Stopped}}}
	rolling := ready(nil).watching().back(ana)
	sw, _ := rolling.s.Switch()
	rolling.engine(release.OpStarted{Op: sw.Way.Route[0], Step: sw.Name}, release.OpFinished{ID: sw.Way.Route[0].ID})
	mixed := ready(nil).watching().back(ana).engine(release.SwitchFinished{Name: "back-1", Mixed: []string{"web-2"}})
	for _, c := range []struct {
		st   *story
		want release.BarKind
	}{
		{ready(nil), release.BarNothingLive},
		{ready(nil).watching(), release.BarOneKey},
		{ready(func(f *checklist.File) { f.Rollback.AlwaysConfirm = true }).watching(), release.BarAsks},
		{ready(nil).watching().engine(cold), release.BarCold},
		{rolling, release.BarMoving},
		{ready(nil).watching().back(ana).returned(), release.BarBack},
		{mixed, release.BarMixed},
		{ready(nil).watching().engine(release.SessionEnded{End: release.EndShipped}), release.BarOver},
	} {
		if got := c.st.s.Bar(c.st.now); got.Kind != c.want {
			t.Errorf("bar %q, want %q", got.Kind, c.want)
		}
	}
	if b := rolling.s.Bar(rolling.now); b.Done != 1 || b.Hosts != 2 || !b.Back {
		t.Errorf("rolling back: %+v", b)
	}
}

func TestEveryKindIsReadAsItWasWritten(t *testing.T) {
	st := ready(nil)
	p := text.NewProblem("code", "it is so", "do that")
	for _, b := range []release.Body{
		st.s.Session, release.SessionStarted{ID: "s", At: dawn, Back: true, Why: text.Clean("w"), Asks: true}, release.StepStarted{Step: "stage", Title: "start"}, release.StepFinished{Step: "stage", Took: time.Second, Problem: p},
		release.OpStarted{Op: st.s.Plan.Steps[0].Ops[0], Step: "stage"}, release.OpProgressed{ID: "x", Text: text.Clean("y"), Done: 1, Total: 2, InFlight: 3, Cut: 4},
		release.OpFinished{ID: "x", Unknown: true}, release.HostsObserved{Observed: targets.Observed{Hosts: []targets.Host{{Name: "web-1", Slots: map[targets.Slot]targets.SlotState{targets.Base: running("v1")}}}}},
		release.PlanFrozen{Plan: *st.s.Plan}, release.LeaseTaken{}, release.LeaseLost{To: text.Clean("ben")}, release.LeaseReleased{},
		release.PhaseEntered{Phase: release.PhaseWatch}, release.ItemStarted{Item: "a"}, release.ItemReopened{Item: "a"}, release.ItemAnswered{Item: "a", OK: true, More: []text.Safe{text.Clean("m")}},
		release.ItemSkipped{Item: "a", Why: text.Clean("w")}, release.BaselineLearned{Baselines: []guard.Baseline{{Service: "web", N: 3}}},
		release.Voted{Plan: "p", Go: true}, release.Held{}, release.Unheld{}, release.PauseOpened{Pause: release.PauseFix}, release.PausePassed{Pause: release.PauseFix},
		release.SwitchStarted{Name: "back-1", Way: st.s.Plan.Back(1, true), Why: text.Clean("w")}, release.TrafficMoved{Switch: "back-1", To: targets.Base, Took: 1},
		release.SwitchFinished{Name: "back-1", Mixed: []string{"web-1"}, Problem: p}, release.WatchStarted{Until: 5},
		release.Explained{Switch: "back-1", Reason: release.ReasonThirdParty, Text: text.Clean("t")},
		release.Ticked{Ticks: []tick.Tick{{At: 7, N: 2, Hist: tick.Hist{{I: 3, N: 2}}}}, Active: []release.InFlight{{N: 1}}},
		release.VitalsSeen{Vitals: []targets.Vital{{CPU: 0.5}}}, release.Logged{Lines: []targets.Line{{Bad: true, Text: text.Clean("t")}}, Dropped: 1},
		release.Rehearsed{Host: "h", Took: time.Millisecond}, release.AlarmRaised{Host: "h", Problem: p}, release.AlarmCleared{Host: "h", Code: "c"}, release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{Level: guard.OK}},
		release.CountdownStarted{Until: 1, Why: text.Clean("w")}, release.CountdownStopped{Why: text.Clean("w")}, release.Said{Text: text.Clean("t"), Mark: true},
		release.RecorderLost{N: 2}, release.Closing{End: release.EndHeld, Problem: p}, release.SessionEnded{End: release.EndShipped},
	} {
		payload, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := release.Decode(b.Kind(), payload)
		if err != nil {
			t.Errorf("%s: %v", b.Kind(), err)
		}
		if diff := cmp.Diff(b, got); diff != "" {
			t.Errorf("%s: %s", b.Kind(), diff)
		}
	}
}

func TestUnknownAndErasedEventsAreKeptAndSkipped(t *testing.T) {
	b, err := release.Decode("of.tomorrow", json.RawMessage(`{"a":1}`))
	if err != nil || b.Kind() != "of.tomorrow" {
		t.Fatalf("%v, %v", b, err)
	}
	if again, _ := json.Marshal(b); string(again) != `{"a":1}` {
		t.Errorf("written again as %s", again)
	}
	gone, err := release.Decode("said", nil)
	if err != nil || gone.Kind() != "said" {
		t.Fatalf("%v, %v", gone, err)
	}
	st := ready(nil)
	before := st.s.Items
	if s := st.engine(b, gone).s; !cmp.Equal(before, s.Items) || len(s.Words) > 0 {
		t.Error("events that are not understood changed something")
	}
}

func TestEveryEndHasItsExitCode(t *testing.T) {
	for end, want := range map[release.End]int{release.EndShipped: 0, release.EndLive: 0, release.EndRolledBack: 10, release.EndAborted: 11, release.EndHeld: 12,
		release.EndMixed: 13, release.EndRefused: 14, release.EndLocked: 15, release.EndFailed: 1, release.EndNone: 1} {
		if got := end.ExitCode(); got != want {
			t.Errorf("%q exits with %d, want %d", end, got, want)
		}
	}
}

func FuzzNoSequenceOfEventsPanics(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
	p := frozen(nil, "web-1", "web-2")
	pool := []release.Body{
		release.SessionStarted{Yes: true}, release.StepStarted{Step: "lease"}, release.StepFinished{Step: "lease"}, release.StepStarted{Step: "images"},
		release.StepFinished{Step: "images"}, release.StepStarted{Step: "observe"}, release.StepFinished{Step: "observe"}, release.PlanFrozen{Plan: p},
		release.LeaseTaken{}, release.PhaseEntered{Phase: release.PhaseStage}, release.PhaseEntered{Phase: release.PhaseCutover}, release.PhaseEntered{Phase: release.PhaseWatch},
		release.StepStarted{Step: "cutover"}, release.StepFinished{Step: "cutover", Problem: text.NewProblem("c", "s", "h")}, release.StepFinished{Step: "cutover"},
		release.TrafficMoved{To: targets.Blue}, release.SwitchStarted{Name: "back-1", Way: p.Back(1, false)}, release.TrafficMoved{Switch: "back-1", To: targets.Base},
		release.SwitchFinished{Name: "back-1"}, release.SwitchFinished{Name: "back-1", Mixed: []string{"web-1"}}, release.ItemAnswered{Item: "pre-1"},
		release.Held{}, release.Unheld{}, release.LeaseLost{}, release.Closing{End: release.EndShipped}, red(), release.CountdownStarted{Until: 3}, release.WatchStarted{Until: 9},
		release.SessionEnded{End: release.EndMixed}, release.PauseOpened{Pause: release.PauseClose}, release.PausePassed{Pause: release.PauseVote}, release.PausePassed{Pause: release.PauseStart}, release.Explained{Switch: "back-1"}, release.OpFinished{ID: "none"}, release.Judged{Slot: targets.Base},
	}
	f.Fuzz(func(t *testing.T, order []byte) {
		st := &story{}
		for _, i := range order[:min(len(order), 200)] {
			st.engine(pool[int(i)%len(pool)])
			release.Due(st.s, st.now)
			st.s.Bar(st.now)
			for _, in := range []release.Intent{release.Rollback{}, release.Forward{}, release.Leave{}, release.Abort{}, release.Proceed{}, release.Extend{}, release.Hold{}, release.Vote{}} {
				refusal(t, st.s, ana, in)
			}
		}
	})
}
