package composetest

import (
	"context"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
)

// sweep takes everything away that has the stack's name.
func (s *Stack) sweep(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	defer cancel()
	containers, err := s.Containers(ctx)
	if err != nil {
		t.Errorf("sweep %s: %v", s.Project, err)
		return
	}
	for _, c := range containers {
		s.Docker.ContainerRemove(ctx, c.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
	}
	named := filters.NewArgs(filters.Arg("name", s.Project))
	networks, _ := s.Docker.NetworkList(ctx, network.ListOptions{Filters: named})
	for _, n := range networks {
		s.Docker.NetworkRemove(ctx, n.ID)
	}
	if volumes, err := s.Docker.VolumeList(ctx, volume.ListOptions{Filters: named}); err == nil {
		for _, v := range volumes.Volumes {
			s.Docker.VolumeRemove(ctx, v.Name, true)
		}
	}
	images, _ := s.Docker.ImageList(ctx, image.ListOptions{Filters: filters.NewArgs(filters.Arg("label", labelStack+"="+s.Project))})
	for _, im := range images {
		s.Docker.ImageRemove(ctx, im.ID, image.RemoveOptions{Force: true, PruneChildren: true})
	}
}

// Containers are all that have the stack's name, also those of slots and leases.
func (s *Stack) Containers(ctx context.Context) ([]container.Summary, error) {
	all, err := s.Docker.ContainerList(ctx, container.ListOptions{All: true})
	if err != nil {
		return nil, err
	}
	var own []container.Summary
	for _, c := range all {
		if len(c.Names) > 0 && strings.Contains(c.Names[0], s.Project) {
			own = append(own, c)
		}
	}
	return own, nil
}
