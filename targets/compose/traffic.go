package compose

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/router"
	"goaround/targets/router/haproxy"
	"goaround/targets/text"
)

// lookEvery is the time between two looks at a host that is watched.
const lookEvery = time.Second

// traffic is the way to a host's proxy, once there is one. The zero value knows none.
type traffic struct {
	mu     sync.Mutex
	name   string // of the proxy's container
	router router.Router
}

// router is the host's proxy. Once it is known nothing is asked of the engine.
func (h *host) router(ctx context.Context) (router.Router, error) {
	if r := h.traffic.known(); r != nil {
		return r, nil
	}
	c, err := h.census(ctx)
	if err != nil {
		return nil, err
	}
	return h.routerOf(c)
}

// proxyContainer is the name of the proxy's container. Once it is known nothing is asked
// of the engine: a container that Compose makes anew has the same.
func (h *host) proxyContainer(ctx context.Context) (name string, err error) {
	if _, err := h.router(ctx); err != nil {
		return "", err
	}
	h.traffic.mu.Lock()
	defer h.traffic.mu.Unlock()
	return h.traffic.name, nil
}

// routerOf is the proxy that a census shows, which may be in another container than the
// one known before.
func (h *host) routerOf(c census) (router.Router, error) {
	s, ok := c.running(h.project.proxy)
	if !ok {
		_, there := c.shared[h.project.proxy]
		return nil, h.proxyStopped(there)
	}
	return h.traffic.of(h, s), nil
}

// proxyStopped says what cannot be known while the proxy does not run; there: it has a
// container.
func (h *host) proxyStopped(there bool) *text.Problem {
	service, start := h.project.proxy, "start"
	if !there {
		start = "up -d"
	}
	which := "the proxy"
	if service != which[len("the "):] {
		which += " " + service
	}
	return text.NewProblem("proxy-stopped",
		fmt.Sprintf("%s does not run on %s, so where its traffic goes and what its store says cannot be known", which, h.name),
		fmt.Sprintf("`docker compose %s %s`; `docker compose logs %s` shows why it does not run", start, service, service))
}

// unknown says why it cannot be known what is live on a host: its proxy does not run, and
// it did run or there is something that it would send traffic to.
func (h *host) unknown(c census) *text.Problem {
	if c.hasProxy(h.project) {
		return nil
	}
	s, there := c.shared[h.project.proxy]
	if c.empty() && (!there || s.State == container.StateCreated) {
		return nil
	}
	if _, ok := h.project.base.Services[h.project.proxy]; !ok {
		return h.project.refuseNoProxy()
	}
	return h.proxyStopped(there)
}

func (t *traffic) known() router.Router {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.router
}

func (t *traffic) of(h *host, s container.Summary) router.Router {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.router == nil || t.name != name(s) {
		if t.router != nil {
			go t.router.Close()
		}
		t.name = name(s)
		t.router = haproxy.New(h.engine, h.name, t.name, h.project.routes())
	}
	return t.router
}

func (t *traffic) close() error {
	r := t.known()
	if r == nil {
		return nil
	}
	return r.Close()
}

// routes are the released services that the proxy knows.
func (p *project) routes() []router.Route {
	var all []router.Route
	for _, r := range p.those(released.routed) {
		all = append(all, router.Route{Service: r.Name, Backend: r.Backend, Port: r.Port})
	}
	return all
}

// route moves the traffic to op.Slot. On the way back it asks nothing but the proxy, unless
// that takes long: then it looks whether there is anything to wait for. On the way forward
// it looks first, since a proxy finds out some seconds late that a server has gone.
func (h *host) route(ctx context.Context, op targets.Op, _ func(targets.Progress)) error {
	if !op.Back && op.Slot != targets.NoSlot {
		if err := h.refuseDown(ctx, op); err != nil {
			return err
		}
	}
	r, err := h.router(ctx)
	if err != nil {
		return err
	}
	var look sync.WaitGroup
	defer look.Wait()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	look.Go(func() {
		if op.Slot == targets.NoSlot || pause(ctx, lookEvery) != nil {
			return
		}
		if c, err := h.census(ctx); err == nil {
			giveUpOn(giveUp, h.refuseMissing(ctx, c, op))
		}
	})
	err = r.Switch(ctx, op.Slot)
	var gone *text.Problem
	if err != nil && errors.As(context.Cause(ctx), &gone) {
		return gone
	}
	return err
}

// refuseDown refuses a slot of which a routed service does not run.
func (h *host) refuseDown(ctx context.Context, op targets.Op) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	if err := h.refuseMissing(ctx, c, op); err != nil {
		return err
	}
	for _, s := range c.slots[op.Slot] {
		service := h.project.serviceOf(s, op.Slot)
		if s.State != container.StateRunning && h.project.isRouted(service) {
			return text.NewProblem("server-down", fmt.Sprintf("%s in slot %s does not run on %s any more: %s", service, op.Slot, h.name, text.Clean(s.Status)),
				"`docker logs "+name(s)+"` shows why; deploy it again once that is mended")
		}
	}
	return nil
}

func giveUpOn(giveUp context.CancelCauseFunc, err error) {
	if err != nil {
		giveUp(err)
	}
}

// servers is what the proxy that a census shows would do with requests.
func (h *host) servers(ctx context.Context, c census) ([]targets.Server, error) {
	r, err := h.routerOf(c)
	if err != nil {
		return nil, err
	}
	return r.Servers(ctx)
}

// watchTraffic hands over requests and counters as soon as there is a proxy.
func (h *host) watchTraffic(ctx context.Context, sink func(targets.Sighting)) {
	for ctx.Err() == nil {
		if r, err := h.router(ctx); err == nil {
			r.Watch(ctx, sink)
		}
		pause(ctx, lookEvery)
	}
}
