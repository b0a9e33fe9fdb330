package compose

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

const (
	// lookDue is how long an engine may take for a look before it counts as gone: with the
	// time to the next look, that is noticed within 6 s.
	lookDue = 4 * time.Second
	// answerDue is how long the first questions wait, also for a connection that is to be made.
	answerDue = 8 * time.Second
)

// Watch hands over what is seen of all hosts until ctx ends; see targets.Target.
func (t *Target) Watch(ctx context.Context, sink func(targets.Sighting)) error {
	var one sync.Mutex
	serial := func(s targets.Sighting) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			sink(s)
		}
	}
	var all sync.WaitGroup
	for _, h := range t.hosts {
		all.Go(func() { h.watchContainers(ctx, serial) })
		all.Go(func() { h.watchTraffic(ctx, serial) })
	}
	all.Wait()
	return nil
}

// watch is one watch of a host's containers.
type watch struct {
	host   *host
	sink   func(targets.Sighting)
	since  time.Time     // of the engine; log lines before it are not news
	alarm  *text.Problem // nil: the engine answers
	vitals map[string]*vitals
	there  map[targets.Where]bool // what had a container at the last look
	logs   map[string]*follower   // by container, while it runs
	all    sync.WaitGroup         // the followers
}

// watchContainers looks once a second, and when a container has ended: how the containers
// of all slots are, and whether there is one whose log is not followed yet.
func (h *host) watchContainers(ctx context.Context, sink func(targets.Sighting)) {
	w := &watch{host: h, sink: sink, vitals: map[string]*vitals{}, logs: map[string]*follower{}}
	defer w.all.Wait()
	stirred := make(chan struct{}, 1)
	w.all.Go(func() { h.stirs(ctx, stirred) })
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		w.ring(ctx, w.look(ctx))
		select {
		case <-tick.C:
		case <-stirred:
		case <-ctx.Done():
		}
	}
}

func (w *watch) look(ctx context.Context) error {
	due, cancel := context.WithTimeout(ctx, lookDue)
	defer cancel()
	if w.since.IsZero() {
		now, err := w.host.clock(due)
		if err != nil {
			return err
		}
		w.since = now
	}
	c, err := w.host.census(due)
	if err != nil {
		return err
	}
	w.miss(c)
	for _, slot := range c.occupied() {
		for _, s := range c.slots[slot] {
			if err := w.see(ctx, due, w.where(s, slot), s); err != nil {
				return err
			}
		}
	}
	return nil
}

// miss tells of what has no container any more: it is as good as stopped.
func (w *watch) miss(c census) {
	there := map[targets.Where]bool{}
	for slot, in := range c.slots {
		for _, s := range in {
			there[w.where(s, slot)] = true
		}
	}
	gone := slices.DeleteFunc(slices.Collect(maps.Keys(w.there)), func(o targets.Where) bool { return there[o] })
	for _, where := range slices.SortedFunc(slices.Values(gone), targets.Where.Compare) {
		w.sink(targets.Vital{Where: where, At: time.Now(), State: targets.Stopped, CPU: -1})
	}
	w.there = there
}

func (w *watch) where(s container.Summary, slot targets.Slot) targets.Where {
	return targets.Where{Host: w.host.name, Service: w.host.project.serviceOf(s, slot), Slot: slot}
}

// see looks at one container.
func (w *watch) see(ctx, due context.Context, where targets.Where, s container.Summary) error {
	in, err := w.host.api.ContainerInspect(due, s.ID)
	if errdefs.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	v := w.vitals[s.ID]
	if v == nil {
		v = &vitals{}
		w.vitals[s.ID] = v
	}
	if vital, news := v.take(due, w.host, in); news {
		vital.Where = where
		w.sink(vital)
	}
	w.follow(ctx, where, in)
	return nil
}

// ring sounds an alarm when the engine stops answering or there is another reason why,
// and clears it when it is back.
func (w *watch) ring(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	var now *text.Problem
	if err != nil {
		now = w.host.cutOff(err)
	}
	if now != nil && w.alarm != nil && now.Code == w.alarm.Code {
		return
	}
	if w.alarm != nil {
		w.sink(targets.Alarm{Host: w.host.name, At: time.Now(), Clear: true, Problem: w.alarm})
	}
	if w.alarm = now; now != nil {
		w.sink(targets.Alarm{Host: w.host.name, At: time.Now(), Problem: now})
	}
}

// cutOff is an engine that does not answer, or cannot be reached.
func (h *host) cutOff(err error) *text.Problem {
	if !h.engine.Away() {
		p := text.NewProblem("engine-gone",
			"the Docker engine of "+h.name+" does not answer; what runs there may run on without it",
			"look with `docker version`; traffic cannot be moved until it is back")
		p.More = []text.Safe{h.door.Line(err.Error())}
		return p
	}
	p := h.silent(err)
	return &text.Problem{
		Code: p.Code,
		Say:  h.door.Line(p.Say.String() + "; what runs there may run on"),
		Hint: h.door.Line(p.Hint.String() + "; traffic cannot be moved there until it is back"),
		More: p.More,
	}
}
