package compose

import (
	"context"
	"time"

	"github.com/docker/docker/api/types/events"
	"github.com/docker/docker/api/types/filters"
)

// stirs passes a word on whenever a container of the host ends or goes away, so that a
// look need not wait for its turn. Without the engine's events looks come once a second
// all the same; they are asked for again then.
func (h *host) stirs(ctx context.Context, stirred chan<- struct{}) {
	ends := filters.NewArgs(filters.Arg("type", string(events.ContainerEventType)),
		filters.Arg("event", string(events.ActionDie)), filters.Arg("event", string(events.ActionDestroy)))
	for ctx.Err() == nil {
		if h.hear(ctx, ends, stirred) != nil {
			_ = pause(ctx, time.Second)
		}
	}
}

func (h *host) hear(ctx context.Context, which filters.Args, stirred chan<- struct{}) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	said, broken := h.api.Events(ctx, events.ListOptions{Filters: which})
	for {
		select {
		case <-said:
		case err := <-broken:
			return err
		}
		select {
		case stirred <- struct{}{}:
		default:
		}
	}
}
