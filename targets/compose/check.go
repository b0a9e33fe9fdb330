package compose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"goaround/targets"
	"goaround/targets/remote"
	"goaround/targets/router"
	"goaround/targets/router/haproxy"
	"goaround/targets/text"
)

// Check returns every reason why no release can be done as things stand: what the files
// say that cannot be, engines that do not answer, what the proxy's configuration lacks,
// and a freeze. None: nothing is known that would refuse a release.
func (t *Target) Check(ctx context.Context) []*text.Problem {
	found := append(t.project.refusals(), t.neighbours(ctx)...)
	perHost, _ := each(t.hosts, func(h *host) ([]*text.Problem, error) { return h.check(ctx), nil })
	for _, problems := range perHost {
		found = append(found, problems...)
	}
	if f := t.frozen(ctx); f != nil {
		found = append(found, f.Problem(t.project.env))
	}
	return found
}

// frozen is the freeze of the first host that says that it is; nil: none does.
func (t *Target) frozen(ctx context.Context) *targets.Freeze {
	ctx, cancel := context.WithTimeout(ctx, answerDue)
	defer cancel()
	said, _ := each(t.hosts, func(h *host) (targets.Host, error) {
		var kept stored
		if c, err := h.census(ctx); err == nil {
			kept, _ = h.readStore(ctx, c)
		}
		return targets.Host{Freeze: kept.freeze}, nil
	})
	return targets.Observed{Hosts: said}.Frozen()
}

// neighbours refuses another environment on an engine of this one: both would have the
// same Compose project.
func (t *Target) neighbours(ctx context.Context) []*text.Problem {
	var found []*text.Problem
	for _, other := range t.project.file.Environments {
		if other.Name == t.project.env {
			continue
		}
		for _, address := range other.Hosts {
			engine, err := remote.Open(ctx, address)
			if err != nil {
				continue
			}
			for _, h := range t.hosts {
				if h.engine.Host() == engine.Host() {
					found = append(found, text.NewProblem("environments-share",
						fmt.Sprintf("%s and %s are both on %s and would share the Compose project %s", t.project.env, other.Name, h.name, t.project.base.Name),
						"give each environment hosts of its own in goaround.yaml"))
				}
			}
			engine.Close()
		}
	}
	return found
}

func (h *host) check(ctx context.Context) []*text.Problem {
	ctx, cancel := context.WithTimeout(ctx, answerDue)
	defer cancel()
	if err := h.engine.Ping(ctx); err != nil {
		return []*text.Problem{h.silent(err)}
	}
	if _, ok := h.project.base.Services[h.project.proxy]; !ok {
		return nil
	}
	var found []*text.Problem
	if c, err := h.census(ctx); err == nil {
		found = h.refuseAway(ctx, h.project.made(c))
		if unknown := h.unknown(c); unknown != nil {
			found = append(found, unknown)
		}
	}
	file, err := h.routerFile(ctx)
	if err != nil && len(found) > 0 {
		return found
	}
	if err != nil {
		return []*text.Problem{{
			Code: "proxy-file",
			Say:  text.Clean(fmt.Sprintf("the configuration of %s cannot be read", h.project.proxy)),
			Hint: text.Clean("mount the folder that has it into the service, or start the proxy: it is then read from its container"),
			More: []text.Safe{h.door.Line(err.Error())},
		}}
	}
	found = append(found, haproxy.Check([]router.File{file}, h.project.routes())...)
	if said := h.ownWord(ctx); len(said) > 0 {
		found = append(found, &text.Problem{
			Code: "proxy-config",
			Say:  text.Clean(fmt.Sprintf("HAProxy would not start as it should from %s", file.Name)),
			Hint: text.Clean(fmt.Sprintf("correct the lines that it names below; `docker compose exec %s haproxy -c -f %s` says the same",
				h.project.proxy, routerPath(h.project.base.Services[h.project.proxy]))),
			More: said,
		})
	}
	return found
}

// ownWord is what HAProxy itself has against the configuration that its container has
// now, if it runs: errors, and sections that would take no request.
func (h *host) ownWord(ctx context.Context) (against []text.Safe) {
	const script = `haproxy -c -f "$1" 2>&1; true`
	out, err := h.inProxy(ctx, nil, "sh", "-c", script, "sh", routerPath(h.project.base.Services[h.project.proxy]))
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "[ALERT]") || strings.Contains(line, "has no 'bind' directive") {
			against = append(against, h.door.Line(strings.TrimSpace(line)))
		}
	}
	return against
}

// silent is an engine that does not answer, or not in time.
func (h *host) silent(err error) *text.Problem {
	var problem *text.Problem
	if errors.As(err, &problem) {
		return problem
	}
	return h.engine.Silent()
}

// defaultRouterFile is where the official images of HAProxy look.
const defaultRouterFile = "/usr/local/etc/haproxy/haproxy.cfg"

// routerFile is the proxy's configuration: the file on disk that is mounted, since it is
// the one that people edit, else what its container has. On another machine the disk is
// not ours, and the file here is what counts only while there is no container.
func (h *host) routerFile(ctx context.Context) (router.File, error) {
	proxy := h.project.base.Services[h.project.proxy]
	inside := routerPath(proxy)
	outside, mounted := mountedFrom(proxy, inside)
	if !mounted || h.engine.Away() {
		content, err := h.inProxy(ctx, nil, "cat", inside)
		if err == nil || !mounted {
			return router.File{Name: inside, Text: string(content)}, err
		}
	}
	content, err := os.ReadFile(outside)
	return router.File{Name: h.project.relative(outside), Text: string(content)}, err
}

// routerPath is the file that the proxy's command names with -f.
func routerPath(proxy types.ServiceConfig) string {
	argv := slices.Concat(proxy.Entrypoint, proxy.Command)
	for i, arg := range argv {
		if arg == "-f" && i+1 < len(argv) {
			return argv[i+1]
		}
	}
	return defaultRouterFile
}

// mountedFrom is the file on this machine that a bind mount puts at a path of a service.
func mountedFrom(service types.ServiceConfig, inside string) (outside string, ok bool) {
	for _, v := range service.Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		if rest, below := strings.CutPrefix(inside, path.Clean(v.Target)); below && (rest == "" || rest[0] == '/') {
			return filepath.Join(v.Source, rest), true
		}
	}
	return "", false
}
