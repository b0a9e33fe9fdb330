package demo

import (
	"context"
	"fmt"
	"maps"

	"goaround/targets"
	"goaround/targets/text"
)

// Observe takes a snapshot of both hosts.
func (s *site) Observe(ctx context.Context) (targets.Observed, error) {
	var o targets.Observed
	for _, h := range s.hosts {
		o.Hosts = append(o.Hosts, h.snapshot(s.leases.Holder()))
	}
	return o, ctx.Err()
}

// Done reports whether o shows that op is done.
func (s *site) Done(o targets.Observed, op targets.Op) bool { return targets.Done(o, op) }

func (h *host) snapshot(lease *targets.Holder) targets.Host {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := targets.Host{
		Name: h.name, Engine: text.Clean("in this process"), Live: h.proxy.to(), Lease: lease, Freeze: h.freeze, Jobs: h.jobs.States(),
		Slots: map[targets.Slot]targets.SlotState{}, SwitchTook: h.proxy.measure(),
	}
	for _, name := range slots() {
		sv := targets.Server{Service: Service, Slot: name, Ready: true}
		if sl := h.slots[name]; sl != nil {
			out.Slots[name] = sl.state()
			sv.Up, sv.Addr = sl.up(), sl.address()
		}
		if name == out.Live {
			sv.Weight = 100
		}
		out.Servers = append(out.Servers, sv)
	}
	if h.store != nil {
		r := *h.store
		r.Took = maps.Clone(h.took)
		out.Store = &r
		if r.Slot != out.Live {
			out.Differences = []text.Safe{text.Clean(fmt.Sprintf("the proxy sends traffic to %s, the store says %s", out.Live, r.Slot))}
		}
	}
	return out
}
