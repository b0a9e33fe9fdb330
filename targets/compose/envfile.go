package compose

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"goaround/targets/text"
)

// envFile is an env file that a service needs.
type envFile struct{ service, path string }

// forgive makes the env files optional that are not there, and returns them: a checkout
// without what Git ignores can show what runs and take it back, and only a release needs
// them.
func forgive(p *types.Project) (lacking []envFile) {
	for _, service := range p.ServiceNames() {
		files := p.Services[service].EnvFiles
		for i, file := range files {
			if _, err := os.Stat(file.Path); os.IsNotExist(err) && bool(file.Required) {
				files[i].Required = false
				lacking = append(lacking, envFile{service, file.Path})
			}
		}
	}
	return lacking
}

// refuseLacking refuses a release while an env file is not there.
func (p *project) refuseLacking() []*text.Problem {
	var found []*text.Problem
	for _, f := range p.lacking {
		found = append(found, text.NewProblem("env-file-missing",
			fmt.Sprintf("the env file %s of %s is not in this checkout, and a deploy needs it", p.relative(f.path), f.service),
			fmt.Sprintf("put it there (%s names it); `goaround status` and `goaround rollback` do without it", p.position(f.service, "env_file"))))
	}
	return found
}

// lacks reports whether an env file of a service is not there.
func (p *project) lacks(service string) bool {
	return slices.ContainsFunc(p.lacking, func(f envFile) bool { return f.service == service })
}

// withLacking adds what running containers know of the env files that are not in this
// checkout, where an engine answers: their logs are shown all the same.
func (t *Target) withLacking(ctx context.Context, secrets map[string]string) map[string]string {
	if len(t.project.lacking) == 0 {
		return secrets
	}
	ctx, cancel := context.WithTimeout(ctx, answerDue)
	defer cancel()
	for _, h := range t.hosts {
		c, err := h.census(ctx)
		if err != nil {
			continue
		}
		for service, s := range c.shared {
			h.keepLacking(ctx, secrets, service, s.ID)
		}
		for slot, in := range c.slots {
			for _, s := range in {
				h.keepLacking(ctx, secrets, h.project.serviceOf(s, slot), s.ID)
			}
		}
	}
	return secrets
}

// keepLacking keeps what neither the image nor the Compose file gives to one container of a
// service; slots may differ in that.
func (h *host) keepLacking(ctx context.Context, secrets map[string]string, service, id string) {
	if !h.project.lacks(service) {
		return
	}
	in, err := h.api.ContainerInspect(ctx, id)
	if err != nil {
		return
	}
	image, err := h.api.ImageInspect(ctx, in.Image)
	if err != nil || image.Config == nil {
		return
	}
	own := map[string]string{}
	for _, variable := range in.Config.Env {
		name, value, _ := strings.Cut(variable, "=")
		_, known := h.project.base.Services[service].Environment[name]
		if !known && !slices.Contains(image.Config.Env, variable) {
			keep(own, name, value, true)
		}
	}
	for name, value := range own {
		if kept, ok := secrets[name]; ok && kept != value {
			name += " of " + strings.TrimPrefix(in.Name, "/")
		}
		secrets[name] = value
	}
}
