package compose

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/system"
	"github.com/docker/docker/client"

	"goaround/targets"
	"goaround/targets/remote"
	"goaround/targets/text"
)

// host is one engine of the target.
type host struct {
	name    string // short; see hostNames
	engine  *remote.Engine
	api     *client.Client // of engine
	project *project
	door    *text.Door
	silence time.Duration
	times   times
	traffic traffic
	prober  *http.Client

	swapping chan struct{} // room for one: who puts something in has the turn to swap
}

// connect prepares to reach a host; nothing is asked of it yet.
func connect(ctx context.Context, name, address string, silence time.Duration) (*host, error) {
	engine, err := remote.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	h := &host{name: name, engine: engine, api: engine.Client(), silence: silence, swapping: make(chan struct{}, 1)}
	h.prober = newProber(h)
	return h, nil
}

func (h *host) close() error {
	h.prober.CloseIdleConnections()
	return errors.Join(h.traffic.close(), h.engine.Close())
}

// inProxy runs a command as user 0 in the proxy's container.
func (h *host) inProxy(ctx context.Context, stdin []byte, argv ...string) ([]byte, error) {
	name, err := h.proxyContainer(ctx)
	if err != nil {
		return nil, err
	}
	out, err := h.engine.Exec(ctx, name, "0", argv, stdin)
	return out, h.notStopped(err)
}

// notStopped makes an error of a container that does not run the one that says so.
func (h *host) notStopped(err error) error {
	if errdefs.IsConflict(err) || errdefs.IsNotFound(err) {
		return h.proxyStopped(errdefs.IsConflict(err))
	}
	return err
}

// dial connects to a released service in a slot.
func (h *host) dial(ctx context.Context, service string, slot targets.Slot) (net.Conn, error) {
	r, ok := h.project.byName(service)
	if !ok {
		return nil, fmt.Errorf("dial %s in %s: not a released service", service, slot)
	}
	return h.dialAddress(ctx, r.address(slot))
}

func (h *host) dialAddress(ctx context.Context, address string) (net.Conn, error) {
	name, err := h.proxyContainer(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := h.engine.Dial(ctx, name, address)
	return conn, h.notStopped(err)
}

// clock is the engine's own time: what one laptop writes another must be able to judge.
func (h *host) clock(ctx context.Context) (time.Time, error) {
	info, err := h.api.Info(ctx)
	if err != nil {
		return time.Time{}, h.wrap("ask the engine", err)
	}
	return systemTime(info), nil
}

func systemTime(info system.Info) time.Time { return timeOf(info.SystemTime) }

// timeOf reads a time of the engine; what it never was is zero.
func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1970 {
		return time.Time{}
	}
	return t
}

// wrap says what was done on which host when err came of it. A problem stays as it is.
func (h *host) wrap(act string, err error) error {
	err = h.engine.Problem(err)
	var problem *text.Problem
	if err == nil || errors.As(err, &problem) {
		return err
	}
	return fmt.Errorf("%s on %s: %w", act, h.name, err)
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func withLabel(label string) filters.Args { return filters.NewArgs(filters.Arg("label", label)) }
