package compose

import (
	"context"
	"fmt"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

// mayClear refuses to clear a slot that has traffic, that is the team's own stack, or
// that is somebody else's.
func (h *host) mayClear(ctx context.Context, c census, slot targets.Slot) error {
	if slot != targets.Blue && slot != targets.Green {
		return fmt.Errorf("clear slot %q on %s: only blue and green are cleared", slot, h.name)
	}
	if err := h.project.refuseForeign(c, slot); err != nil {
		return err
	}
	return h.refuseLive(ctx, c, slot)
}

// refuseLive refuses to touch a slot that has traffic.
func (h *host) refuseLive(ctx context.Context, c census, slot targets.Slot) error {
	if len(c.slots[slot]) == 0 {
		return nil
	}
	servers, err := h.servers(ctx, c)
	if err != nil {
		return err
	}
	for _, s := range servers {
		if s.Slot == slot && s.Weight > 0 {
			return text.NewProblem("slot-live",
				fmt.Sprintf("%s has traffic on %s and is not touched", slot, h.name),
				"`goaround status` shows what is live; a release goes to the other slot")
		}
	}
	return nil
}

// clear takes the containers of a slot away, gracefully where they run, and its network
// unless somebody else is on it.
func (h *host) clear(ctx context.Context, c census, slot targets.Slot) error {
	for _, s := range c.slots[slot] {
		if err := h.stop(ctx, s); err != nil {
			return err
		}
		err := h.api.ContainerRemove(ctx, s.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
		if err != nil && !errdefs.IsNotFound(err) {
			return h.wrap("remove "+name(s), err)
		}
	}
	err := h.api.NetworkRemove(ctx, h.project.privateNetwork(slot))
	if err != nil && !errdefs.IsNotFound(err) && !errdefs.IsPermissionDenied(err) {
		return h.wrap("remove network "+h.project.privateNetwork(slot), err)
	}
	return nil
}
