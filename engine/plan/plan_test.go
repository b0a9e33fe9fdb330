package plan_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

func version(v string) targets.Release {
	return targets.Release{Version: text.Clean(v), Images: map[string]targets.Image{
		"web": {Ref: "shop:" + v, Pin: "sha256:" + v, Version: text.Clean(v)},
	}}
}

func file() *checklist.File {
	return &checklist.File{
		App: "shop", Watch: 30 * time.Minute, Cutover: checklist.CutoverAsk,
		Release: []checklist.Service{{Name: "web", Backend: "web", Port: 8080}},
		Pre:     []checklist.Item{{ID: "pre-1", Phase: checklist.Pre, Kind: checklist.Ask, Title: "On-call told?", Key: true, Who: "ben"}},
		During: []checklist.Item{
			{ID: "during-1", Phase: checklist.During, Kind: checklist.Stage},
			{ID: "during-2", Phase: checklist.During, Kind: checklist.Smoke, Title: "smoke /login"},
			{ID: "during-3", Phase: checklist.During, Kind: checklist.Cutover},
		},
		Post:     []checklist.Item{{ID: "post-1", Phase: checklist.Post, Kind: checklist.Ask, Title: "Orders flowing?", After: 10 * time.Minute}},
		Guard:    checklist.Guard{Errors: 0.05, Latency: 2, Auto: checklist.AutoCountdown},
		Rollback: checklist.Rollback{Drain: 30 * time.Second},
	}
}

func desired(v string) plan.Desired {
	return plan.Desired{File: file(), Release: version(v), Session: "s1",
		Env: checklist.Environment{Name: "production", Hosts: []string{"web-1", "web-2"}, URL: "https://shop.example/"}}
}

func host(name string, live targets.Slot, v string) targets.Host {
	h := targets.Host{Name: name, Live: live, Slots: map[targets.Slot]targets.SlotState{}, SwitchTook: 2 * time.Millisecond}
	if live != targets.NoSlot {
		h.Slots[live] = running(v)
	}
	return h
}

func running(v string) targets.SlotState {
	return targets.SlotState{Release: version(v), Instances: []targets.Instance{{Service: "web", State: targets.Running}}}
}

func stopped(v string) targets.SlotState {
	s := running(v)
	s.Instances[0].State = targets.Stopped
	return s
}

func two(live targets.Slot, v string) targets.Observed {
	return targets.Observed{Hosts: []targets.Host{host("web-1", live, v), host("web-2", live, v)}}
}

func TestAPlanIsPrintedWithCauseUndoAndTime(t *testing.T) {
	o := two(targets.Base, "v1")
	o.Hosts[0].Store = &targets.Record{Took: map[string]time.Duration{"stage": 4 * time.Second, "ready": 2500 * time.Millisecond}}
	p, err := plan.Make(desired("v2"), o)
	if err != nil {
		t.Fatal(err)
	}
	want := `plan ` + p.Short() + `: shop production, v2 to slot blue beside v1 in base
  web        shop:v2  sha256:v2

  pre  Image v2 pinned on every host      auto, key
  pre  The way back is there              auto
  pre  Guard knows the old version        auto
  pre  On-call told?                      asked of ben, key
   1   start blue             web-1 web-2    v2 goes beside what is live; undo: remove blue; about 4s
   2   ready                  web-1 web-2    nothing gets traffic before it answers; undo: remove blue; about 2.5s
   3   smoke /login                          the checklist says so; undo: none needed
   4   CUTOVER to blue        web-1 web-2    v2 takes the traffic; undo: switch back to base
   5   write down             web-1 web-2    a restart of the proxy keeps the switch; undo: written again after a switch back
   6   watch                                 errors and latency of the new version are judged; undo: switch; about 30m
   7   stop base              web-1 web-2    it is kept, stopped, for the way back; undo: start base
  post Public URL answers                 auto, key
  post smoke /login through the public URL auto
  post Orders flowing?                    asked, 10m after the cutover

way back: R, v1 in base stays warm for 30m; one proxy call, 2.0 ms (measured); then cold, about 2.5s
`
	if diff := cmp.Diff(want, p.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameInputGivesTheSameDigest(t *testing.T) {
	a, _ := plan.Make(desired("v2"), two(targets.Base, "v1"))
	later := two(targets.Base, "v1")
	later.Hosts[1].SwitchTook = 9 * time.Millisecond
	d := desired("v2")
	d.Session = "s2"
	b, _ := plan.Make(d, later)
	if a.Digest == "" || a.Digest != b.Digest {
		t.Errorf("digests %q and %q differ though the plans do the same", a.Digest, b.Digest)
	}
}

func TestWhatIsDoneDecidesTheDigest(t *testing.T) {
	base, _ := plan.Make(desired("v2"), two(targets.Base, "v1"))
	changes := map[string]func(*plan.Desired, *targets.Observed){
		"another image":        func(d *plan.Desired, _ *targets.Observed) { d.Release = version("v3") },
		"another slot":         func(_ *plan.Desired, o *targets.Observed) { *o = two(targets.Blue, "v1") },
		"one host less":        func(_ *plan.Desired, o *targets.Observed) { o.Hosts = o.Hosts[:1] },
		"another limit":        func(d *plan.Desired, _ *targets.Observed) { d.File.Guard.Errors = 0.5 },
		"another smoke":        func(d *plan.Desired, _ *targets.Observed) { d.File.During[1].Steps = []checklist.Request{{URL: "/x"}} },
		"a question more":      func(d *plan.Desired, _ *targets.Observed) { d.File.Pre = append(d.File.Pre, d.File.Post[0]) },
		"a key item no longer": func(d *plan.Desired, _ *targets.Observed) { d.File.Pre[0].Key = false },
	}
	for name, change := range changes {
		d, o := desired("v2"), two(targets.Base, "v1")
		change(&d, &o)
		if p, err := plan.Make(d, o); err != nil || p.Digest == base.Digest {
			t.Errorf("%s: digest stays %s, error %v", name, base.Short(), err)
		}
	}
}

func code(err error) string {
	var p *text.Problem
	if errors.As(err, &p) && !p.Hint.IsZero() {
		return p.Code
	}
	return ""
}

func TestWhatIsLiveAlreadyIsNotDeployed(t *testing.T) {
	_, err := plan.Make(desired("v1"), two(targets.Base, "v1"))
	if code(err) != plan.CodeLiveAlready {
		t.Errorf("got %v, want %s with a hint", err, plan.CodeLiveAlready)
	}
}

func TestWhatIsLiveAndNotWrittenDownIsNotCalledDone(t *testing.T) {
	o := at(targets.Blue, targets.Blue)
	o.Hosts[0].Store = &targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1")}
	if _, err := plan.Make(desired("v2"), o); code(err) != plan.CodeUnwritten || !strings.Contains(err.Error(), "web-2") {
		t.Errorf("got %v, want %s of web-2 with a hint", err, plan.CodeUnwritten)
	}
	o.Hosts[1].Store = o.Hosts[0].Store
	if _, err := plan.Make(desired("v2"), o); code(err) != plan.CodeLiveAlready {
		t.Errorf("got %v, want %s", err, plan.CodeLiveAlready)
	}
}

func TestHostsThatDifferAreRefused(t *testing.T) {
	o := two(targets.Base, "v1")
	o.Hosts[1] = host("web-2", targets.Blue, "v2")
	_, err := plan.Make(desired("v2"), o)
	if code(err) != plan.CodeDivided {
		t.Errorf("got %v, want %s with a hint", err, plan.CodeDivided)
	}
}

func TestAFirstReleaseHasNoWayBackAndStopsNothing(t *testing.T) {
	p, err := plan.Make(desired("v1"), two(targets.NoSlot, ""))
	if err != nil || !p.First() || p.To != targets.Blue {
		t.Fatalf("plan to %s, first %v, error %v", p.To, p.First(), err)
	}
	if _, retires := p.Step(plan.StepRetire); retires {
		t.Error("a first release plans to stop a slot")
	}
	if st, _ := p.Step(plan.StepStage); st.Cause != "v1 is the first release" {
		t.Errorf("it is staged since %q", st.Cause)
	}
}

func TestASlotThatIsTakenIsNamedInThePlan(t *testing.T) {
	o := two(targets.Green, "v2")
	o.Hosts[0].Slots[targets.Blue] = stopped("v1")
	p, _ := plan.Make(desired("v3"), o)
	st, _ := p.Step(plan.StepStage)
	if want := "v3 takes the place of v1, which is removed"; st.Cause != want {
		t.Errorf("cause %q, want %q", st.Cause, want)
	}
}

func TestTheWayBackIsTheReverseOfThePlan(t *testing.T) {
	p, _ := plan.Make(desired("v2"), two(targets.Base, "v1"))
	w := p.Back(1, false)
	if w.From != targets.Blue || w.To != targets.Base || !w.Release.Same(version("v1")) || len(w.Start)+len(w.Ready) > 0 {
		t.Errorf("warm way back %+v", w)
	}
	if len(w.Route) != 2 || w.Route[0].Slot != targets.Base || w.Route[0].ID != "back-1-route@web-1" {
		t.Errorf("routes %+v", w.Route)
	}
	if cold := p.Back(2, true); len(cold.Start) != 2 || len(cold.Ready) != 2 {
		t.Errorf("a cold way back starts %d and waits for %d hosts", len(cold.Start), len(cold.Ready))
	}
	if f := p.Forward(3); f.To != targets.Blue || f.Back || !f.Release.Same(version("v2")) {
		t.Errorf("forward again %+v", f)
	}
}

func recorded(o targets.Observed, r targets.Record) targets.Observed {
	for i := range o.Hosts {
		o.Hosts[i].Store = &r
	}
	return o
}

func TestTheHostsAloneGiveTheWayBack(t *testing.T) {
	o := recorded(two(targets.Blue, "v2"), targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1"),
		Took: map[string]time.Duration{"ready": 9 * time.Second}})
	for i := range o.Hosts {
		o.Hosts[i].Slots[targets.Base] = stopped("v1")
	}
	w, err := plan.Return(o, "s9", 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if !w.Cold || w.To != targets.Base || len(w.Start) != 2 || len(w.Retire) != 2 || w.Took < 9*time.Second {
		t.Errorf("way %+v", w)
	}
}

func TestAReturnIsRefusedWithWhatToDo(t *testing.T) {
	gone := recorded(two(targets.Blue, "v2"), targets.Record{Slot: targets.Blue, Before: targets.Base, BeforeWas: version("v1")})
	never := recorded(two(targets.Blue, "v2"), targets.Record{Slot: targets.Blue})
	done := recorded(two(targets.Base, "v1"), targets.Record{Slot: targets.Base, Before: targets.Blue, BeforeWas: version("v2"), Back: true})
	replaced := recorded(two(targets.Green, "v1"), targets.Record{Slot: targets.Green, Release: version("v1"), Before: targets.Blue, BeforeWas: version("v2")})
	unknown := two(targets.Base, "v1")
	for i := range replaced.Hosts {
		replaced.Hosts[i].Slots[targets.Blue] = running("v3")
	}
	unknown.Hosts[1].Unknown = text.NewProblem("proxy-stopped", "the proxy is stopped", "start it")
	if _, err := plan.Make(desired("v2"), unknown); code(err) != "proxy-stopped" {
		t.Errorf("a plan is made though what is live cannot be known: %v", err)
	}
	for name, c := range map[string]struct {
		o    targets.Observed
		want string
	}{
		"containers gone":    {gone, plan.CodeNoWayBack},
		"nothing before":     {never, plan.CodeNoWayBack},
		"no record":          {two(targets.Blue, "v2"), plan.CodeNoWayBack},
		"rolled back before": {done, plan.CodeBackDone},
		"no host":            {targets.Observed{}, plan.CodeNoWayBack},
		"another release":    {replaced, plan.CodeNoWayBack},
		"cannot be known":    {unknown, "proxy-stopped"},
	} {
		if _, err := plan.Return(c.o, "s", 0); code(err) != c.want {
			t.Errorf("%s: got %v, want %s with a hint", name, err, c.want)
		}
	}
}

// What a session moved and did not live to write down is undone all the same; a rollback
// that was not written down is not taken for a move forward.
func TestAReturnUndoesTheLastMoveAlsoIfItWasNotWrittenDown(t *testing.T) {
	shipped := targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1")}
	replaced := targets.Record{Slot: targets.Blue, Release: version("v3"), Before: targets.Green, BeforeWas: version("v2")}
	rolled := targets.Record{Slot: targets.Base, Release: version("v1"), Before: targets.Blue, BeforeWas: version("v2"), Back: true}
	divided := func(a, b targets.Slot) func(*targets.Host) {
		return func(h *targets.Host) {
			h.Live, h.Divided = targets.NoSlot, true
			h.Servers = []targets.Server{{Service: "web", Slot: a, Weight: 100}, {Service: "web", Slot: b, Weight: 100}}
		}
	}
	live := func(slot targets.Slot) func(*targets.Host) { return func(h *targets.Host) { h.Live = slot } }
	for name, c := range map[string]struct {
		record   *targets.Record
		slots    map[targets.Slot]string
		now      func(*targets.Host)
		from, to targets.Slot
		version  string
	}{
		"first deploy, moved":              {nil, map[targets.Slot]string{"base": "v1", "blue": "v2"}, live("blue"), "blue", "base", "v1"},
		"first deploy, half moved":         {nil, map[targets.Slot]string{"base": "v1", "blue": "v2"}, divided("base", "blue"), "blue", "base", "v1"},
		"a later deploy, moved":            {&shipped, map[targets.Slot]string{"base": "v1", "blue": "v2", "green": "v3"}, live("green"), "green", "blue", "v2"},
		"a later deploy, half moved":       {&shipped, map[targets.Slot]string{"base": "v1", "blue": "v2", "green": "v3"}, divided("blue", "green"), "green", "blue", "v2"},
		"into the slot of the one before":  {&replaced, map[targets.Slot]string{"blue": "v3", "green": "v4"}, live("green"), "green", "blue", "v3"},
		"a rollback, moved":                {&shipped, map[targets.Slot]string{"base": "v1", "blue": "v2"}, live("base"), "blue", "base", "v1"},
		"a rollback, half moved":           {&shipped, map[targets.Slot]string{"base": "v1", "blue": "v2"}, divided("base", "blue"), "blue", "base", "v1"},
		"forward after a rollback, moved":  {&rolled, map[targets.Slot]string{"base": "v1", "blue": "v2"}, live("blue"), "blue", "base", "v1"},
		"a deploy after a rollback, moved": {&rolled, map[targets.Slot]string{"base": "v1", "blue": "v3"}, live("blue"), "blue", "base", "v1"},
	} {
		h := host("web-1", targets.NoSlot, "")
		h.Store = c.record
		for slot, v := range c.slots {
			h.Slots[slot] = running(v)
		}
		c.now(&h)
		w, err := plan.Return(targets.Observed{Hosts: []targets.Host{h}}, "s9", 0)
		if err != nil || w.From != c.from || w.To != c.to || !w.Release.Same(version(c.version)) {
			t.Errorf("%s: from %q to %q (%s), %v; want from %q to %q (%s)", name, w.From, w.To, w.Release.Version, err, c.from, c.to, c.version)
		}
	}
}

func TestInAFreezeThereIsNoPlanButAWayBack(t *testing.T) {
	o := two(targets.Blue, "v2")
	for i := range o.Hosts {
		o.Hosts[i].Slots[targets.Base] = stopped("v1")
		o.Hosts[i].Store = &targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1"), SafeBack: true}
	}
	o.Hosts[1].Freeze = &targets.Freeze{By: text.Clean("ben"), Why: text.Clean("stock-taking"), Since: time.Date(2026, 11, 27, 9, 30, 0, 0, time.FixedZone("CET", 3600))}
	_, err := plan.Make(desired("v3"), o)
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != targets.CodeFrozen || p.Error() != "production is frozen by ben since 2026-11-27 08:30 UTC: stock-taking" {
		t.Errorf("error %v", err)
	}
	if w, err := plan.Return(o, "s", time.Second); err != nil || w.To != targets.Base {
		t.Errorf("the way back: %+v, %v", w, err)
	}
}

func TestAfterAFirstReleaseWasTakenOutOfTrafficThereIsNothingToGoBackTo(t *testing.T) {
	o := two(targets.NoSlot, "")
	for i := range o.Hosts {
		o.Hosts[i].Slots[targets.Blue] = stopped("v1")
		o.Hosts[i].Store = &targets.Record{Back: true, Before: targets.Blue, BeforeWas: version("v1"), SafeBack: true}
	}
	var p *text.Problem
	if _, err := plan.Return(o, "s", time.Second); !errors.As(err, &p) || p.Code != plan.CodeBackDone || p.Error() != "nothing is live: v1 was taken out of traffic" {
		t.Errorf("error %v", err)
	}
	if again, err := plan.Make(desired("v2"), o); err != nil || !again.First() || again.To != targets.Blue {
		t.Errorf("the next plan: %+v, %v", again, err)
	}
}

func TestAReleaseInWavesMovesSomeHostsFirst(t *testing.T) {
	d := desired("v2")
	d.File.Waves = []int{1}
	p, err := plan.Make(d, two(targets.Base, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(p); got != "stage ready during-2 cutover-1 persist-1 cutover persist watch retire" {
		t.Errorf("steps %s", got)
	}
	seen := map[string]bool{}
	for _, s := range p.Steps {
		for _, op := range s.Ops {
			if seen[op.ID] {
				t.Errorf("two operations are %s", op.ID)
			}
			seen[op.ID] = true
		}
	}
	first, _ := p.Step("cutover-1")
	if n, of, hosts := p.Wave("cutover"); n != 2 || of != 2 || len(hosts) != 1 || hosts[0] != "web-2" || first.Ops[0].Host != "web-1" || first.Title != "CUTOVER to blue, wave 1 of 2" {
		t.Errorf("wave %d of %d on %v, after %q", n, of, hosts, first.Title)
	}
	d.File.Waves = []int{2, 5}
	if p, err = plan.Make(d, two(targets.Base, "v1")); err != nil || ids(p) != "stage ready during-2 cutover persist watch retire" {
		t.Errorf("with waves for more hosts than there are: %v, %v", ids(p), err)
	}
}

func TestAPlanSaysHowItsImageCameThereAndIsTheSamePlan(t *testing.T) {
	d := desired("v2")
	without, err := plan.Make(d, two(targets.Base, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	d.Notes = []*text.Problem{text.NewProblem(targets.CodeSent, "shop:v2 was sent from here to web-1: 89 MB", "nothing to do")}
	p, err := plan.Make(d, two(targets.Base, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest != without.Digest {
		t.Error("it has another digest")
	}
	if !strings.HasSuffix(p.String(), "\nnote: shop:v2 was sent from here to web-1: 89 MB\n      nothing to do\n") {
		t.Errorf("it says\n%s", p)
	}
}
