package remote

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/docker/docker/api/types/container"
)

// Logs follows what a container writes, from since on (zero: only what comes from now
// on), each line behind its time as the engine stamped it:
// "2026-11-28T10:00:00.000000001Z text". The stream is framed as package stdcopy reads
// it. It ends when the container stops, when ctx ends, or when it is closed.
func (e *Engine) Logs(ctx context.Context, name string, since time.Time) (io.ReadCloser, error) {
	opts := container.LogsOptions{ShowStdout: true, ShowStderr: true, Follow: true, Timestamps: true}
	if since.IsZero() {
		opts.Tail = "0"
	} else {
		opts.Since = fmt.Sprintf("%d.%09d", since.Unix(), since.Nanosecond())
	}
	stream, err := e.client.ContainerLogs(ctx, name, opts)
	if err != nil {
		return nil, fmt.Errorf("logs of %s: %w", name, e.Problem(err))
	}
	return stream, nil
}
