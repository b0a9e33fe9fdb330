package compose

import (
	"context"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
)

// mostOfThePast is how many lines of the proxy's log are read at most, the newest.
const mostOfThePast = 50_000

// Past hands over the requests that the proxies' logs still have; see targets.Target.
func (t *Target) Past(ctx context.Context, back time.Duration, sink func(targets.Request)) error {
	all, err := each(t.hosts, func(h *host) (of []targets.Request, err error) {
		err = h.past(ctx, back, func(r targets.Request) { of = append(of, r) })
		return of, err
	})
	for _, of := range all {
		for _, r := range of {
			sink(r)
		}
	}
	return err
}

func (h *host) past(ctx context.Context, back time.Duration, sink func(targets.Request)) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	proxy, ok := c.running(h.project.proxy)
	if !ok {
		return nil
	}
	now, err := h.clock(ctx)
	if err != nil {
		return err
	}
	stream, err := h.api.ContainerLogs(ctx, proxy.ID, container.LogsOptions{
		ShowStdout: true, ShowStderr: true, Timestamps: true,
		Since: now.Add(-back).Format(time.RFC3339Nano), Tail: strconv.Itoa(mostOfThePast),
	})
	if err != nil {
		return h.wrap("read the log of the proxy", err)
	}
	r, err := h.routerOf(c)
	if err != nil {
		stream.Close()
		return err
	}
	r.Read(ctx, stream, sink)
	return ctx.Err()
}
