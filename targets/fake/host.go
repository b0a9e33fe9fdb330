package fake

import (
	"maps"
	"slices"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
)

// host is one host. The site's mutex guards it.
type host struct {
	name     string
	live     targets.Slot
	divided  bool
	since    time.Time // the traffic's last move; zero: it was never moved
	slots    map[targets.Slot]*slot
	store    *targets.Record
	freeze   *targets.Freeze
	sessions []targets.Summary
	took     map[string]time.Duration
	jobs     inproc.Jobs // has a lock of its own

	process int // of the proxy, counts its restarts
	totals  map[targets.Where]*total
	active  map[targets.Where]int // connections that have not ended

	swapping chan struct{} // room for one: who puts something in has the turn

	cut     bool
	stalled chan struct{} // nil: it is not; closed when it goes on
	muted   map[Stream]bool
}

// slot is what runs in a slot.
type slot struct {
	release   targets.Release
	instances []*instance
}

// instance is one container.
type instance struct {
	targets.Instance
	sick   bool // never answers its probe
	booted bool // has answered it since it was started
}

// total is what the proxy counts of one slot of one service.
type total struct{ requests, bad uint64 }

func newHost(name string) *host {
	return &host{
		name: name, slots: map[targets.Slot]*slot{}, took: map[string]time.Duration{},
		totals: map[targets.Where]*total{}, active: map[targets.Where]int{}, muted: map[Stream]bool{}, swapping: make(chan struct{}, 1),
	}
}

// newSlot is r as it has just been created: what has a route is started.
func (s *site) newSlot(r targets.Release) *slot {
	sl := &slot{release: r}
	for _, service := range slices.Sorted(maps.Keys(r.Images)) {
		im := r.Images[service]
		sl.instances = append(sl.instances, &instance{
			Instance: targets.Instance{Service: service, Digest: im.Pin, Worker: !slices.Contains(s.services, service), State: targets.Stopped},
			sick:     s.images[im.Ref].sick,
		})
	}
	sl.start()
	return sl
}

func (sl *slot) start() {
	for _, in := range sl.instances {
		if !in.Worker {
			in.run()
		}
	}
}

func (in *instance) run() {
	if in.State != targets.Running {
		in.State, in.Health, in.Started, in.booted = targets.Running, targets.HealthUnknown, time.Now(), false
	}
}

// halt stops what may be nil.
func (in *instance) halt() {
	if in != nil {
		in.State, in.Health = targets.Stopped, targets.HealthUnknown
	}
}

// stop stops what there is; sl may be nil.
func (sl *slot) stop() {
	if sl == nil {
		return
	}
	for _, in := range sl.instances {
		in.halt()
	}
}

// boot lets each instance that is well answer its probe; it reports whether all that
// have a route do.
func (sl *slot) boot() bool {
	well := true
	for _, in := range sl.instances {
		if !in.boot() && !in.Worker {
			well = false
		}
	}
	return well
}

func (in *instance) boot() bool {
	switch {
	case in.State != targets.Running:
		return false
	case in.sick:
		in.Health = targets.Unhealthy
		return false
	}
	in.Health, in.booted = targets.Healthy, true
	return true
}

// up reports whether the proxy can send to service in sl, which may be nil.
func (sl *slot) up(service string) bool {
	in := sl.instance(service)
	return in != nil && in.State == targets.Running && in.booted
}

func (sl *slot) allUp() bool {
	return sl != nil && !slices.ContainsFunc(sl.instances, func(in *instance) bool { return !in.Worker && !sl.up(in.Service) })
}

func (sl *slot) instance(service string) *instance {
	if sl == nil {
		return nil
	}
	for _, in := range sl.instances {
		if in.Service == service {
			return in
		}
	}
	return nil
}

// send moves the traffic to slot.
func (h *host) send(to targets.Slot) {
	if h.live == to && !h.divided {
		return
	}
	h.live, h.divided, h.since = to, false, time.Now()
}
