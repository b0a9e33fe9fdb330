package compose

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"goaround/targets"
	"goaround/targets/text"
)

// bringUpShared creates and starts the shared services that have no container, or one
// that was never started, with the networks and volumes of the whole file. What is there
// is used as it is.
func (h *host) bringUpShared(ctx context.Context, c census, report func(targets.Progress)) error {
	var missing []string
	for _, service := range h.project.shared() {
		if s, ok := c.shared[service]; !ok || s.State == container.StateCreated {
			missing = append(missing, service)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	shared, err := h.project.base.WithSelectedServices(missing, types.IgnoreDependencies)
	if err != nil {
		return fmt.Errorf("select shared services: %w", err)
	}
	if err := h.useWhatIsThere(ctx, shared); err != nil {
		return err
	}
	return h.up(ctx, shared, shared, report)
}

// useWhatIsThere pins the networks and volumes that exist, so that Compose neither
// changes nor replaces them.
func (h *host) useWhatIsThere(ctx context.Context, p *types.Project) error {
	for key, n := range p.Networks {
		_, err := h.api.NetworkInspect(ctx, n.Name, network.InspectOptions{})
		if err != nil && !errdefs.IsNotFound(err) {
			return h.wrap("inspect network "+n.Name, err)
		}
		if err == nil {
			p.Networks[key] = types.NetworkConfig{Name: n.Name, External: true}
		}
	}
	for key, v := range p.Volumes {
		_, err := h.api.VolumeInspect(ctx, v.Name)
		if err != nil && !errdefs.IsNotFound(err) {
			return h.wrap("inspect volume "+v.Name, err)
		}
		if err == nil {
			p.Volumes[key] = types.VolumeConfig{Name: v.Name, External: true}
		}
	}
	return nil
}

// dependencies looks that the shared services which released ones depend on are as
// `depends_on` asks, since the slot's own project cannot say it, and that the proxy runs.
func (h *host) dependencies(ctx context.Context, c census) error {
	if !c.hasProxy(h.project) {
		_, there := c.shared[h.project.proxy]
		return h.proxyStopped(there)
	}
	for _, r := range h.project.released {
		for _, on := range slices.Sorted(maps.Keys(r.config.DependsOn)) {
			dep := r.config.DependsOn[on]
			if h.project.isReleased(on) || !dep.Required {
				continue
			}
			if err := h.dependency(ctx, c, r, on, dep.Condition); err != nil {
				return err
			}
		}
	}
	return nil
}

// dependency waits until a shared service is as condition asks: it may have been started
// only just now. It is given as long as the service that depends on it.
func (h *host) dependency(ctx context.Context, c census, r released, on, condition string) error {
	s, ok := c.shared[on]
	if !ok {
		return h.unmet(r.Name, on, "has no container")
	}
	within, cancel := context.WithTimeout(ctx, r.ReadyWithin)
	defer cancel()
	for {
		in, err := h.api.ContainerInspect(ctx, s.ID)
		if err != nil {
			return h.wrap("inspect "+name(s), err)
		}
		met, why, hopeless := fulfils(in, condition)
		if met {
			return nil
		}
		if hopeless || pause(within, probeEvery) != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return h.unmet(r.Name, on, why)
		}
	}
}

// fulfils reports whether a container is as a condition of depends_on asks; if it is not,
// why, and whether waiting is of no use.
func fulfils(in container.InspectResponse, condition string) (met bool, why string, hopeless bool) {
	switch condition {
	case types.ServiceConditionCompletedSuccessfully:
		return ended(in) && in.State.ExitCode == 0, "has not ended well", ended(in)
	case types.ServiceConditionHealthy:
		return health(in.State) == targets.Healthy, "is not healthy", !in.State.Running
	}
	return in.State.Running, "does not run", !in.State.Running
}

func (h *host) unmet(service, on, how string) *text.Problem {
	return text.NewProblem("dependency",
		fmt.Sprintf("%s depends on %s, which %s on %s", service, on, how, h.name),
		fmt.Sprintf("`docker compose up -d %s`; `docker compose logs %s` shows why", on, on))
}
