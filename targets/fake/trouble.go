package fake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Stream is a part of what a watch delivers.
type Stream string

// The streams.
const (
	Requests Stream = "requests"
	Counters Stream = "counters"
	Vitals   Stream = "vitals"
	Lines    Stream = "lines"
)

// on changes host as of now; a name that no host has is nothing to change.
func (s *site) on(name string, change func(*host)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance(time.Now())
	if h, err := s.host(name); err == nil {
		change(h)
	}
}

func (s *site) alarm(h *host, code, say, hint string) {
	s.feed.Publish(targets.Alarm{Host: h.name, At: time.Now(), Problem: text.NewProblem(code, say, hint)})
}

// Cut takes a host off the network: every call to it fails, and a watch is alarmed and
// hears nothing of it, while its users are served as before.
func (t *Target) Cut(name string) { t.site.on(name, t.site.cut) }

func (s *site) cut(h *host) {
	h.cut = true
	s.alarm(h, "unreachable", h.name+" cannot be reached", "look whether it is up and the network reaches it")
}

// Stall stops a host as it is: every call to it hangs until Restore or its context ends,
// nobody is served, and a watch hears nothing.
func (t *Target) Stall(name string) {
	t.site.on(name, func(h *host) {
		if h.stalled == nil {
			h.stalled = make(chan struct{})
		}
	})
}

// Restore undoes Cut and Stall.
func (t *Target) Restore(name string) { t.site.on(name, t.site.restore) }

func (s *site) restore(h *host) {
	if h.cut {
		s.feed.Publish(targets.Alarm{
			Host: h.name, At: time.Now(), Clear: true,
			Problem: text.NewProblem("unreachable", h.name+" is reached again", "observe it"),
		})
	}
	if h.stalled != nil {
		close(h.stalled)
	}
	h.cut, h.stalled = false, nil
}

// Mute has a watch hear nothing of a stream from a host; what it tells of goes on.
func (t *Target) Mute(name string, s Stream) {
	t.site.on(name, func(h *host) { h.muted[s] = true })
}

// Unmute undoes Mute.
func (t *Target) Unmute(name string, s Stream) {
	t.site.on(name, func(h *host) { delete(h.muted, s) })
}

// Steal takes the lease for by, from whoever has it.
func (t *Target) Steal(by string) targets.Lease {
	return t.site.leases.Seize(targets.Claim{By: by, Session: "stolen-by-" + by, Force: true})
}

// Reweight moves the traffic of a host behind everybody's back; a watch is alarmed.
func (t *Target) Reweight(name string, to targets.Slot) {
	t.site.on(name, func(h *host) {
		h.send(to)
		t.site.alarm(h, "weights-changed", fmt.Sprintf("the proxy on %s sends traffic to %s, and nobody here asked for it", h.name, to), "observe, then route again")
	})
}

// Divide sends the traffic of a host to more than one slot, until it is routed again.
func (t *Target) Divide(name string) {
	t.site.on(name, func(h *host) { h.divided = true })
}

// RestartProxy restarts the proxy of a host: the traffic stays, its counters start from 0.
func (t *Target) RestartProxy(name string) {
	t.site.on(name, func(h *host) {
		h.process++
		clear(h.totals)
	})
}

// Sicken has the instances in slot of a host fail their health checks.
func (t *Target) Sicken(name string, slot targets.Slot) { t.instances(name, slot, sicken) }

func sicken(in *instance) { in.sick, in.Health = true, targets.Unhealthy }

// Cure undoes Sicken.
func (t *Target) Cure(name string, slot targets.Slot) { t.instances(name, slot, cure) }

func cure(in *instance) { in.sick, in.Health = false, targets.Healthy }

// Restart restarts the instances in slot of a host.
func (t *Target) Restart(name string, slot targets.Slot) { t.instances(name, slot, restart) }

func restart(in *instance) { in.Restarts, in.Started = in.Restarts+1, time.Now() }

// Die has a service in slot of a host end, which nobody asked it to.
func (t *Target) Die(name string, slot targets.Slot, service string) {
	t.instances(name, slot, func(in *instance) {
		if in.Service == service {
			in.halt()
		}
	})
}

// Prune takes away the container of a service in slot of a host.
func (t *Target) Prune(name string, slot targets.Slot, service string) {
	t.site.on(name, func(h *host) {
		if sl := h.slots[slot]; sl != nil {
			sl.instances = slices.DeleteFunc(sl.instances, func(in *instance) bool { return in.Service == service })
			images := maps.Clone(sl.release.Images)
			delete(images, service)
			sl.release.Images = images
		}
	})
}

func (t *Target) instances(name string, slot targets.Slot, change func(*instance)) {
	t.site.on(name, func(h *host) {
		if sl := h.slots[slot]; sl != nil {
			for _, in := range sl.instances {
				change(in)
			}
		}
	})
}

// Vanish takes away all that is in slot of a host, as a prune does.
func (t *Target) Vanish(name string, slot targets.Slot) {
	t.site.on(name, func(h *host) { delete(h.slots, slot) })
}

// Say has the instances in slot of a host log a line, which may be hostile.
func (t *Target) Say(name string, slot targets.Slot, raw string) {
	t.site.on(name, func(h *host) {
		if h.muted[Lines] || !h.heard() {
			return
		}
		bad := strings.Contains(raw, "ERROR") || strings.Contains(raw, "WARN")
		for _, service := range t.site.services {
			at := targets.Where{Host: h.name, Service: service, Slot: slot}
			t.site.feed.Publish(targets.Line{Where: at, At: time.Now(), Bad: bad, Text: t.site.door.Line(raw)})
		}
	})
}

// heard reports whether anything of h reaches a watch.
func (h *host) heard() bool { return !h.cut && h.stalled == nil }
