package compose

import (
	"fmt"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"

	"goaround/targets"
)

// labelJob is the job that a container ran.
const labelJob = "goaround.job"

// job derives the Compose project of op's job: its service alone, with the release's
// image, the job's command in place of image's and file's, and nothing of what makes a
// service of it. It is on the networks that the service shares with others, under no
// name of the service's.
func (p *project) job(op targets.Op) (*types.Project, error) {
	image, ok := op.Release.Images[op.Job.Service]
	if !ok || len(op.Job.Command) == 0 {
		return nil, fmt.Errorf("job %s: the release has no image for %q, or the job no command", op.Job.Name, op.Job.Service)
	}
	s, err := p.base.WithSelectedServices([]string{op.Job.Service}, types.IgnoreDependencies)
	if err != nil {
		return nil, fmt.Errorf("select service %s: %w", op.Job.Service, err)
	}
	s = s.WithoutUnnecessaryResources()
	s.Name = p.base.Name + "-job"
	s.DisabledServices = nil
	s.Networks, s.Volumes = pinNetworks(s.Networks), pinVolumes(s.Volumes)
	c := once(s.Services[op.Job.Service])
	c.Name = op.Job.Name + "-" + op.Session
	c.ContainerName = p.jobName(op.Job.Name, op.Session)
	c.Image, c.PullPolicy, c.Build, c.Develop = image.Pin, types.PullPolicyNever, nil, nil
	c.Entrypoint, c.Command = types.ShellCommand(op.Job.Command[:1]), types.ShellCommand(op.Job.Command[1:])
	c.CustomLabels = p.composeLabels(targets.Base, op.Job.Service)
	c.CustomLabels[api.ProjectLabel], c.CustomLabels[api.ServiceLabel] = s.Name, c.Name
	c.Labels = p.labels(nil, op, op.Job.Service, image)
	c.Labels[labelJob] = op.Job.Name
	delete(c.Labels, labelSlot)
	s.Services = types.Services{c.Name: c}
	return s, nil
}

// once takes out of a service what lets it be found, waited for and kept up.
func once(c types.ServiceConfig) types.ServiceConfig {
	c.Ports, c.DependsOn, c.Scale = nil, nil, nil
	c.PostStart, c.PreStop = nil, nil
	c.Restart = "no"
	c.HealthCheck = &types.HealthCheckConfig{Disable: true}
	if c.Deploy != nil {
		limits := types.DeployConfig{Resources: c.Deploy.Resources}
		c.Deploy = &limits
	}
	networks := map[string]*types.ServiceNetworkConfig{}
	for key := range c.Networks {
		networks[key] = &types.ServiceNetworkConfig{}
	}
	c.Networks = networks
	return c
}
