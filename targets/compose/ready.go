package compose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

const (
	// probeEvery is the time between two looks at a service that is not ready yet.
	probeEvery = 200 * time.Millisecond
	// inARow is how many good answers make a service ready.
	inARow = 3
	// settled is how long a service without any check must have run.
	settled = 10 * time.Second
	// lastWords is how many lines of its log a service that did not get ready leaves.
	lastWords = 30
)

// ready waits until each service of the slot with a route answers, and until the proxy has found it
// and could send to it.
func (h *host) ready(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	if err := h.refuseMissing(ctx, c, op); err != nil {
		return err
	}
	routed := slices.DeleteFunc(slices.Clone(c.slots[op.Slot]), func(s container.Summary) bool {
		return !h.project.isRouted(h.project.serviceOf(s, op.Slot))
	})
	errs := make([]error, len(routed))
	var all sync.WaitGroup
	said := &reporter{door: h.door, report: report}
	for i, s := range routed {
		all.Go(func() { errs[i] = h.readyOne(ctx, op.Slot, s, said) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func (h *host) readyOne(ctx context.Context, slot targets.Slot, s container.Summary, said *reporter) error {
	r, _ := h.project.byName(h.project.serviceOf(s, slot))
	within, cancel := context.WithTimeout(ctx, r.ReadyWithin)
	defer cancel()
	w := &waiting{host: h, service: r, slot: slot, id: s.ID, said: said}
	why := "it was not asked yet"
	for within.Err() == nil {
		done, now, err := w.look(within)
		if done || err != nil && within.Err() == nil {
			return err
		}
		if now != "" {
			why = now
		}
		pause(within, probeEvery)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return h.notReady(ctx, w, fmt.Sprintf("%s in %s did not get ready in %s: %s", r.Name, slot, r.ReadyWithin, why))
}

// waiting is one wait for one container.
type waiting struct {
	host    *host
	service released
	slot    targets.Slot
	id      string
	said    *reporter
	good    int  // answers in a row
	ready   bool // the service itself is; the proxy may not have seen it
}

// look takes one look. It is done when all is well, or when waiting is of no use; until
// then it says why it is not.
func (w *waiting) look(ctx context.Context) (done bool, why string, err error) {
	in, err := w.host.api.ContainerInspect(ctx, w.id)
	if errdefs.IsNotFound(err) {
		return true, "", text.NewProblem(targets.CodeGone,
			fmt.Sprintf("the container of %s in %s is gone: somebody removed it", w.service.Name, w.slot), "deploy its version anew")
	}
	if err != nil {
		return false, "", w.host.wrap("inspect "+w.service.Name, err)
	}
	if ended(in) {
		return true, "", w.host.notReady(ctx, w, fmt.Sprintf("%s in %s ended with code %d", w.service.Name, w.slot, in.State.ExitCode))
	}
	if why := w.judge(ctx, in); why != "" {
		w.good, w.ready = 0, false
		return false, why, nil
	}
	if w.good++; w.good < w.needed() {
		return false, "it answered well, but not often enough in a row", nil
	}
	if w.service.Worker() {
		return true, "", nil
	}
	w.tell()
	return w.proxySees(ctx, in)
}

func (w *waiting) needed() int {
	if w.service.Ready == "" {
		return 1
	}
	return inARow
}

// tell says once that the service is ready.
func (w *waiting) tell() {
	if w.ready {
		return
	}
	w.ready = true
	w.said.say(fmt.Sprintf("%s in %s is ready, waiting for the proxy to find it", w.service.Name, w.slot))
}

// judge says why a container is not ready; empty: it is. What Docker calls unhealthy is
// not, whatever it answers.
func (w *waiting) judge(ctx context.Context, in container.InspectResponse) string {
	switch {
	case condition(in.State) != targets.Running:
		return fmt.Sprintf("it is %s, restarted %d times", condition(in.State), in.RestartCount)
	case health(in.State) == targets.Unhealthy:
		return "its health check says unhealthy"
	case w.service.Ready != "":
		return w.host.probe(ctx, w.service, w.slot)
	case in.State.Health != nil:
		if health(in.State) != targets.Healthy {
			return "its health check has not answered well yet"
		}
		return ""
	}
	return w.steady(ctx, in)
}

// steady is the weakest judgement: it has run for a while without a restart.
func (w *waiting) steady(ctx context.Context, in container.InspectResponse) string {
	now, err := w.host.clock(ctx)
	if err != nil || now.Sub(timeOf(in.State.StartedAt)) < settled {
		return fmt.Sprintf("it has not run for %s without a restart", settled)
	}
	return ""
}

// proxySees is done when the proxy's server has the container's own address and could
// send to it.
func (w *waiting) proxySees(ctx context.Context, in container.InspectResponse) (done bool, why string, err error) {
	r, err := w.host.router(ctx)
	if err != nil {
		return false, "", err
	}
	servers, err := r.Servers(ctx)
	if err != nil {
		return false, "", err
	}
	for _, s := range servers {
		if s.Service != w.service.Name || s.Slot != w.slot {
			continue
		}
		switch {
		case !hasAddress(in, s.Addr):
			return false, "the proxy has not found its address", nil
		case !s.Ready:
			return false, "the proxy has it set aside (drain or maintenance)", nil
		case !s.Up:
			return false, "the proxy cannot reach it", nil
		}
		return true, "", nil
	}
	return false, fmt.Sprintf("the proxy has no server %s in the backend %s", w.slot, w.service.Backend), nil
}

func hasAddress(in container.InspectResponse, address string) bool {
	for _, n := range in.NetworkSettings.Networks {
		if n.IPAddress != "" && n.IPAddress == address {
			return true
		}
	}
	return false
}

// ended reports whether a container has stopped and will not come back by itself.
func ended(in container.InspectResponse) bool {
	return in.State.Status == container.StateExited || in.State.Status == container.StateDead
}

func (h *host) notReady(ctx context.Context, w *waiting, say string) *text.Problem {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	hint := "its last log lines are below"
	if w.service.Ready != "" {
		hint += fmt.Sprintf("; `ready: %s` in goaround.yaml must be what it answers with 2xx", w.service.Ready)
	}
	problem := &text.Problem{Code: "not-ready", Say: h.door.Line(say), Hint: text.Clean(hint)}
	if in, err := h.api.ContainerInspect(ctx, w.id); err == nil {
		problem.More = h.lastLines(ctx, in, lastWords)
	}
	return problem
}
