// Package haproxy is a router.Router over the team's own HAProxy (2.4 or newer): its
// runtime API moves the traffic between servers that are named after the slots, its
// log says how each request went, its counters are the second witness.
package haproxy

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/router"
	"goaround/targets/text"
)

// What the proxy's configuration must name; see [Stanza].
const (
	adminAddress = "127.0.0.1:9999"
	stateFile    = "/var/lib/goaround/servers.state"
	liveWeight   = 100
)

// slots are what the servers of a backend are named after.
func slots() []targets.Slot { return []targets.Slot{targets.Base, targets.Blue, targets.Green} }

// Host is what the host of the proxy can do; *remote.Engine is one.
type Host interface {
	// Dial connects to an address as seen from inside a container.
	Dial(ctx context.Context, container, address string) (net.Conn, error)
	// Exec runs a command in a container and returns its stdout.
	Exec(ctx context.Context, container, user string, argv []string, stdin []byte) ([]byte, error)
	// Logs follows a container's output, framed and stamped as the Docker API does.
	Logs(ctx context.Context, container string, since time.Time) (io.ReadCloser, error)
}

// Proxy is HAProxy in a container. It is safe for concurrent use.
type Proxy struct {
	host      Host
	name      string // of the host, for targets.Where
	container string
	routes    []router.Route

	// A switch has a stream of its own, so that it waits for no poll.
	switches, polls *admin

	persisting sync.Mutex

	mu        sync.Mutex
	confirmed targets.Slot  // where the proxy last said that all traffic goes
	underway  int           // switches that have begun and not ended
	changes   int           // how often a switch has begun or ended
	newest    chan struct{} // closed when a newer switch begins
}

var _ router.Router = (*Proxy)(nil)

// New returns the router for the proxy that runs in container (its name, so that it is
// found again when it was made anew) on the host called name. It connects when it is
// first used.
func New(host Host, name, container string, routes []router.Route) *Proxy {
	p := &Proxy{host: host, name: name, container: container, routes: routes, newest: make(chan struct{})}
	dial := func(ctx context.Context) (net.Conn, error) { return host.Dial(ctx, container, adminAddress) }
	p.switches, p.polls = newAdmin(dial), newAdmin(dial)
	return p
}

// Close ends the streams to the proxy.
func (p *Proxy) Close() error {
	p.switches.close()
	p.polls.close()
	return nil
}

// Servers reads the state of the routes' servers; see router.Router.
func (p *Proxy) Servers(ctx context.Context) ([]targets.Server, error) {
	r, err := p.polls.ask(ctx, p.showState()...)
	if err != nil {
		return nil, p.problem(err)
	}
	backends, err := p.backends(r.answers)
	if err != nil {
		return nil, err
	}
	var all []targets.Server
	for i, route := range p.routes {
		for _, s := range backends[i] {
			all = append(all, targets.Server{
				Service: route.Service, Slot: s.slot, Weight: s.weight,
				Up: s.running(), Ready: s.ready(), Addr: s.addr,
			})
		}
	}
	return all, nil
}

// Rehearse reads the state over the stream that switches use; see router.Router.
func (p *Proxy) Rehearse(ctx context.Context) (time.Duration, error) {
	if _, err := p.switches.ask(ctx); err != nil {
		return 0, p.problem(err)
	}
	start := time.Now()
	_, err := p.switches.ask(ctx, p.showState()...)
	return time.Since(start), p.problem(err)
}

// showState are the commands that [Proxy.backends] reads the answers of.
func (p *Proxy) showState() []string {
	var commands []string
	for _, r := range p.routes {
		commands = append(commands, "show servers state "+r.Backend)
	}
	return commands
}

// backends are the servers of each route, from the answers to showState. Those of a
// backend that the proxy does not know are nil; the error names the first.
func (p *Proxy) backends(answers []string) (all [][]server, unknown error) {
	for i, r := range p.routes {
		servers, err := parseState(answers[i])
		if err != nil && unknown == nil {
			unknown = text.NewProblem("proxy-backend", "the proxy does not know backend "+r.Backend+": "+err.Error(), stanzaHint)
		}
		all = append(all, servers)
	}
	return all, unknown
}

const stanzaHint = "`goaround proxy stanza` prints what haproxy.cfg needs; reload the proxy after a change"

// problem makes an error of the admin socket one that a person can act on.
func (p *Proxy) problem(err error) error {
	var known *text.Problem
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &text.Problem{
		Code: "proxy-socket",
		Say:  text.Clean("the admin socket " + adminAddress + " of the proxy does not answer"),
		Hint: text.Clean("is " + p.container + " running? " + stanzaHint),
		More: []text.Safe{text.Clean(err.Error())},
	}
}
