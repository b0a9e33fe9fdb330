package demo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// pace is how long things take.
type pace struct {
	pull   time.Duration // an image that is not there yet
	create time.Duration // a container
	boot   time.Duration // the app, from its start until it is healthy
	ready  time.Duration // until ready gives up
}

// natural is slow enough for a person to see.
var natural = pace{pull: 1500 * time.Millisecond, create: 1200 * time.Millisecond, boot: 2 * time.Second, ready: 10 * time.Second}

// image is what a reference stands for.
type image struct {
	kind   Release
	commit string
}

// site is the hosts and their users.
type site struct {
	pace   pace
	seed   uint64
	key    []byte
	images map[string]image
	hosts  []*host
	end    context.CancelFunc // ends the users

	// work counts the goroutines that live as long as the site: one for each listener,
	// one for the users.
	work   sync.WaitGroup
	leases inproc.Leases
	feed   inproc.Feed
	log    inproc.Log

	mu     sync.Mutex // guards below, and that the log is in the order of time
	apps   uint64     // started so far
	pulled map[string]bool
}

func newSite(ctx context.Context, o Options, p pace) (*site, error) {
	if o.Release == "" {
		o.Release = Good
	}
	if o.RPS == 0 {
		o.RPS = DefaultRPS
	}
	ctx, end := context.WithCancel(ctx)
	s := &site{
		pace: p, seed: o.Seed, key: []byte(rand.Text()), end: end,
		images: map[string]image{Old: {Good, "9f3c1e2"}, Image: {o.Release, "4be1d02"}},
		pulled: map[string]bool{Old: true},
	}
	for _, name := range []string{"web-1", "web-2"} {
		if err := s.addHost(name); err != nil {
			s.Close()
			return nil, fmt.Errorf("start %s: %w", name, err)
		}
	}
	s.work.Go(func() { s.users(ctx, o.RPS) })
	return s, nil
}

// addHost starts a host that has served Old for a while.
func (s *site) addHost(name string) error {
	p, err := newProxy(name, &s.work, s.see)
	if err != nil {
		return err
	}
	h := &host{name: name, proxy: p, slots: map[targets.Slot]*slot{}, took: map[string]time.Duration{}}
	s.hosts = append(s.hosts, h)
	old := s.newSlot(h, targets.Base, s.release(Old))
	if err := old.start(time.Now().Add(-time.Hour)); err != nil {
		return err
	}
	h.slots[targets.Base] = old
	p.send(old)
	return nil
}

func (s *site) host(name string) (*host, error) {
	for _, h := range s.hosts {
		if h.name == name {
			return h, nil
		}
	}
	return nil, text.NewProblem("unknown-host", "there is no host "+name, "the demo has web-1 and web-2")
}

// see is a proxy's access log.
func (s *site) see(r targets.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.At = time.Now()
	s.log.Keep(r)
	s.feed.Publish(r)
}

func (s *site) newSlot(h *host, name targets.Slot, r targets.Release) *slot {
	s.mu.Lock()
	s.apps++
	n := s.apps
	s.mu.Unlock()
	a := &app{
		at:      targets.Where{Host: h.name, Service: Service, Slot: name},
		version: r.Version.String(), kind: s.images[r.Images[Service].Ref].kind,
		boot: s.pace.boot, key: s.key, dice: newDice(s.seed, n),
		say: func(l targets.Line) { s.feed.Publish(l) },
	}
	a.mux = a.routes()
	return &slot{name: name, release: r, app: a, work: &s.work}
}

// release is the release of ref, an image that is there.
func (s *site) release(ref string) targets.Release {
	sum := sha256.Sum256([]byte(ref))
	im := targets.Image{
		Ref: ref, Pin: "sha256:" + hex.EncodeToString(sum[:]),
		Version: version(ref), Commit: text.Clean(s.images[ref].commit),
	}
	return targets.Release{Version: im.Version, Images: map[string]targets.Image{Service: im}}
}
