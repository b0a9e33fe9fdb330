package fake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// site is the hosts and all that is on them.
type site struct {
	// Set by New, then never changed.
	services    []string // with a route
	workers     []worker
	images      map[string]image
	doings      map[string]inproc.Doing
	empty       bool
	readyWithin time.Duration
	seed        uint64
	pages       func(version string) http.Handler
	door        *text.Door

	leases inproc.Leases
	feed   inproc.Feed
	log    inproc.Log

	mu      sync.Mutex // guards all below, and every host
	hosts   []*host
	faults  []*fault
	calls   []string
	traffic traffic
}

// image is what a reference stands for.
type image struct {
	commit string
	sick   bool
}

func newSite(opts []Option) *site {
	s := &site{
		services: []string{"web"}, images: map[string]image{}, doings: map[string]inproc.Doing{}, readyWithin: time.Minute,
		pages: greet, hosts: []*host{newHost("web-1")},
	}
	Images(V1, V2)(s)
	s.images[Sick] = image{commit: "5ad", sick: true}
	for _, o := range opts {
		o(s)
	}
	s.traffic.rng = rand.New(rand.NewPCG(s.seed, 1))
	if !s.empty {
		for _, h := range s.hosts {
			base := s.newSlot(s.release(V1))
			for _, in := range base.instances {
				in.run()
			}
			base.boot()
			h.slots[targets.Base] = base
			h.live = targets.Base
		}
	}
	return s
}

func greet(version string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "shop %s\n", version)
	})
}

// note writes down what is asked of the hosts; a closed connection asks nothing.
func (t *Target) note(format string, a ...any) {
	select {
	case <-t.closed:
		return
	default:
	}
	t.site.mu.Lock()
	defer t.site.mu.Unlock()
	t.site.calls = append(t.site.calls, fmt.Sprintf(format, a...))
}

func (s *site) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, len(s.hosts))
	for i, h := range s.hosts {
		names[i] = h.name
	}
	return names
}

// host finds a host; s.mu is held.
func (s *site) host(name string) (*host, error) {
	for _, h := range s.hosts {
		if h.name == name {
			return h, nil
		}
	}
	return nil, text.NewProblem("unknown-host", "there is no host "+name, "look at the environment's hosts")
}

// release is ref for every service.
func (s *site) release(ref string) targets.Release {
	r := targets.Release{Version: version(ref), Images: map[string]targets.Image{}}
	for _, service := range s.released() {
		r.Images[service] = s.image(ref)
	}
	return r
}

// released are the services with a route, then the workers.
func (s *site) released() []string {
	names := slices.Clone(s.services)
	for _, w := range s.workers {
		names = append(names, w.name)
	}
	return names
}

func (s *site) image(ref string) targets.Image {
	return targets.Image{
		Ref: ref, Pin: pin(ref), Version: version(ref), Commit: s.door.Line(s.images[ref].commit),
	}
}

func version(ref string) text.Safe {
	return text.Clean(ref[strings.LastIndex(ref, ":")+1:])
}

func pin(ref string) string {
	sum := sha256.Sum256([]byte(ref))
	return "sha256:" + hex.EncodeToString(sum[:])
}
