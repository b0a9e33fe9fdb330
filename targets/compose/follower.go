package compose

import (
	"context"
	"strings"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
)

// follower follows the log of one container, from start to stop.
type follower struct {
	since time.Time // of the newest line
	done  chan struct{}
}

// follow follows a running container's log unless somebody does.
func (w *watch) follow(ctx context.Context, where targets.Where, in container.InspectResponse) {
	if condition(in.State) != targets.Running {
		return
	}
	f := w.logs[in.ID]
	if f == nil {
		f = &follower{since: w.since}
		w.logs[in.ID] = f
	} else if !f.ended() {
		return
	}
	f.done = make(chan struct{})
	w.all.Go(func() {
		defer close(f.done)
		f.run(ctx, w, where, in)
	})
}

func (f *follower) ended() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// run hands over lines until the stream ends: the container stopped, the engine is gone
// or ctx ended. What is worth it is taken up again at the next look.
func (f *follower) run(ctx context.Context, w *watch, where targets.Where, in container.InspectResponse) {
	stream, err := w.host.engine.Logs(ctx, in.ID, f.since.Add(time.Nanosecond))
	if err != nil {
		return
	}
	defer stream.Close()
	lines(plainStream(stream, in.Config.Tty), func(raw string) {
		stamp, rest, _ := strings.Cut(raw, " ")
		at, err := time.Parse(time.RFC3339Nano, stamp)
		if err != nil {
			return
		}
		if at.After(f.since) {
			f.since = at
		}
		line := w.host.door.Line(rest)
		w.sink(targets.Line{Where: where, At: at, Bad: looksBad(line.String()), Text: line})
	})
}
