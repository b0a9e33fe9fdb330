package plan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// migrating is desired with a job of that class before the stage.
func migrating(class checklist.JobClass) plan.Desired {
	d := desired("v2")
	d.File.Jobs = []checklist.Job{{Name: "migrate", Service: "web", Command: []string{"/shop", "migrate"}, Class: class, Timeout: time.Minute}}
	d.File.During = slices.Insert(d.File.During, 0, checklist.Item{ID: "during-0", Phase: checklist.During, Kind: checklist.RunJob, Title: "job migrate", Job: "migrate"})
	return d
}

func TestAJobRunsOnTheFirstHostAlone(t *testing.T) {
	p, err := plan.Make(migrating(checklist.JobExpand), two(targets.Base, "v1"))
	if err != nil {
		t.Fatal(err)
	}
	st := p.Steps[0]
	if len(st.Ops) != 1 || st.Ops[0].Host != "web-1" || st.Ops[0].Job.Name != "migrate" || st.Ops[0].Job.Timeout != time.Minute {
		t.Errorf("the job is %+v", st.Ops)
	}
	if !p.Unsafe.IsZero() || !strings.Contains(p.String(), "job migrate, expand    web-1") {
		t.Errorf("unsafe %q in\n%s", p.Unsafe, p)
	}
	if slices.ContainsFunc(p.Items, func(it plan.Item) bool { return it.Kind == checklist.RunJob }) {
		t.Error("a job is an item that is answered")
	}
}

func TestAnUnsafeJobIsWrittenDownFirstAndSaid(t *testing.T) {
	for _, class := range []checklist.JobClass{checklist.JobContract, checklist.JobIrreversible} {
		p, _ := plan.Make(migrating(class), two(targets.Base, "v1"))
		why := "job migrate (" + string(class) + ") for v2"
		if warn := p.Steps[0]; len(warn.Ops) != 2 || warn.Ops[0].Verb != targets.VerbWarn || warn.Ops[1].Slot != targets.Base || warn.Ops[0].Unsafe.String() != why {
			t.Errorf("%s: first comes %+v", class, warn)
		}
		if !strings.Contains(p.String(), "R asks for the version after "+why) {
			t.Errorf("%s: it is not said in\n%s", class, p)
		}
		if st, _ := p.Step(plan.StepPersist); st.Ops[0].Unsafe.String() != why {
			t.Errorf("%s: what is written down is %+v", class, st.Ops[0])
		}
		if back := p.Back(1, false); back.Confirms(text.Clean("v2")) || back.Confirms(text.Safe{}) || !back.Confirms(text.Clean("v1")) {
			t.Errorf("%s: the way back takes another word than v1: %+v", class, back)
		}
	}
}

func TestAFirstReleaseHasNothingToWarn(t *testing.T) {
	p, _ := plan.Make(migrating(checklist.JobContract), two(targets.NoSlot, ""))
	if p.Steps[0].Ops[0].Verb != targets.VerbJob {
		t.Errorf("first comes %+v", p.Steps[0])
	}
}

func TestAnotherJobIsAnotherPlan(t *testing.T) {
	o := two(targets.Base, "v1")
	a, _ := plan.Make(migrating(checklist.JobExpand), o)
	b, _ := plan.Make(migrating(checklist.JobNone), o)
	d := migrating(checklist.JobExpand)
	d.File.Jobs[0].Command = []string{"/shop", "drop"}
	c, _ := plan.Make(d, o)
	if a.Digest == b.Digest || a.Digest == c.Digest {
		t.Error("plans that run different jobs have one digest")
	}
}

// The data is ahead of what is live once an unsafe job of a release was started that is not.
func TestWhatAnEarlierSessionRanMakesTheWayBackUnsafeToo(t *testing.T) {
	why := text.Clean("job drop (contract) for v2")
	o := recorded(two(targets.Base, "v1"), targets.Record{Slot: targets.Base, Release: version("v1"), UnsafeWhy: why, Ahead: true})
	p, err := plan.Make(desired("v3"), o)
	if err != nil || p.Ahead != why || p.Unsafe != why {
		t.Errorf("ahead %q, unsafe %q, %v", p.Ahead, p.Unsafe, err)
	}
	shipped := recorded(two(targets.Blue, "v2"), targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, UnsafeWhy: why})
	if p, _ := plan.Make(desired("v3"), shipped); !p.Unsafe.IsZero() {
		t.Errorf("the way back from v3 to v2 is unsafe by what ran before v2: %q", p.Unsafe)
	}
}

func TestAReturnPastAnUnsafeJobAsksForTheVersion(t *testing.T) {
	why := text.Clean("job drop (contract) for v2")
	both := func(r targets.Record) targets.Observed {
		o := recorded(two(targets.Blue, "v2"), r)
		for i := range o.Hosts {
			o.Hosts[i].Slots[targets.Base] = running("v1")
		}
		return o
	}
	for name, c := range map[string]struct {
		record targets.Record
		unsafe bool
	}{
		"shipped":               {targets.Record{Slot: targets.Blue, Before: targets.Base, BeforeWas: version("v1"), UnsafeWhy: why}, true},
		"shipped, safe":         {targets.Record{Slot: targets.Blue, Before: targets.Base, BeforeWas: version("v1"), SafeBack: true}, false},
		"moved, not written":    {targets.Record{Slot: targets.Base, Release: version("v1"), UnsafeWhy: why, Ahead: true}, true},
		"moved, safe":           {targets.Record{Slot: targets.Base, Release: version("v1"), SafeBack: true}, false},
		"moved, unsafe earlier": {targets.Record{Slot: targets.Base, Release: version("v1"), UnsafeWhy: why}, false},
	} {
		w, err := plan.Return(both(c.record), "s9", 0)
		if err != nil || w.Unsafe.IsZero() == c.unsafe || w.Persist[0].Unsafe != w.Unsafe {
			t.Errorf("%s: unsafe %q, %v", name, w.Unsafe, err)
		}
	}
}
