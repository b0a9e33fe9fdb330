package compose

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/docker/compose/v5/pkg/api"
	compose "github.com/docker/compose/v5/pkg/compose"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// project is the team's Compose file as Compose itself reads it, and what goaround.yaml
// says of it. It is not changed after load.
type project struct {
	base     *types.Project
	file     *checklist.File
	env      string
	dir      string     // of goaround.yaml, absolute
	proxy    string     // service of the proxy; empty: not known, see refusals
	released []released // in the order of goaround.yaml; only those the Compose file has
	lacking  []envFile  // not in this checkout
}

// released is a released service from both files.
type released struct {
	checklist.Service
	config types.ServiceConfig
}

// load reads the Compose files of cfg. An empty name leaves it to Compose: the variable
// COMPOSE_PROJECT_NAME, the file's `name:`, the folder.
func load(ctx context.Context, cfg Config, name string) (*project, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("find folder %s: %w", cfg.Dir, err)
	}
	base, lacking, err := read(ctx, dir, cfg.File.Compose.Files, name)
	if err != nil {
		return nil, &text.Problem{
			Code: "compose-file",
			Say:  text.Clean("the Compose file cannot be read: " + err.Error()),
			Hint: text.Clean("`docker compose config` in " + dir + " shows the same error"),
		}
	}
	p := &project{base: base, file: cfg.File, env: cfg.Env.Name, dir: dir, lacking: lacking}
	p.proxy = p.findProxy()
	for _, s := range cfg.File.Release {
		if config, ok := base.Services[s.Name]; ok {
			p.released = append(p.released, withPort(s, config))
		}
	}
	return p, nil
}

func read(ctx context.Context, dir string, files []string, name string) (base *types.Project, lacking []envFile, err error) {
	if base, err = parse(ctx, dir, files, name); err != nil {
		return nil, nil, err
	}
	lacking = forgive(base)
	base, err = base.WithServicesEnvironmentResolved(false)
	return base, lacking, err
}

// parse reads the files; what is in env files is not looked at.
func parse(ctx context.Context, dir string, files []string, name string, more ...cli.ProjectOptionsFn) (*types.Project, error) {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = filepath.Join(dir, f)
	}
	reader, err := compose.NewComposeService(nil)
	if err != nil {
		return nil, err
	}
	p, err := reader.LoadProject(ctx, api.ProjectLoadOptions{
		ProjectName: name,
		ConfigPaths: paths,
		WorkingDir:  dir,
		Offline:     true,
		All:         true,

		ProjectOptionsFns: append(more, cli.WithoutEnvironmentResolution),
	})
	if err == nil && len(p.ComposeFiles) == 0 {
		return nil, fmt.Errorf("there is none in %s", dir)
	}
	return p, err
}

// nameIsExplicit reports whether the project's name comes from more than its folder.
func (p *project) nameIsExplicit() bool {
	return p.file.Compose.Project != "" || p.base.Name != loader.NormalizeProjectName(filepath.Base(p.dir))
}

// findProxy is the service that goaround.yaml names, or the one whose image is a known proxy.
func (p *project) findProxy() string {
	if p.file.Proxy.Service != "" {
		return p.file.Proxy.Service
	}
	found := p.proxies()
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// proxies are the services whose image is a known proxy.
func (p *project) proxies() []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(p.base.Services)) {
		if isProxy(p.base.Services[name].Image) {
			found = append(found, name)
		}
	}
	return found
}

func isProxy(image string) bool {
	return strings.HasPrefix(path.Base(repository(image)), "haproxy")
}

// withPort fills in the one port of `expose:` where goaround.yaml says none.
func withPort(s checklist.Service, config types.ServiceConfig) released {
	if s.Port == 0 && len(config.Expose) == 1 && !s.Worker() {
		number, _, _ := strings.Cut(config.Expose[0], "/")
		s.Port, _ = strconv.Atoi(number)
	}
	return released{Service: s, config: config}
}

// byName is the released service of that name.
func (p *project) byName(service string) (r released, ok bool) {
	i := slices.IndexFunc(p.released, func(r released) bool { return r.Name == service })
	if i < 0 {
		return released{}, false
	}
	return p.released[i], true
}

// routed reports whether the proxy sends traffic to a released service.
func (r released) routed() bool { return !r.Worker() }

// those are the released services to pick.
func (p *project) those(pick func(released) bool) []released {
	return slices.DeleteFunc(slices.Clone(p.released), func(r released) bool { return !pick(r) })
}

func (p *project) isRouted(service string) bool {
	r, ok := p.byName(service)
	return ok && r.routed()
}

// isReleased reports whether service changes with a release; all others are shared.
func (p *project) isReleased(service string) bool {
	_, ok := p.byName(service)
	return ok
}

// shared are the names of the services that no release touches, sorted.
func (p *project) shared() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(p.base.Services)) {
		if !p.isReleased(name) {
			names = append(names, name)
		}
	}
	return names
}

// slotProject is the name of the Compose project that holds slot s.
func (p *project) slotProject(s targets.Slot) string {
	if s == targets.Base {
		return p.base.Name
	}
	return p.base.Name + "-" + string(s)
}

// slotOf is the slot whose Compose project is called name; ok is false if none is.
func (p *project) slotOf(name string) (slot targets.Slot, ok bool) {
	for _, s := range []targets.Slot{targets.Base, targets.Blue, targets.Green} {
		if p.slotProject(s) == name {
			return s, true
		}
	}
	return targets.NoSlot, false
}

// inSlot is what service is called in slot s, on networks and in its Compose project.
func inSlot(service string, s targets.Slot) string {
	if s == targets.Base {
		return service
	}
	return service + "-" + string(s)
}
