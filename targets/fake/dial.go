package fake

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"

	"goaround/targets"
	"goaround/targets/text"
)

// Dial connects to a service in a slot, over a pipe.
func (t *Target) Dial(ctx context.Context, host, service string, slot targets.Slot) (net.Conn, error) {
	t.note("dial %s %s %s", host, service, slot)
	if err := t.pass(ctx, Dial, host); err != nil {
		return nil, fmt.Errorf("dial %s in %s on %s: %w", service, slot, host, err)
	}
	t.site.mu.Lock()
	defer t.site.mu.Unlock()
	h, err := t.site.host(host)
	if err != nil {
		return nil, err
	}
	in := h.slots[slot].instance(service)
	if in == nil || in.State != targets.Running {
		return nil, text.NewProblem("nothing-there", fmt.Sprintf("%s does not run in %s on %s", service, slot, host), "start or stage it")
	}
	return t.site.serve(in, h.slots[slot].release.Images[service]), nil
}

// Public connects to whatever takes the traffic of the first host, as its users do. It
// has the form of http.Transport.DialContext.
func (t *Target) Public(ctx context.Context, _, _ string) (net.Conn, error) {
	t.site.mu.Lock()
	h := t.site.hosts[0]
	name, live := h.name, h.live
	t.site.mu.Unlock()
	return t.Dial(ctx, name, t.site.services[0], live)
}

// serve answers HTTP on one connection for as long as that lasts.
func (s *site) serve(in *instance, im targets.Image) net.Conn {
	ours, theirs := net.Pipe()
	pages := s.pages(im.Version.String())
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.ill(in) {
			http.Error(w, "not well", http.StatusServiceUnavailable)
			return
		}
		pages.ServeHTTP(w, r)
	})}
	go server.Serve(&one{conn: ours})
	return theirs
}

func (s *site) ill(in *instance) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return in.sick || in.State != targets.Running
}

// one is a listener that accepts one connection.
type one struct{ conn net.Conn }

func (o *one) Accept() (net.Conn, error) {
	if o.conn == nil {
		return nil, io.EOF
	}
	c := o.conn
	o.conn = nil
	return c, nil
}

func (o *one) Close() error   { return nil }
func (o *one) Addr() net.Addr { return &net.UnixAddr{Name: "fake"} }
