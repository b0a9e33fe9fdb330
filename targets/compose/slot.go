package compose

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"goaround/targets"
)

// Labels of the containers of a slot.
const (
	labelApp     = "goaround.app"
	labelEnv     = "goaround.env"
	labelSlot    = "goaround.slot"
	labelService = "goaround.service"
	labelVersion = "goaround.version"
	labelImage   = "goaround.image"  // as the user named it
	labelDigest  = "goaround.digest" // the pin
	labelSession = "goaround.session"
	labelPlan    = "goaround.plan"
)

// slot derives the Compose project that op is to stage.
func (p *project) slot(op targets.Op) (*types.Project, error) {
	s, err := p.kept(op.Slot)
	if err != nil {
		return nil, err
	}
	for _, r := range p.released {
		image, ok := op.Release.Images[r.Name]
		if !ok {
			return nil, fmt.Errorf("stage in %s: the release has no image for %s", op.Slot, r.Name)
		}
		c := s.Services[inSlot(r.Name, op.Slot)]
		c.Image, c.PullPolicy, c.Build, c.Develop = image.Pin, types.PullPolicyNever, nil, nil
		c.Labels = p.labels(c.Labels, op, r.Name, image)
		if r.Worker() {
			c = asleep(c)
		}
		s.Services[c.Name] = c
	}
	return s, nil
}

// kept is the Compose project of a slot that is there already: what it takes to start
// and stop it, in order and with its hooks. It is derived from the team's own:
//
//   - the released services alone, `web` renamed to `web-blue`, its only name on the
//     shared networks; plain `web` and the aliases of the file are names on the slot's
//     private network, so that inside a slot they mean that slot;
//   - networks and named volumes are the base project's, pinned and external;
//   - edges of depends_on to shared services are dropped: see dependencies; so are those
//     to workers, which start last;
//   - host ports and container names are dropped.
//
// Of the base it is the released services as the file has them.
func (p *project) kept(slot targets.Slot) (*types.Project, error) {
	var names []string
	for _, r := range p.released {
		names = append(names, r.Name)
	}
	s, err := p.base.WithSelectedServices(names, types.IgnoreDependencies)
	if err != nil {
		return nil, fmt.Errorf("select released services: %w", err)
	}
	s = s.WithoutUnnecessaryResources()
	s.Name = p.slotProject(slot)
	s.DisabledServices = nil
	services := types.Services{}
	for name, c := range s.Services {
		maps.DeleteFunc(c.DependsOn, func(on string, _ types.ServiceDependency) bool { return !p.isRouted(on) })
		c.CustomLabels = p.composeLabels(slot, name)
		if slot != targets.Base {
			strip(&c, slot)
			wire(&c, name, p.privateNetwork(slot))
		}
		services[c.Name] = c
	}
	s.Services = services
	if slot != targets.Base {
		s.Networks = pinNetworks(s.Networks)
		s.Networks[p.privateNetwork(slot)] = p.privateConfig(slot)
		s.Volumes = pinVolumes(s.Volumes)
	}
	return s, nil
}

// asleep is a worker that nobody has started yet: an engine that restarts would start one
// that should always run.
func asleep(c types.ServiceConfig) types.ServiceConfig {
	c.Restart = types.RestartPolicyNo
	if c.Deploy != nil {
		deploy := *c.Deploy
		deploy.RestartPolicy = nil
		c.Deploy = &deploy
	}
	return c
}

// part is the part of kept that is of the services to pick.
func (p *project) part(slot targets.Slot, pick func(released) bool) (*types.Project, error) {
	s, err := p.kept(slot)
	if err != nil {
		return nil, err
	}
	return p.only(s, slot, pick), nil
}

// only is a slot's project with the services to pick alone.
func (p *project) only(s *types.Project, slot targets.Slot, pick func(released) bool) *types.Project {
	part := *s
	part.Services = types.Services{}
	for _, r := range p.those(pick) {
		c := s.Services[inSlot(r.Name, slot)]
		c.DependsOn = maps.Clone(c.DependsOn)
		maps.DeleteFunc(c.DependsOn, func(on string, _ types.ServiceDependency) bool {
			return !slices.ContainsFunc(p.released, func(o released) bool { return pick(o) && inSlot(o.Name, slot) == on })
		})
		part.Services[c.Name] = c
	}
	return &part
}

func (p *project) composeLabels(slot targets.Slot, service string) types.Labels {
	return types.Labels{
		api.ProjectLabel:     p.slotProject(slot),
		api.ServiceLabel:     inSlot(service, slot),
		api.VersionLabel:     api.ComposeVersion,
		api.WorkingDirLabel:  p.base.WorkingDir,
		api.ConfigFilesLabel: strings.Join(p.base.ComposeFiles, ","),
		api.OneoffLabel:      "False",
	}
}

// strip takes out what two copies of a service cannot both have.
func strip(c *types.ServiceConfig, slot targets.Slot) {
	edges := types.DependsOnConfig{}
	for on, dep := range c.DependsOn {
		edges[inSlot(on, slot)] = dep
	}
	c.Name = inSlot(c.Name, slot)
	c.DependsOn = edges
	c.Ports = nil
	c.ContainerName = ""
}

// wire moves a service's own names to the private network.
func wire(c *types.ServiceConfig, service, private string) {
	names := []string{service}
	networks := map[string]*types.ServiceNetworkConfig{}
	for key, n := range c.Networks {
		var own types.ServiceNetworkConfig
		if n != nil {
			own = *n
		}
		names = append(names, own.Aliases...)
		own.Aliases = nil
		networks[key] = &own
	}
	slices.Sort(names)
	networks[private] = &types.ServiceNetworkConfig{Aliases: slices.Compact(names)}
	c.Networks = networks
}

func (p *project) labels(own types.Labels, op targets.Op, service string, image targets.Image) types.Labels {
	all := types.Labels{}
	maps.Copy(all, own)
	maps.Copy(all, types.Labels{
		labelApp:     p.file.App,
		labelEnv:     p.env,
		labelSlot:    string(op.Slot),
		labelService: service,
		labelVersion: image.Version.String(),
		labelImage:   image.Ref,
		labelDigest:  image.Pin,
		labelSession: op.Session,
		labelPlan:    op.Plan,
	})
	return all
}

// privateNetwork is the name of a slot's own network. Where two networks know the same
// name, Docker asks the one that sorts first: hence the 0.
func (p *project) privateNetwork(slot targets.Slot) string {
	return "0-" + p.slotProject(slot)
}

// privateConfig is the slot's own network. Because it sorts first it is also the
// containers' way out, so it must not open one where the team has closed it, nor use
// larger packets than the team's networks.
func (p *project) privateConfig(slot targets.Slot) types.NetworkConfig {
	const mtu = "com.docker.network.driver.mtu"
	config := types.NetworkConfig{Name: p.privateNetwork(slot), Internal: true, DriverOpts: types.Options{}}
	for _, r := range p.released {
		for key := range r.config.Networks {
			n := p.base.Networks[key]
			config.Internal = config.Internal && n.Internal
			if size, ok := n.DriverOpts[mtu]; ok {
				config.DriverOpts[mtu] = size
			}
		}
	}
	return config
}

func pinNetworks(all types.Networks) types.Networks {
	pinned := types.Networks{}
	for key, n := range all {
		pinned[key] = types.NetworkConfig{Name: n.Name, External: true}
	}
	return pinned
}

func pinVolumes(all types.Volumes) types.Volumes {
	pinned := types.Volumes{}
	for key, v := range all {
		pinned[key] = types.VolumeConfig{Name: v.Name, External: true}
	}
	return pinned
}
