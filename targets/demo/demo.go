// Package demo is a target in this process, for a first flight without Docker: two
// hosts on loopback, each a real reverse proxy in front of a real HTTP server for every
// slot, users who send requests, and a new release that does as it is told.
//
// The requests are real, and so are their latencies and errors as the proxies see
// them; the shop behind them only waits, and CPU and memory of an instance are a model
// of the work it did. All times are those of the clock, whatever speed a deploy runs at.
package demo

import (
	"context"
	"fmt"
	"net"
	"sync"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// What a checklist for the demo names.
const (
	App     = "shop"
	Service = "web"
	Image   = "shop:v42" // the new release, which does what Options says
	Old     = "shop:v41" // the release that is live at the start
	Health  = "/healthz"
)

// How many requests a second the users of both hosts send together. Above about 1,000
// they come in less evenly.
const (
	DefaultRPS = 20
	MaxRPS     = 2000
)

// Options says what happens in a demo.
type Options struct {
	Release Release // what Image does; Good if empty
	RPS     int     // DefaultRPS if 0; at most MaxRPS
	Seed    uint64  // of latencies, errors and paths; how requests meet is left to chance
}

// Target is the demo's hosts. It has to be closed.
type Target struct {
	*site

	mu   sync.Mutex
	mine *inproc.Lease
}

var _ targets.Target = (*Target)(nil)

// New starts the hosts with Old live in slot base, and its users, who go when ctx ends.
func New(ctx context.Context, o Options) (*Target, error) {
	if err := o.Release.valid(); err != nil {
		return nil, err
	}
	if o.RPS < 0 || o.RPS > MaxRPS {
		return nil, text.NewProblem("rps-out-of-range",
			fmt.Sprintf("the demo cannot send %d requests a second", o.RPS),
			fmt.Sprintf("use 1 to %d", MaxRPS))
	}
	s, err := newSite(ctx, o, natural)
	if err != nil {
		return nil, err
	}
	return &Target{site: s}, nil
}

// URL is the site's public address.
func (s *site) URL() string { return s.hosts[0].proxy.url }

// Hosts are the names of the hosts.
func (s *site) Hosts() []string {
	var names []string
	for _, h := range s.hosts {
		names = append(names, h.name)
	}
	return names
}

// Dial connects to the server in a slot.
func (s *site) Dial(ctx context.Context, host, service string, slot targets.Slot) (net.Conn, error) {
	h, err := s.host(host)
	if err != nil {
		return nil, err
	}
	sl := h.slot(slot)
	if service != Service || !sl.running() {
		return nil, nothingThere(h, slot)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", sl.address())
}

// Close ends the users, the proxies and the servers.
func (s *site) Close() error {
	s.end()
	for _, h := range s.hosts {
		h.close()
	}
	s.work.Wait()
	return nil
}
