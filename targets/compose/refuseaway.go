package compose

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"goaround/targets/text"
)

// refuseAway is what services on another machine would miss there. Docker makes an empty
// folder where the source of a bind mount is not there.
func (h *host) refuseAway(ctx context.Context, services []string) []*text.Problem {
	p := h.project
	if !h.engine.Away() {
		return nil
	}
	written, err := parse(ctx, p.dir, p.file.Compose.Files, p.base.Name, cli.WithResolvedPaths(false))
	if err != nil {
		return []*text.Problem{text.NewProblem("compose-file", "the Compose file cannot be read: "+err.Error(), "`docker compose config` in "+p.dir+" shows the same error")}
	}
	var found []*text.Problem
	for _, name := range services {
		for _, v := range written.Services[name].Volumes {
			if v.Type == types.VolumeTypeBind && !filepath.IsAbs(v.Source) {
				found = append(found, text.NewProblem("bind-relative",
					fmt.Sprintf("%s mounts %s from this machine, and is to run on %s", name, v.Source, h.name),
					fmt.Sprintf("have files in `configs:` or `secrets:`, which are sent along, folders in a volume, or name the place on the host by its absolute path (%s)", p.position(name, "volumes"))))
			}
		}
		for _, f := range carry(p.base, p.base.Services[name]) {
			if problem := h.refuseCarried(name, f); problem != nil {
				found = append(found, problem)
			}
		}
	}
	return found
}

func (h *host) refuseCarried(service string, f carried) *text.Problem {
	p := h.project
	if p.base.Services[service].ReadOnly {
		return text.NewProblem("file-read-only",
			fmt.Sprintf("%s is `read_only`, so %s cannot be put into it on %s", service, f.Target, h.name),
			fmt.Sprintf("remove `read_only: true` (%s), or have the file on the host and mount its absolute path", p.position(service, "read_only")))
	}
	if in, err := os.Stat(f.path); err != nil || !in.Mode().IsRegular() {
		return text.NewProblem("file-lacking",
			fmt.Sprintf("%s gets %s from %s, which is no file here", service, f.Target, p.relative(f.path)),
			"put it there: it is sent along to "+h.name)
	}
	return nil
}

// made are the services of which a release makes containers: the released ones, and
// where nothing runs yet the shared ones too.
func (p *project) made(c census) []string {
	var names []string
	for _, r := range p.released {
		names = append(names, r.Name)
	}
	for _, name := range p.shared() {
		if _, there := c.shared[name]; c.empty() && !there {
			names = append(names, name)
		}
	}
	return names
}
