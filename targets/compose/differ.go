package compose

import (
	"context"
	"fmt"
	"time"

	"github.com/docker/compose/v5/pkg/api"
	compose "github.com/docker/compose/v5/pkg/compose"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

// differences are, in words, where the proxy, its store and the containers disagree. Of a
// proxy that does not run nothing is known.
func differences(h targets.Host, kept stored, proxyRuns bool) []text.Safe {
	if !proxyRuns {
		return nil
	}
	var found []text.Safe
	say := func(format string, args ...any) { found = append(found, text.Clean(fmt.Sprintf(format, args...))) }
	for _, s := range h.Servers {
		_, there := h.Slots[s.Slot]
		switch {
		case s.Weight == 0, s.Slot == targets.Base && h.Store == nil && !there: // as the team's file has it
		case !there && len(h.Slots) > 0:
			say("the proxy sends traffic of %s to %s, where no container is", s.Service, s.Slot)
		case there && !s.Ready:
			say("%s in %s is live and set aside in the proxy (drain or maintenance)", s.Service, s.Slot)
		case there && !s.Up:
			say("%s in %s is live and does not answer the proxy", s.Service, s.Slot)
		}
	}
	if kept.garbled {
		say("the record in the host store cannot be read")
		return found
	}
	if h.Store == nil {
		if h.Live == targets.Blue || h.Live == targets.Green {
			say("the proxy sends traffic to %s, and the store does not say what is live", h.Live)
		}
		return found
	}
	if h.Store.Slot != h.Live {
		say("the store says that %s is live, the proxy sends traffic to %s", h.Store.Slot, slotWords(h))
	} else if running := h.Slots[h.Live].Release; h.Live != targets.NoSlot && !running.Same(h.Store.Release) {
		say("the store says that %s is live in %s, its containers are of %s", h.Store.Release.Version, h.Live, running.Version)
	}
	return found
}

func slotWords(h targets.Host) string {
	switch {
	case h.Divided:
		return "more than one slot"
	case h.Live == targets.NoSlot:
		return "none"
	}
	return string(h.Live)
}

// warnings are what a person should know of a host before a release, and no reason to
// refuse it.
func (h *host) warnings(ctx context.Context, c census, seen targets.Host) []*text.Problem {
	found := h.changed(c)
	if seen.Unknown != nil {
		found = append(found, seen.Unknown)
	}
	switch seen.Live {
	case targets.NoSlot:
	case targets.Base:
		found = append(found, h.project.callers()...)
	default:
		found = append(found, besides(seen)...)
	}
	return append(found, h.weaklyReady(ctx)...)
}

// besides tells of base containers that somebody's `docker compose up` started again,
// after the release that is live. As long as the base is the way back and somebody has
// the lease, it is theirs to start.
func besides(h targets.Host) []*text.Problem {
	var since time.Time
	if h.Store != nil {
		since = h.Store.Since
	}
	if h.Lease != nil && (h.Store == nil || h.Store.Before == targets.Base) {
		return nil
	}
	var found []*text.Problem
	for _, in := range h.Slots[targets.Base].Instances {
		if in.State != targets.Stopped && in.Started.After(since) {
			where := "beside the live slot, without traffic"
			if in.Worker {
				where = "beside the worker of the live slot, and takes work from it"
			}
			found = append(found, text.NewProblem("base-running",
				fmt.Sprintf("%s of the base stack runs %s", in.Service, where),
				fmt.Sprintf("`docker compose stop %s` stops it; `docker compose up -d` without it leaves it stopped", in.Service)))
		}
	}
	return found
}

// changed tells of shared services whose containers were made from another
// configuration than the Compose file's. No release touches them.
func (h *host) changed(c census) []*text.Problem {
	var found []*text.Problem
	for _, service := range h.project.shared() {
		s, ok := c.shared[service]
		if ok && h.project.differs(service, s) {
			found = append(found, text.NewProblem("shared-changed",
				fmt.Sprintf("%s is shared and its container was made from another configuration than the Compose file's", service),
				fmt.Sprintf("a release leaves it as it is; `docker compose up -d --no-deps %s` applies the file", service)))
		}
	}
	return found
}

// differs compares configuration hashes. They hold paths of the folder the container
// was made from, so one that was made from another folder cannot be judged. The command
// line forgets env files once their values are in the environment, the SDK does not:
// either hash will do.
func (p *project) differs(service string, s container.Summary) bool {
	label := s.Labels[api.ConfigHashLabel]
	if label == "" || s.Labels[api.WorkingDirLabel] != p.base.WorkingDir || p.lacks(service) {
		return false
	}
	config := p.base.Services[service]
	whole, err := compose.ServiceHash(config)
	config.EnvFiles = nil
	resolved, err2 := compose.ServiceHash(config)
	return err == nil && err2 == nil && label != whole && label != resolved
}

// weaklyReady tells of services of which nothing says when they are ready.
func (h *host) weaklyReady(ctx context.Context) []*text.Problem {
	var found []*text.Problem
	for _, r := range h.project.released {
		if r.Ready != "" || h.hasHealthCheck(ctx, r) {
			continue
		}
		if r.Worker() {
			found = append(found, text.NewProblem("ready-weak",
				fmt.Sprintf("worker %s has no health check: it counts as healthy when it has run for 10 s", r.Name),
				fmt.Sprintf("add `healthcheck:` to %s in the Compose file", r.Name)))
			continue
		}
		found = append(found, text.NewProblem("ready-weak",
			fmt.Sprintf("%s has no ready path and no health check: it counts as ready when it has run for 10 s", r.Name),
			fmt.Sprintf("add `ready: /healthz`, or what it answers, to release.%s in goaround.yaml", r.Name)))
	}
	return found
}

func (h *host) hasHealthCheck(ctx context.Context, r released) bool {
	if own := r.config.HealthCheck; own != nil && !own.Disable && len(own.Test) > 0 {
		return own.Test[0] != "NONE"
	}
	found, err := h.api.ImageInspect(ctx, r.config.Image)
	if err != nil || found.Config == nil || found.Config.Healthcheck == nil {
		return false
	}
	test := found.Config.Healthcheck.Test
	return len(test) > 0 && test[0] != "NONE"
}
