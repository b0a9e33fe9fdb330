package compose

import (
	"context"
	"sync"

	"goaround/targets"
	"goaround/targets/text"
)

// Observe takes a snapshot of all hosts in parallel; see targets.Target.
func (t *Target) Observe(ctx context.Context) (targets.Observed, error) {
	hosts, errs := make([]targets.Host, len(t.hosts)), make([]error, len(t.hosts))
	var all sync.WaitGroup
	for i, h := range t.hosts {
		all.Go(func() {
			hosts[i], errs[i] = h.observe(ctx)
			hosts[i].Name = h.name
		})
	}
	all.Wait()
	return targets.Answered(ctx, hosts, errs, func(i int) *text.Problem { return t.hosts[i].cutOff(errs[i]) })
}

func (h *host) observe(ctx context.Context) (targets.Host, error) {
	info, err := h.api.Info(ctx)
	if err != nil {
		return targets.Host{}, h.wrap("ask the engine", err)
	}
	c, err := h.census(ctx)
	if err != nil {
		return targets.Host{}, err
	}
	seen := targets.Host{Name: h.name, Engine: h.door.Line(info.ServerVersion)}
	var kept stored
	err = together(
		func() (err error) { seen.Slots, err = h.slotStates(ctx, c); return },
		func() (err error) { seen.Jobs, err = h.jobStates(ctx, c); return },
		func() (err error) { kept, err = h.readStore(ctx, c); return },
		func() error { return h.observeTraffic(ctx, c, &seen) },
	)
	if err != nil {
		return targets.Host{}, err
	}
	seen.Unknown = h.unknown(c)
	seen.Live, seen.Divided = live(seen.Servers, seen.Slots)
	seen.Store, seen.Freeze = kept.live, kept.freeze
	if len(c.leases) > 0 {
		holder := h.holder(ctx, c.leases[len(c.leases)-1], systemTime(info), kept.beat)
		seen.Lease = &holder
	}
	seen.Warnings = h.warnings(ctx, c, seen)
	seen.Differences = append(differences(seen, kept, c.hasProxy(h.project)), seen.Astray()...)
	return seen, nil
}

// observeTraffic adds what the proxy says, if it runs.
func (h *host) observeTraffic(ctx context.Context, c census, seen *targets.Host) error {
	if !c.hasProxy(h.project) {
		return nil
	}
	r, err := h.routerOf(c)
	if err != nil {
		return err
	}
	if seen.Servers, err = r.Servers(ctx); err != nil {
		return err
	}
	seen.SwitchTook, err = r.Rehearse(ctx)
	return err
}

// together runs all at once and returns the first error in their order.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for i, do := range all {
		wait.Go(func() { errs[i] = do() })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// live is the one slot that has weight in every service. What has weight but no
// containers is live nowhere: the proxy's file has weights before anything runs.
func live(servers []targets.Server, slots map[targets.Slot]targets.SlotState) (slot targets.Slot, divided bool) {
	byService := map[string]targets.Slot{}
	for _, s := range servers {
		if _, there := slots[s.Slot]; s.Weight == 0 || !there {
			continue
		}
		if other, ok := byService[s.Service]; ok && other != s.Slot {
			return targets.NoSlot, true
		}
		byService[s.Service] = s.Slot
	}
	for _, s := range byService {
		if slot != targets.NoSlot && slot != s {
			return targets.NoSlot, true
		}
		slot = s
	}
	return slot, false
}
