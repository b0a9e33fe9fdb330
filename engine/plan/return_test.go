package plan_test

import (
	"slices"
	"strings"
	"testing"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// Hosts that differ are brought together where the traffic of those came from that moved.
func TestAReturnBringsHostsThatDifferTogether(t *testing.T) {
	moved := &targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1"), SafeBack: true}
	earlier := &targets.Record{Slot: targets.Base, Release: version("v1"), Before: targets.Green, BeforeWas: version("v0"), SafeBack: true}
	back := &targets.Record{Slot: targets.Base, Release: version("v1"), Before: targets.Blue, BeforeWas: version("v2"), Back: true, SafeBack: true}
	for name, c := range map[string]struct {
		live   []targets.Slot
		stores []*targets.Record
	}{
		"a first deploy, moved on one and written down nowhere": {[]targets.Slot{targets.Blue, targets.Base}, []*targets.Record{nil, nil}},
		"moved on one and written down":                         {[]targets.Slot{targets.Blue, targets.Base}, []*targets.Record{moved, nil}},
		"moved on the second, the first has a past of its own":  {[]targets.Slot{targets.Base, targets.Blue}, []*targets.Record{earlier, moved}},
		"gone back on one": {[]targets.Slot{targets.Base, targets.Blue}, []*targets.Record{back, moved}},
	} {
		o := at(c.live...)
		for i := range o.Hosts {
			o.Hosts[i].Store = c.stores[i]
		}
		w, err := plan.Return(o, "s9", 0)
		if err != nil || w.From != targets.Blue || w.To != targets.Base || len(w.Route) != 2 || len(w.Without) > 0 || !w.Release.Same(version("v1")) {
			t.Errorf("%s: %v, from %s to %s (%s) on %d hosts without %v", name, err, w.From, w.To, w.Release.Version, len(w.Route), w.Without)
		}
	}
}

func TestAReturnGoesWithoutAHostThatCannotBeReached(t *testing.T) {
	o := at(targets.Blue, targets.Blue)
	for i := range o.Hosts {
		o.Hosts[i].Store = &targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1"), SafeBack: true}
	}
	o.Hosts[0] = targets.Host{Name: "web-1", Unknown: text.NewProblem("unreachable", "web-1 cannot be reached", "look")}
	w, err := plan.Return(o, "s9", 0)
	if err != nil || len(w.Route) != 1 || w.Route[0].Host != "web-2" || !slices.Equal(w.Without, []string{"web-1"}) {
		t.Errorf("%v, %+v", err, w)
	}
	o.Hosts[1].Store.Back = true
	if _, err := plan.Return(o, "s9", 0); code(err) != "unreachable" {
		t.Errorf("where the rest has gone back: %v", err)
	}
}

// A host that is away may be the only one that has moved: those that have not stay.
func TestAReturnWithoutAHostDoesNotTakeBackThoseThatADeployHasNotMoved(t *testing.T) {
	o := at(targets.Blue, targets.Blue)
	for i := range o.Hosts {
		o.Hosts[i].Store = &targets.Record{Slot: targets.Blue, Release: version("v2"), Before: targets.Base, BeforeWas: version("v1"), SafeBack: true}
		o.Hosts[i].Slots[targets.Green] = running("v3")
	}
	if w, err := plan.Return(o, "s9", 0); err != nil || w.To != targets.Base {
		t.Errorf("with all hosts: %v, to %s", err, w.To)
	}
	o.Hosts[0] = targets.Host{Name: "web-1", Unknown: text.NewProblem("unreachable", "web-1 cannot be reached", "look")}
	if w, err := plan.Return(o, "s9", 0); code(err) != plan.CodeDivided || !strings.Contains(err.Error(), "web-1") {
		t.Errorf("without web-1: %v, to %s", err, w.To)
	}
}
