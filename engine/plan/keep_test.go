package plan_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// kept is v2 live in blue on two hosts, with v1 in base as it is there.
func kept(base targets.SlotState, took map[string]time.Duration) targets.Observed {
	o := two(targets.Blue, "v2")
	for i := range o.Hosts {
		o.Hosts[i].Slots[targets.Base] = base
		o.Hosts[i].Store = &targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1"), SafeBack: true, Took: took}
	}
	return o
}

func TestKeptUntilTheNextTheOldSlotIsNotStoppedAndTheNextStageRemovesIt(t *testing.T) {
	d := desired("v2")
	d.File.Rollback.UntilNext = true
	p, err := plan.Make(d, two(targets.Base, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, stops := p.Step(plan.StepRetire); stops || !strings.Contains(p.String(), "way back: R, v1 in base stays warm until the next release") {
		t.Errorf("the plan is\n%s", p)
	}
	w, err := plan.Return(kept(running("v1"), nil), "s", time.Second)
	if err != nil || w.Cold || len(w.Start) > 0 {
		t.Errorf("the way back is %+v, %v", w, err)
	}
	o := kept(stopped("v1"), nil)
	for i := range o.Hosts {
		o.Hosts[i].Slots[targets.Green] = running("v0")
	}
	d.Release = version("v3")
	if p, err = plan.Make(d, o); err != nil || !strings.Contains(p.String(), "v3 takes the place of v0, which is removed") {
		t.Errorf("the next plan is\n%s%v", p, err)
	}
}

func TestAColdWayBackIsExpectedToTakeWhatStartAndReadyTookLast(t *testing.T) {
	took := map[string]time.Duration{"stage": 9 * time.Second, "start": 2 * time.Second, "ready": 1500 * time.Millisecond}
	o := kept(stopped("v1"), took)
	o.Hosts[1].Store.Took = map[string]time.Duration{"ready": 3 * time.Second}
	w, err := plan.Return(o, "s", time.Second)
	if want := 3502 * time.Millisecond; err != nil || !w.Cold || w.Took != want {
		t.Errorf("cold %v, takes %s, want %s: %v", w.Cold, w.Took, want, err)
	}
	p, err := plan.Make(desired("v3"), o)
	if err != nil || p.ColdTook != 3500*time.Millisecond || !strings.Contains(p.String(), "; then cold, about 3.5s") {
		t.Errorf("the plan expects %s: %v\n%s", p.ColdTook, err, p)
	}
}

func TestAReleaseThatIsGoneIsStartedAnewByItsPinInTheTimeItTookLast(t *testing.T) {
	o := kept(targets.SlotState{}, map[string]time.Duration{"stage": 9 * time.Second, "ready": 1500 * time.Millisecond})
	_, err := plan.Return(o, "s", time.Second)
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != plan.CodeNoWayBack || p.Error() != "the containers of v1 in slot base are gone from web-1" ||
		p.Hint.String() != "`goaround deploy shop:v1@sha256:v1` starts it anew, about 10.5s" {
		t.Errorf("%v; %v", err, p)
	}
}
