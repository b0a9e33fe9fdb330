package compose

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
)

// carried is a file of this machine that `secrets:` or `configs:` put into a service.
// Compose binds it to the container, which on another machine would find no such file; it
// is written into the container there, before that starts.
type carried struct {
	types.FileReferenceConfig
	path string // here
}

// carry are the files of a service.
func carry(p *types.Project, c types.ServiceConfig) []carried {
	var all []carried
	for _, ref := range c.Secrets {
		f := carried{types.FileReferenceConfig(ref), p.Secrets[ref.Source].File}
		f.Target = within("/run/secrets", f.FileReferenceConfig)
		all = append(all, f)
	}
	for _, ref := range c.Configs {
		f := carried{types.FileReferenceConfig(ref), p.Configs[ref.Source].File}
		f.Target = within("/", f.FileReferenceConfig)
		all = append(all, f)
	}
	return slices.DeleteFunc(all, func(f carried) bool { return f.path == "" })
}

// within is where a file is in its container.
func within(folder string, ref types.FileReferenceConfig) string {
	target := ref.Target
	if target == "" {
		target = ref.Source
	}
	if path.IsAbs(target) {
		return target
	}
	return path.Join(folder, target)
}

// withoutFiles is a project without what would be bound from this machine, if the engine
// is on another.
func (h *host) withoutFiles(p *types.Project) *types.Project {
	if !h.engine.Away() {
		return p
	}
	less := *p
	less.Services = types.Services{}
	for name, c := range p.Services {
		c.Secrets = slices.DeleteFunc(slices.Clone(c.Secrets), func(s types.ServiceSecretConfig) bool { return p.Secrets[s.Source].File != "" })
		c.Configs = slices.DeleteFunc(slices.Clone(c.Configs), func(s types.ServiceConfigObjConfig) bool { return p.Configs[s.Source].File != "" })
		less.Services[name] = c
	}
	return &less
}

// send writes their files into the containers of a project that have not started yet, if
// the engine is on another machine.
func (h *host) send(ctx context.Context, p *types.Project) error {
	if !h.engine.Away() {
		return nil
	}
	for _, c := range p.Services {
		files := carry(p, c)
		if len(files) == 0 {
			continue
		}
		made, err := h.api.ContainerList(ctx, container.ListOptions{All: true, Filters: filters.NewArgs(
			filters.Arg("label", api.ProjectLabel+"="+c.CustomLabels[api.ProjectLabel]),
			filters.Arg("label", api.ServiceLabel+"="+c.CustomLabels[api.ServiceLabel]),
		)})
		if err != nil {
			return h.wrap("list "+c.Name, err)
		}
		for _, s := range made {
			if err := h.sendTo(ctx, s, files); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *host) sendTo(ctx context.Context, s container.Summary, files []carried) error {
	for _, f := range files {
		archive, err := f.archive()
		if err == nil {
			err = h.api.CopyToContainer(ctx, s.ID, "/", archive, container.CopyToContainerOptions{CopyUIDGID: f.UID != "" || f.GID != ""})
		}
		if err != nil {
			return h.wrap(fmt.Sprintf("put %s into %s", f.Target, name(s)), err)
		}
	}
	return nil
}

// archive is the file as the engine takes it, at its place from the root on.
func (f carried) archive() (*bytes.Buffer, error) {
	content, err := os.ReadFile(f.path)
	if err != nil {
		return nil, err
	}
	header := &tar.Header{Name: strings.TrimPrefix(f.Target, "/"), Mode: 0o444, Size: int64(len(content))}
	if f.Mode != nil {
		header.Mode = int64(*f.Mode)
	}
	if header.Uid, err = owner(f.UID); err != nil {
		return nil, err
	}
	if header.Gid, err = owner(f.GID); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	return &b, w.Close()
}

// owner is a user's or a group's number; root's if none is given.
func owner(number string) (int, error) {
	if number == "" {
		return 0, nil
	}
	return strconv.Atoi(number)
}
