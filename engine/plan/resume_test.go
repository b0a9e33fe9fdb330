package plan_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// begun is a deploy of v2 beside v1 in base that somebody began on two hosts.
func begun(t *testing.T) plan.Begun {
	t.Helper()
	p, err := plan.Make(desired("v2"), two(targets.Base, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	return plan.Begun{Plan: p}
}

// at has hosts that send their traffic to those slots, with both versions up.
func at(live ...targets.Slot) targets.Observed {
	var o targets.Observed
	for i, slot := range live {
		h := host([]string{"web-1", "web-2"}[i], slot, "")
		h.Slots = map[targets.Slot]targets.SlotState{targets.Base: running("v1"), targets.Blue: running("v2")}
		o.Hosts = append(o.Hosts, h)
	}
	return o
}

func ids(p plan.Plan) string {
	var all []string
	for _, s := range p.Steps {
		all = append(all, s.ID)
	}
	return strings.Join(all, " ")
}

func TestWhatIsLeftDependsOnWhereTheTrafficIs(t *testing.T) {
	const whole = "stage ready during-2 cutover persist watch retire"
	for _, c := range []struct {
		name         string
		seen         targets.Observed
		change       func(*plan.Begun, *targets.Observed)
		steps        string
		cut, arrived bool
	}{
		{name: "nothing was switched", seen: at(targets.Base, targets.Base), steps: whole},
		{name: "all was switched", seen: at(targets.Blue, targets.Blue), steps: "persist watch retire", cut: true, arrived: true},
		{name: "one of two was switched", seen: at(targets.Blue, targets.Base), steps: "ready cutover persist watch retire", cut: true},
		{name: "one is in the middle of it", seen: at(targets.Base, targets.Base), steps: "ready cutover persist watch retire", cut: true,
			change: func(_ *plan.Begun, o *targets.Observed) { o.Hosts[1].Divided = true }},
		{name: "one was switched, the other's new version stopped", seen: at(targets.Blue, targets.Base), steps: "start ready cutover persist watch retire", cut: true,
			change: func(_ *plan.Begun, o *targets.Observed) { o.Hosts[1].Slots[targets.Blue] = stopped("v2") }},
		{name: "it was going back", seen: at(targets.Blue, targets.Base), steps: "persist watch retire", cut: true,
			change: func(b *plan.Begun, _ *targets.Observed) { b.Back = true }},
		{name: "it had gone back", seen: at(targets.Base, targets.Base), steps: "persist watch retire", cut: true,
			change: func(b *plan.Begun, _ *targets.Observed) { b.Back = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := begun(t)
			if c.change != nil {
				c.change(&b, &c.seen)
			}
			p, err := plan.Resume(desired("v2"), b, c.seen)
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(p); got != c.steps || p.Cut != c.cut || p.Arrived != c.arrived {
				t.Errorf("steps %q, cut %v, arrived %v; want %q, %v, %v", got, p.Cut, p.Arrived, c.steps, c.cut, c.arrived)
			}
			if p.From != targets.Base || p.To != targets.Blue || !p.Before.Same(version("v1")) || !p.Release.Same(version("v2")) {
				t.Errorf("from %s %v to %s %v", p.From, p.Before, p.To, p.Release)
			}
			pre := slices.ContainsFunc(p.Items, func(i plan.Item) bool { return i.Phase == "pre" })
			if pre == c.cut {
				t.Errorf("items before the cutover: %v, cut %v", pre, c.cut)
			}
			if again, _ := plan.Resume(desired("v2"), b, c.seen); again.Digest != p.Digest || p.Digest == "" {
				t.Errorf("digests %q and %q", p.Digest, again.Digest)
			}
		})
	}
}

func TestWhatCannotBeResumedSaysWhy(t *testing.T) {
	mine := plan.Begun{Stores: map[string]string{"web-1": "s0", "web-2": "s0"}}
	for _, c := range []struct {
		name   string
		seen   targets.Observed
		change func(*plan.Begun, *targets.Observed)
		code   string
		say    string
	}{
		{"another release took the slot", at(targets.Blue, targets.Blue), func(_ *plan.Begun, o *targets.Observed) {
			o.Hosts[0].Slots[targets.Blue] = running("v3")
		}, plan.CodeMovedOn, "v3 is live in slot blue"},
		{"a third slot is live", at(targets.Base, targets.Green), nil, plan.CodeMovedOn, "slot green is live"},
		{"somebody went back", at(targets.Base, targets.Base), func(_ *plan.Begun, o *targets.Observed) {
			o.Hosts[1].Store = &targets.Record{Session: "of-ben", Release: version("v1"), Back: true}
		}, plan.CodeMovedOn, "v1 was made live by session of-ben"},
		{"who went on with it rolled back", at(targets.Base, targets.Base), func(b *plan.Begun, o *targets.Observed) {
			o.Hosts[1].Store = &targets.Record{Session: b.Plan.Session, Release: version("v1"), Back: true}
		}, plan.CodeMovedOn, "v2 was rolled back"},
		{"the traffic went back and nobody says who did it", at(targets.Base, targets.Blue), func(b *plan.Begun, _ *targets.Observed) {
			b.Arrived = true
		}, plan.CodeMovedOn, "web-1 has moved on since: its traffic has left blue"},
		{"nothing is live on a host", at(targets.Base, targets.NoSlot), nil, plan.CodeMovedOn, "nothing is live"},
		{"a host is missing", at(targets.Base), nil, plan.CodeMovedOn, "its hosts are not those"},
		{"the hosts differ and the new version is gone from one", at(targets.Blue, targets.Base), func(_ *plan.Begun, o *targets.Observed) {
			delete(o.Hosts[1].Slots, targets.Blue)
		}, plan.CodeNoForward, "web-1 blue, web-2 base"},
		{"a job was begun and is forgotten", at(targets.Base, targets.Base), func(b *plan.Begun, _ *targets.Observed) {
			b.Jobs = []string{"migrate"}
		}, plan.CodeJobUnknown, "job migrate was begun"},
		{"a host does not say what is live", at(targets.Blue, targets.Blue), func(_ *plan.Begun, o *targets.Observed) {
			o.Hosts[1].Unknown = text.NewProblem("proxy-silent", "the proxy does not answer", "look")
		}, "proxy-silent", "does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := begun(t)
			b.Stores = mine.Stores
			if c.change != nil {
				c.change(&b, &c.seen)
			}
			_, err := plan.Resume(desired("v2"), b, c.seen)
			var p *text.Problem
			if !errors.As(err, &p) || p.Code != c.code || !strings.Contains(p.Error(), c.say) || p.Hint.IsZero() {
				t.Errorf("%v, want code %s, %q and a hint", err, c.code, c.say)
			}
		})
	}
}

func TestWhatItsOwnSessionWroteIsNoMove(t *testing.T) {
	b, o := begun(t), at(targets.Blue, targets.Blue)
	o.Hosts[0].Store = &targets.Record{Session: "s1", Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1")}
	if _, err := plan.Resume(desired("v2"), b, o); err != nil {
		t.Error(err)
	}
}

func TestAJobThatTheHostRemembersIsAskedAgain(t *testing.T) {
	b, o := begun(t), at(targets.Base, targets.Base)
	b.Jobs = []string{"migrate"}
	o.Hosts[0].Jobs = []targets.JobState{{Name: "migrate", Session: "s1"}}
	if _, err := plan.Resume(desired("v2"), b, o); err != nil {
		t.Error(err)
	}
}

func TestAnUnsafeJobMakesTheResumedWayBackAsk(t *testing.T) {
	b := begun(t)
	b.Unsafe = text.Clean("job drop (contract) for v2")
	p, err := plan.Resume(desired("v2"), b, at(targets.Blue, targets.Blue))
	if err != nil || p.Ahead != b.Unsafe {
		t.Errorf("ahead %q, %v", p.Ahead, err)
	}
}
