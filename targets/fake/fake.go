// Package fake is a target in memory, for tests: hosts that do what is asked of them at
// once, and whatever goes wrong on them by script. It uses no clock but package time's
// and nothing that blocks outside the process, so that in a bubble of testing/synctest
// its time is the bubble's.
//
// A new Target has shop:v1 live and warm in slot base on every host, and nothing else.
package fake

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// The images that every fake can resolve. Sick starts and never gets ready.
const (
	V1   = "shop:v1"
	V2   = "shop:v2"
	Sick = "shop:sick"
)

// Target is a connection to the hosts; [Target.Peer] makes another. Safe for
// concurrent use.
type Target struct {
	site   *site
	closed chan struct{}
	close  sync.Once

	mu     sync.Mutex
	mine   *inproc.Lease
	killed bool
}

var _ targets.Target = (*Target)(nil)

// Option changes what New makes.
type Option func(*site)

// Hosts names the hosts; without it there is "web-1" alone.
func Hosts(names ...string) Option {
	return func(s *site) {
		s.hosts = nil
		for _, name := range names {
			s.hosts = append(s.hosts, newHost(name))
		}
	}
}

// Services names the released services with a route; without it there is "web" alone.
func Services(names ...string) Option {
	return func(s *site) { s.services = names }
}

// StartFirst names workers that are swapped start-first.
func StartFirst(names ...string) Option { return workers(true, names) }

// StopFirst names workers that are swapped stop-first.
func StopFirst(names ...string) Option { return workers(false, names) }

func workers(startFirst bool, names []string) Option {
	return func(s *site) {
		for _, name := range names {
			s.workers = append(s.workers, worker{name, startFirst})
		}
	}
}

// Images makes more references resolve to good releases.
func Images(refs ...string) Option {
	return func(s *site) {
		for _, ref := range refs {
			s.images[ref] = image{commit: pin(ref)[7:14]}
		}
	}
}

// Commit is what the label of ref says about its commit, which may be hostile.
func Commit(ref, label string) Option {
	return func(s *site) {
		im := s.images[ref]
		im.commit = label
		s.images[ref] = im
	}
}

// Job is what the job of that name does; without it, it ends well at once and says nothing.
func Job(name string, does inproc.Doing) Option {
	return func(s *site) { s.doings[name] = does }
}

// Empty has nothing run anywhere, as before a first release.
func Empty() Option { return func(s *site) { s.empty = true } }

// ReadyWithin is how long ready waits for a slot that does not get ready; 60 s without it.
func ReadyWithin(d time.Duration) Option { return func(s *site) { s.readyWithin = d } }

// Seed seeds the traffic: errors and latencies are a function of it and of time.
func Seed(n uint64) Option { return func(s *site) { s.seed = n } }

// Pages is what the release called version answers to HTTP requests; without it, 200
// and its version to all of them. A slot that is not healthy answers 503 either way.
func Pages(of func(version string) http.Handler) Option {
	return func(s *site) { s.pages = of }
}

// Door is where all that is said by [Target.Say] comes in.
func Door(d *text.Door) Option { return func(s *site) { s.door = d } }

// New returns a connection to new hosts.
func New(opts ...Option) *Target { return connect(newSite(opts)) }

// Peer is another connection to the same hosts, as from another laptop: with a lease
// of its own.
func (t *Target) Peer() *Target { return connect(t.site) }

func connect(s *site) *Target { return &Target{site: s, closed: make(chan struct{})} }

// Close ends this connection; the hosts and other connections stay.
func (t *Target) Close() error {
	t.close.Do(func() { close(t.closed) })
	return nil
}

// Kill ends this connection as a killed process ends: what it has sent goes on, nothing
// more is sent, and its lease falls silent.
func (t *Target) Kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.killed = true
	t.Close()
	t.mine.Silence()
}

// outlives is ctx for a job, which a process that was killed cannot stop any more.
func (t *Target) outlives(ctx context.Context) (context.Context, context.CancelFunc) {
	host, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if !t.killed {
			cancel(context.Cause(ctx))
		}
	})
	return host, func() { stop(); cancel(nil) }
}

// Calls lists what was asked of the hosts, by all connections, in the order in which it
// was begun: "observe", "stage@web-1 blue", "acquire by ana".
func (t *Target) Calls() []string {
	t.site.mu.Lock()
	defer t.site.mu.Unlock()
	return append([]string(nil), t.site.calls...)
}

// passes lets a call through to hosts at once, and returns what stops it on each.
func (t *Target) passes(ctx context.Context, v targets.Verb, names []string) []error {
	errs := make([]error, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			if err := t.pass(ctx, v, name); err != nil {
				errs[i] = fmt.Errorf("%s on %s: %w", v, name, err)
			}
		})
	}
	all.Wait()
	return errs
}

// pass lets a call through to host, or returns what stops it.
func (t *Target) pass(ctx context.Context, v targets.Verb, host string) error {
	select {
	case <-t.closed:
		return inproc.ErrClosed
	default:
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return t.site.pass(ctx, v, host)
}
