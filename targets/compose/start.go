package compose

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"

	"goaround/targets"
)

// start starts what has a route in a slot that is kept.
func (h *host) start(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	if err := h.refuseMissing(ctx, c, op); err != nil {
		return err
	}
	return h.startThose(ctx, op.Slot, c.slots[op.Slot], report, released.routed)
}

// startThose starts those containers of a slot that are of the services to pick: their
// networks are there again if somebody pruned them, and their restart policy is the
// file's again.
func (h *host) startThose(ctx context.Context, slot targets.Slot, all []container.Summary, report func(targets.Progress), pick func(released) bool) error {
	p, err := h.project.part(slot, pick)
	if err != nil {
		return err
	}
	for _, s := range all {
		service, picked := p.Services[s.Labels[api.ServiceLabel]]
		if !picked {
			continue
		}
		if err := h.reconnect(ctx, p, service, s); err != nil {
			return err
		}
		if err := h.restartPolicy(ctx, s, restartPolicy(service)); err != nil {
			return err
		}
	}
	sdk, err := h.sdk(report)
	if err != nil {
		return err
	}
	return h.notUp(ctx, p.Name, sdk.Start(ctx, p.Name, api.StartOptions{Project: p}))
}

// reconnect puts a stopped container on the networks that it lost: a pruned network that
// was made again has another ID than the one the container remembers.
func (h *host) reconnect(ctx context.Context, p *types.Project, service types.ServiceConfig, s container.Summary) error {
	if s.State == container.StateRunning {
		return nil
	}
	in, err := h.api.ContainerInspect(ctx, s.ID)
	if err != nil {
		return h.wrap("inspect "+name(s), err)
	}
	for _, key := range slices.Sorted(maps.Keys(service.Networks)) {
		config := p.Networks[key]
		id, err := h.ensureNetwork(ctx, p, key, config)
		if err != nil {
			return err
		}
		had, connected := in.NetworkSettings.Networks[config.Name]
		if connected && had.NetworkID == id {
			continue
		}
		if connected {
			if err := h.api.NetworkDisconnect(ctx, config.Name, s.ID, true); err != nil {
				return h.wrap("disconnect "+name(s)+" from "+config.Name, err)
			}
		}
		aliases := append([]string{service.Name}, aliasesOf(service.Networks[key])...)
		if err := h.api.NetworkConnect(ctx, config.Name, s.ID, &network.EndpointSettings{Aliases: aliases}); err != nil {
			return h.wrap("connect "+name(s)+" to "+config.Name, err)
		}
	}
	return nil
}

func aliasesOf(n *types.ServiceNetworkConfig) []string {
	if n == nil {
		return nil
	}
	return n.Aliases
}

// ensureNetwork makes the slot's own network again if it is gone, as Compose would. The
// others are the base project's, which the running proxy holds.
func (h *host) ensureNetwork(ctx context.Context, p *types.Project, key string, config types.NetworkConfig) (id string, err error) {
	found, err := h.api.NetworkInspect(ctx, config.Name, network.InspectOptions{})
	if err == nil {
		return found.ID, nil
	}
	if !errdefs.IsNotFound(err) || bool(config.External) {
		return "", h.wrap("inspect network "+config.Name, err)
	}
	made, err := h.api.NetworkCreate(ctx, config.Name, network.CreateOptions{
		Internal: config.Internal,
		Options:  config.DriverOpts,
		Labels:   map[string]string{api.ProjectLabel: p.Name, api.NetworkLabel: key, api.VersionLabel: api.ComposeVersion},
	})
	if err != nil {
		return "", h.wrap("create network "+config.Name, err)
	}
	return made.ID, nil
}

// restartPolicy is what Compose makes of the file's `restart:` or `deploy.restart_policy`.
func restartPolicy(service types.ServiceConfig) container.RestartPolicy {
	condition, attempts, _ := strings.Cut(service.Restart, ":")
	count, _ := strconv.Atoi(attempts)
	if d := service.Deploy; d != nil && d.RestartPolicy != nil {
		condition, count = d.RestartPolicy.Condition, 0
		if d.RestartPolicy.MaxAttempts != nil {
			count = int(*d.RestartPolicy.MaxAttempts)
		}
	}
	switch condition {
	case "any":
		condition = string(container.RestartPolicyAlways)
	case "none", "":
		condition = string(container.RestartPolicyDisabled)
	}
	return container.RestartPolicy{Name: container.RestartPolicyMode(condition), MaximumRetryCount: count}
}
