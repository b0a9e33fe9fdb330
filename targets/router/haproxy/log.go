package haproxy

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/docker/docker/pkg/stdcopy"

	"goaround/targets"
)

// follow hands over the requests that the proxy logs from now on. When the log ends,
// since the container stopped, it goes on where it was when there is more.
func (p *Proxy) follow(ctx context.Context, sink func(targets.Sighting)) {
	var next time.Time
	for ctx.Err() == nil {
		if stream, err := p.host.Logs(ctx, p.container, next); err == nil {
			next = p.read(ctx, stream, next, sink)
		}
		pause(ctx, nil, 250*time.Millisecond)
	}
}

// read reads a log to its end and returns the moment after its last line.
func (p *Proxy) read(ctx context.Context, stream io.ReadCloser, next time.Time, sink func(targets.Sighting)) time.Time {
	stop := context.AfterFunc(ctx, func() { stream.Close() })
	defer stop()
	defer stream.Close()

	merged, w := io.Pipe()
	defer merged.Close()
	go func() {
		_, err := stdcopy.StdCopy(w, w, stream)
		w.CloseWithError(err)
	}()
	lines := bufio.NewReaderSize(merged, 64<<10)
	for {
		line, err := nextLine(lines)
		if err != nil {
			return next
		}
		stamp, rest, _ := bytes.Cut(line, []byte(" "))
		if at, err := time.Parse(time.RFC3339Nano, string(stamp)); err == nil {
			next = at.Add(1)
		}
		if e, ok := parseEntry(rest); ok {
			p.request(e, sink)
		}
	}
}

// nextLine reads a line; one that is longer than the buffer it leaves out.
func nextLine(r *bufio.Reader) ([]byte, error) {
	long := false
	for {
		line, err := r.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			long = true
		case err != nil:
			return nil, err
		case long:
			long = false
		default:
			return line, nil
		}
	}
}

// request hands over what an entry says of a released service. One that had no server is
// in no slot, unless the proxy answered by itself, with a redirect, say: that says
// nothing about a release.
func (p *Proxy) request(e entry, sink func(targets.Sighting)) {
	slot := targets.Slot(e.Server)
	if e.Server == nowhere && e.bad() {
		slot = targets.NoSlot
	} else if !slices.Contains(slots(), slot) {
		return
	}
	service, ok := p.service(e.Backend)
	if !ok {
		return
	}
	sink(targets.Request{
		Where: targets.Where{Host: p.name, Service: service, Slot: slot},
		At:    e.at(), Bad: e.bad(), Aborted: e.aborted(), Latency: e.latency(),
	})
}

func (p *Proxy) service(backend string) (string, bool) {
	for _, r := range p.routes {
		if r.Backend == backend {
			return r.Service, true
		}
	}
	return "", false
}
