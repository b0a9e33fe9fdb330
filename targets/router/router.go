// Package router is the contract of traffic on one host: the team's own proxy, which
// sends the requests of each released service to one of its slots. Each kind of proxy
// is a package below this one.
package router

import (
	"context"
	"io"
	"time"

	"goaround/targets"
)

// Route is a released service as the proxy knows it.
type Route struct {
	Service string // in the Compose file
	Backend string // in the proxy's configuration; it has a server for each slot
	Port    int    // where the service listens
}

// File is one file of a proxy's configuration.
type File struct {
	Name string // as a person finds it
	Text string
}

// Router is the proxy of one host. All methods are safe for concurrent use, and Switch
// waits for none of the others. An error that a person can act on is a *text.Problem.
type Router interface {
	// Servers reads what the proxy would do with requests now: the servers of the
	// routes, in their order, as they are named in the proxy.
	Servers(ctx context.Context) ([]targets.Server, error)
	// Rehearse goes the way of a switch and changes nothing. It returns how long the
	// proxy took; what Switch needs is open afterwards.
	Rehearse(ctx context.Context) (time.Duration, error)
	// Switch sends all requests of all routes to a slot, or with NoSlot to none, and returns when the proxy
	// has read back that it does. Of an error the traffic may be anywhere in between:
	// ask Servers, or switch again. It is safe to repeat.
	Switch(ctx context.Context, to targets.Slot) error
	// InFlight is how many requests and other connections a slot's servers have: each
	// until it has ended, an upgraded one (a WebSocket) too.
	InFlight(ctx context.Context, slot targets.Slot) (int, error)
	// Cut ends them all at once, and returns how many there were.
	Cut(ctx context.Context, slot targets.Slot) (int, error)
	// Persist makes what the proxy does now survive its restart.
	Persist(ctx context.Context) error
	// Watch hands over each request as a targets.Request, about once a second a
	// targets.Counter for each server, and a targets.Alarm when the proxy is silent or
	// does something else than what was last confirmed. It heals its own connections,
	// calls sink from one goroutine at a time, and returns when ctx ends.
	Watch(ctx context.Context, sink func(targets.Sighting))
	// Read hands over the requests that a piece of the proxy's log has, framed and
	// stamped as the Docker API does, to its end, and closes it.
	Read(ctx context.Context, log io.ReadCloser, sink func(targets.Request))
	// Close ends the connections to the proxy.
	Close() error
}
