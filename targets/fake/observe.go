package fake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Resolve pins the images that the fake knows.
func (t *Target) Resolve(ctx context.Context, images map[string]string, report func(targets.Progress)) (targets.Release, error) {
	t.note("resolve")
	if err := cmp.Or(t.passes(ctx, Resolve, t.site.names())...); err != nil {
		return targets.Release{}, fmt.Errorf("resolve images: %w", err)
	}
	r := targets.Release{Images: map[string]targets.Image{}}
	for _, service := range slices.Sorted(maps.Keys(images)) {
		im, err := t.site.find(service, images[service])
		if err != nil {
			return targets.Release{}, err
		}
		if report != nil {
			for _, name := range t.site.names() {
				report(targets.Progress{Host: name, Text: text.Clean("pull " + im.Ref), Done: 20e6, Total: 20e6, Rate: 40e6})
			}
		}
		r.Images[service] = im
		if r.Version.IsZero() {
			r.Version = im.Version
		}
	}
	return r, nil
}

func (s *site) find(service, ref string) (targets.Image, error) {
	if all := s.released(); !slices.Contains(all, service) {
		return targets.Image{}, text.NewProblem("unknown-service", "there is no service "+service, "name one of "+strings.Join(all, ", "))
	}
	if ref == "" {
		ref = V1
	}
	if _, ok := s.images[ref]; !ok {
		return targets.Image{}, text.NewProblem("image-not-found", "there is no image "+ref, "look at its name, and push it")
	}
	return s.image(ref), nil
}

// Observe takes a snapshot of all hosts in parallel; see targets.Target.
func (t *Target) Observe(ctx context.Context) (targets.Observed, error) {
	t.note("observe")
	names := t.site.names()
	errs := t.passes(ctx, Observe, names)
	hosts := make([]targets.Host, len(names))
	t.site.mu.Lock()
	defer t.site.mu.Unlock()
	for i, h := range t.site.hosts {
		if hosts[i].Name = h.name; errs[i] == nil {
			hosts[i] = h.snapshot(t.site)
		}
	}
	return targets.Answered(ctx, hosts, errs, func(i int) *text.Problem {
		var p *text.Problem
		if errors.As(errs[i], &p) {
			return p
		}
		return text.NewProblem("unreachable", names[i]+" does not answer", "look whether it is up")
	})
}

func (h *host) snapshot(s *site) targets.Host {
	out := targets.Host{
		Name: h.name, Engine: text.Clean("fake"), Live: h.live, Divided: h.divided,
		Jobs: h.jobs.States(), Slots: map[targets.Slot]targets.SlotState{}, Lease: s.leases.Holder(), Freeze: h.freeze, SwitchTook: time.Millisecond,
	}
	for name, sl := range h.slots {
		out.Slots[name] = sl.state()
	}
	for _, service := range s.services {
		for _, slot := range []targets.Slot{targets.Base, targets.Blue, targets.Green} {
			out.Servers = append(out.Servers, h.server(service, slot))
		}
	}
	out.Differences = out.Astray()
	if h.store != nil {
		r := *h.store
		out.Store = &r
		if r.Slot != h.live {
			out.Differences = append(out.Differences, text.Clean(fmt.Sprintf("the proxy sends traffic to %s, the store says %s", h.live, r.Slot)))
		}
	}
	return out
}

func (h *host) server(service string, slot targets.Slot) targets.Server {
	sv := targets.Server{Service: service, Slot: slot, Ready: true, Up: h.slots[slot].up(service)}
	if h.live == slot || h.divided {
		sv.Weight = 100
	}
	return sv
}

func (sl *slot) state() targets.SlotState {
	st := targets.SlotState{Release: sl.release}
	for _, in := range sl.instances {
		st.Instances = append(st.Instances, in.Instance)
	}
	return st
}
