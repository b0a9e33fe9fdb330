package haproxy

import (
	"context"
	"io"
	"time"

	"goaround/targets"
)

// Read hands over the requests that a piece of the log has; see router.Router.
func (p *Proxy) Read(ctx context.Context, log io.ReadCloser, sink func(targets.Request)) {
	p.read(ctx, log, time.Time{}, func(s targets.Sighting) {
		if r, ok := s.(targets.Request); ok {
			sink(r)
		}
	})
}
