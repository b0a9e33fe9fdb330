package targettest

import (
	"errors"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/text"
)

func resolvePins(x *trial) {
	before := x.observe()
	r := x.resolve(x.Good)
	im := r.Images[x.Service]
	if im.Ref != x.Good || im.Pin == "" || im.Version.IsZero() || r.Version.IsZero() {
		x.Errorf("resolved to %+v", r)
	}
	if again := x.resolve(x.Good); !again.Same(r) {
		x.Errorf("the same image has the pins %s and %s", im.Pin, again.Images[x.Service].Pin)
	}
	if r.Same(x.resolve("")) {
		x.Errorf("%s has the pin of what the Compose file names", x.Good)
	}
	x.unchanged(before)
}

func resolveRefuses(x *trial) {
	_, err := x.Target.Resolve(x.ctx, map[string]string{x.Service: x.Good + "-nowhere"}, func(targets.Progress) {})
	x.problem(err)
}

func observeChangesNothing(x *trial) {
	o := x.observe()
	if len(o.Hosts) != len(x.Hosts) {
		x.Fatalf("%d hosts, want %d", len(o.Hosts), len(x.Hosts))
	}
	for i, h := range o.Hosts {
		if h.Name != x.Hosts[i] {
			x.Errorf("host %d is %s, want %s", i, h.Name, x.Hosts[i])
		}
		if h.Engine.IsZero() {
			x.Errorf("%s does not say its engine", h.Name)
		}
		if !h.Slots[h.Live].Warm() {
			x.Errorf("%s: the live slot %q is not warm: %+v", h.Name, h.Live, h.Slots[h.Live])
		}
	}
	x.unchanged(o)
}

// unchanged asks that the hosts be as they were in before.
func (x *trial) unchanged(before targets.Observed) {
	x.Helper()
	if diff := cmp.Diff(lasting(before), lasting(x.observe())); diff != "" {
		x.Errorf("the hosts changed (-before +after):\n%s", diff)
	}
}

// lasting is o without what changes by itself.
func lasting(o targets.Observed) targets.Observed {
	hosts := make([]targets.Host, len(o.Hosts))
	for i, h := range o.Hosts {
		h.SwitchTook, h.Lease, h.Warnings = 0, nil, nil
		slots := make(map[targets.Slot]targets.SlotState, len(h.Slots))
		for name, s := range h.Slots {
			slots[name] = steady(s)
		}
		h.Slots = slots
		if h.Store != nil {
			store := *h.Store
			store.Took = nil
			h.Store = &store
		}
		hosts[i] = h
	}
	return targets.Observed{Hosts: hosts}
}

func steady(s targets.SlotState) targets.SlotState {
	ins := make([]targets.Instance, len(s.Instances))
	for i, in := range s.Instances {
		in.Health, in.Restarts = targets.HealthUnknown, 0
		ins[i] = in
	}
	s.Instances = ins
	return s
}

// problem asks that err be one that a person can act on.
func (x *trial) problem(err error) *text.Problem {
	x.Helper()
	var p *text.Problem
	if !errors.As(err, &p) {
		x.Fatalf("error %v, want a *text.Problem", err)
	}
	if p.Code == "" || p.Say.IsZero() || p.Hint.IsZero() {
		x.Errorf("a problem lacks a part: %+v", p)
	}
	return p
}
