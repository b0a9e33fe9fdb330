package compose

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"

	"goaround/targets/text"
)

// settleName holds the project's name against what runs: a name that the files say must
// be the one that the proxy runs under; one that comes from the folder gives way to it,
// since another checkout may have another folder.
func (t *Target) settleName(ctx context.Context, cfg Config, p *project) (*project, error) {
	ctx, cancel := context.WithTimeout(ctx, answerDue)
	defer cancel()
	perHost, _ := each(t.hosts, func(h *host) ([]string, error) {
		list, err := h.api.ContainerList(ctx, container.ListOptions{All: true})
		if err != nil {
			return nil, nil
		}
		return p.runningAs(list), nil
	})
	running := map[string]bool{}
	for _, name := range slices.Concat(perHost...) {
		running[name] = true
	}
	names := slices.Sorted(maps.Keys(running))
	switch {
	case len(names) == 0 || running[p.base.Name]:
		return p, nil
	case len(names) == 1 && !p.nameIsExplicit():
		return load(ctx, cfg, names[0])
	}
	return nil, text.NewProblem("project-name",
		fmt.Sprintf("the Compose project is called %s here, and its proxy runs as part of %s", p.base.Name, strings.Join(names, " and of ")),
		fmt.Sprintf("write the one that is meant into goaround.yaml: `compose: {project: %s}`", names[0]))
}

// runningAs are the Compose projects that the file's stack runs as: they have its proxy,
// and came from its folder or have what only this app has.
func (p *project) runningAs(list []container.Summary) []string {
	proxies, ours := map[string]bool{}, map[string]bool{}
	for _, s := range list {
		name := s.Labels[api.ProjectLabel]
		if s.Labels[api.ServiceLabel] == p.proxy {
			proxies[name] = true
		}
		if s.Labels[api.WorkingDirLabel] == p.base.WorkingDir {
			ours[name] = true
		}
		if base, ok := p.recognise(s); ok && !p.nameIsExplicit() {
			ours[base] = true
		}
	}
	maps.DeleteFunc(ours, func(name string, _ bool) bool { return !proxies[name] })
	return slices.Sorted(maps.Keys(ours))
}

// recognise tells the base project of a container that is surely the app's, whatever the
// folder it came from: one in a slot, or one with the image of a released service.
func (p *project) recognise(s container.Summary) (base string, ok bool) {
	base = s.Labels[api.ProjectLabel]
	if slot := s.Labels[labelSlot]; s.Labels[labelApp] == p.file.App && s.Labels[labelEnv] == p.env {
		return strings.CutSuffix(base, "-"+slot)
	}
	r, released := p.byName(s.Labels[api.ServiceLabel])
	return base, released && repository(s.Image) == repository(r.config.Image)
}
