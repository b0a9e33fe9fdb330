package compose

import (
	"context"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
)

// slotStates are what there is in each slot that has containers.
func (h *host) slotStates(ctx context.Context, c census) (map[targets.Slot]targets.SlotState, error) {
	states := map[targets.Slot]targets.SlotState{}
	for _, slot := range c.occupied() {
		state, err := h.slotState(ctx, c, slot)
		if err != nil {
			return nil, err
		}
		if len(state.Instances) > 0 {
			states[slot] = state
		}
	}
	if c.hasProxy(h.project) {
		h.ask(ctx, states)
	}
	return states, nil
}

func (h *host) slotState(ctx context.Context, c census, slot targets.Slot) (targets.SlotState, error) {
	state := targets.SlotState{Release: targets.Release{Images: map[string]targets.Image{}}}
	for _, s := range c.slots[slot] {
		in, err := h.api.ContainerInspect(ctx, s.ID)
		if errdefs.IsNotFound(err) {
			continue
		}
		if err != nil {
			return state, h.wrap("inspect "+name(s), err)
		}
		service, image := h.project.serviceOf(s, slot), h.imageOf(ctx, in, slot)
		state.Release.Images[service] = image
		if state.Release.Version.IsZero() {
			state.Release.Version = image.Version
		}
		state.Instances = append(state.Instances, h.instance(service, image, in))
	}
	for _, r := range h.project.those(released.routed) {
		if _, ok := state.Release.Images[r.Name]; !ok {
			state.Missing = append(state.Missing, r.Name)
		}
	}
	return state, nil
}

// imageOf is the image of a container: what the labels of a slot say, or what the
// engine knows of a container that Compose made.
func (h *host) imageOf(ctx context.Context, in container.InspectResponse, slot targets.Slot) targets.Image {
	labels := in.Config.Labels
	if slot != targets.Base {
		return targets.Image{
			Ref:     h.door.Line(labels[labelImage]).String(),
			Pin:     h.door.Line(labels[labelDigest]).String(),
			Version: h.door.Line(labels[labelVersion]),
			Commit:  h.door.Line(labels[labelRevision]),
		}
	}
	found, err := h.api.ImageInspect(ctx, in.Image)
	if err != nil {
		return targets.Image{Ref: in.Config.Image, Pin: in.Image, Version: h.door.Line(version(in.Config.Image))}
	}
	return h.pinned(in.Config.Image, found)
}

func (h *host) instance(service string, image targets.Image, in container.InspectResponse) targets.Instance {
	r, _ := h.project.byName(service)
	return targets.Instance{
		Service:  service,
		Worker:   r.Worker(),
		Name:     h.door.Line(strings.TrimPrefix(in.Name, "/")),
		State:    condition(in.State),
		Health:   health(in.State),
		Restarts: in.RestartCount,
		Started:  timeOf(in.State.StartedAt),
		Digest:   image.Pin,
	}
}

func condition(s *container.State) targets.Condition {
	switch {
	case s.Restarting:
		return targets.Restarting
	case s.Running && !s.Paused:
		return targets.Running
	}
	return targets.Stopped
}

func health(s *container.State) targets.Health {
	if s.Health == nil {
		return targets.HealthUnknown
	}
	switch s.Health.Status {
	case container.Healthy:
		return targets.Healthy
	case container.Unhealthy:
		return targets.Unhealthy
	}
	return targets.HealthUnknown
}

// ask adds our own word on the health of what runs: whether it answers its ready path.
func (h *host) ask(ctx context.Context, slots map[targets.Slot]targets.SlotState) {
	var all sync.WaitGroup
	for slot, state := range slots {
		for i := range state.Instances {
			in := &state.Instances[i]
			r, _ := h.project.byName(in.Service)
			if in.State != targets.Running || in.Health == targets.Unhealthy || r.Ready == "" {
				continue
			}
			all.Go(func() {
				in.Health = targets.Healthy
				if h.probe(ctx, r, slot) != "" {
					in.Health = targets.Unhealthy
				}
			})
		}
	}
	all.Wait()
}
