package compose

import (
	"context"

	"github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
)

// retire drains a slot that has no traffic, stops it and keeps it. Since the drain may be
// long it looks anew afterwards, at the slot and at the lease. The restart policy is set
// aside before the stop, or a restart of the daemon would bring an old version back beside
// the new.
func (h *host) retire(ctx context.Context, op targets.Op, report func(targets.Progress), may func(context.Context) error) error {
	if _, err := h.idle(ctx, op.Slot); err != nil {
		return err
	}
	cut, err := h.drain(ctx, op, report)
	if err != nil {
		return err
	}
	if err := may(ctx); err != nil {
		return err
	}
	c, err := h.idle(ctx, op.Slot)
	if err != nil {
		return err
	}
	for _, s := range c.slots[op.Slot] {
		if err := h.restartPolicy(ctx, s, container.RestartPolicy{Name: container.RestartPolicyDisabled}); err != nil {
			return err
		}
	}
	cut()
	p, err := h.project.kept(op.Slot)
	if err != nil {
		return err
	}
	sdk, err := h.sdk(report)
	if err != nil {
		return err
	}
	return h.wrap("stop "+p.Name, sdk.Stop(ctx, p.Name, api.StopOptions{Project: p}))
}

// idle is a census that shows a slot without traffic.
func (h *host) idle(ctx context.Context, slot targets.Slot) (census, error) {
	c, err := h.census(ctx)
	if err != nil {
		return census{}, err
	}
	return c, h.refuseLive(ctx, c, slot)
}

// drain waits for what is in flight in a slot; cut ends what is left, and says so. Where
// there is no proxy nothing is in flight, and what it does not cut the stop does.
func (h *host) drain(ctx context.Context, op targets.Op, report func(targets.Progress)) (cut func(), err error) {
	r, err := h.router(ctx)
	if err != nil {
		return func() {}, nil
	}
	left, err := targets.Drain(ctx, op.Drain, func(ctx context.Context) (int, error) { return r.InFlight(ctx, op.Slot) }, report)
	return func() {
		if left == 0 {
			return
		}
		if n, err := r.Cut(ctx, op.Slot); err == nil {
			left = n
		}
		if left > 0 {
			report(targets.CutOff(left, op.Drain))
		}
	}, err
}

func (h *host) restartPolicy(ctx context.Context, s container.Summary, policy container.RestartPolicy) error {
	_, err := h.api.ContainerUpdate(ctx, s.ID, container.UpdateConfig{RestartPolicy: policy})
	return h.wrap("set restart policy of "+name(s), err)
}

// stop stops one container as its own configuration says, if it runs.
func (h *host) stop(ctx context.Context, s container.Summary) error {
	if s.State == container.StateCreated || s.State == container.StateExited || s.State == container.StateDead {
		return nil
	}
	err := h.api.ContainerStop(ctx, s.ID, container.StopOptions{})
	if errdefs.IsNotFound(err) {
		return nil
	}
	return h.wrap("stop "+name(s), err)
}

// remove takes the containers of a slot without traffic away.
func (h *host) remove(ctx context.Context, op targets.Op, _ func(targets.Progress)) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	if err := h.mayClear(ctx, c, op.Slot); err != nil {
		return err
	}
	return h.clear(ctx, c, op.Slot)
}

// refuseMissing refuses to go on with a slot that is not whole.
func (h *host) refuseMissing(ctx context.Context, c census, op targets.Op) error {
	missing := h.project.missing(c, op.Slot)
	if len(missing) == 0 {
		return nil
	}
	return h.gone(ctx, c, op, missing[0])
}

// wasIn is the release that the host store knows to have been in a slot; zero: it knows none.
func (h *host) wasIn(ctx context.Context, c census, slot targets.Slot) targets.Release {
	kept, err := h.readStore(ctx, c)
	switch {
	case err != nil || kept.live == nil:
		return targets.Release{}
	case kept.live.Slot == slot:
		return kept.live.Release
	case kept.live.Before == slot:
		return kept.live.BeforeWas
	}
	return targets.Release{}
}
