package compose

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

// Labels of a lease's container, besides those of app and environment.
const (
	labelLease  = "goaround.lease" // the generation
	labelBy     = "goaround.by"
	labelSince  = "goaround.since"  // the engine's clock
	labelHolder = "goaround.holder" // random: one acquisition
)

// hold is a lease on one host. It is held by the container with the highest generation
// in its name, which is created and never started: an engine gives a name only once.
// No act waits for a heartbeat.
type hold struct {
	host       *host
	claim      targets.Claim
	holder     string    // the container's label says so: it is ours
	since      time.Time // the engine's clock
	generation atomic.Int64

	making sync.RWMutex // for reading while a container is created
	over   bool         // it was given back: none is created any more
}

// grace is how long a call to an engine may go on when its context has ended.
const grace = 10 * time.Second

// graced is ctx for a call that is let end: of one that is cut off nobody knows whether
// the engine does it all the same.
func graced(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return longer, func() { stop(); cancel() }
}

// take acquires the lease of one host: *targets.HeldError if somebody else has it.
func (h *host) take(ctx context.Context, c targets.Claim) (l *hold, err error) {
	err = whileTaken(ctx, func() error {
		l, err = h.tryTake(ctx, c)
		return err
	})
	return l, err
}

// whileTaken tries again while a name is taken by a container that does not show yet:
// an engine gives a name away some time before it lists the container.
func whileTaken(ctx context.Context, try func() error) error {
	for range 250 {
		if err := try(); !errdefs.IsConflict(err) {
			return err
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return text.NewProblem("lease-name",
		"the name of the next lease is taken by a container that is no lease",
		"`docker ps -a --filter name=goaround` lists it; remove it if it is nobody's")
}

func (h *host) tryTake(ctx context.Context, claim targets.Claim) (*hold, error) {
	c, err := h.census(ctx)
	if err != nil {
		return nil, err
	}
	now, err := h.clock(ctx)
	if err != nil {
		return nil, err
	}
	l := &hold{host: h, claim: claim, since: now, holder: rand.Text()}
	if len(c.leases) > 0 {
		top := c.leases[len(c.leases)-1]
		if other := h.whoHas(ctx, c, top, now); !claim.From(other.Session.String()) && other.Age < h.silence {
			return nil, heldBy(other)
		}
		l.generation.Store(int64(generation(top)))
	}
	if err = l.renew(ctx); err == nil {
		err = l.settle(ctx, c.leases)
	}
	if err != nil && !errdefs.IsConflict(err) {
		ctx, cancel := graced(ctx)
		defer cancel()
		err = errors.Join(err, l.removeAll(ctx, l.owns))
	}
	return l, err
}

// settle removes the generations that are over. If anybody took the lease since before
// was read, it is theirs: who was judged to be silent was not the holder any more.
func (l *hold) settle(ctx context.Context, before []container.Summary) error {
	after, err := l.host.leases(ctx)
	if err != nil {
		return err
	}
	for _, other := range slices.Backward(after) {
		known := slices.ContainsFunc(before, func(s container.Summary) bool { return s.ID == other.ID })
		forced := l.claim.Force && generation(other) < int(l.generation.Load())
		if !l.owns(other) && !known && !forced {
			return l.host.lost(ctx, other)
		}
	}
	return l.remove(ctx, after, l.former)
}

// check looks that the lease is still ours: *targets.HeldError if a higher generation
// has it. If our container is gone, somebody pruned it: it is made again, unless somebody
// else took the lease since, who may have begun with generation 1 or have given it back.
func (l *hold) check(ctx context.Context) error {
	return whileTaken(ctx, func() error {
		all, err := l.host.leases(ctx)
		if err != nil {
			return err
		}
		ours := slices.ContainsFunc(all, l.owns)
		for _, other := range slices.Backward(all) {
			if l.owns(other) {
				return nil
			}
			if ours || !l.former(other) || sinceOf(other).After(l.since) {
				return l.host.lost(ctx, other)
			}
		}
		if err := l.overtaken(ctx); err != nil {
			return err
		}
		return l.create(ctx, l.generation.Load())
	})
}

// overtaken is a *targets.HeldError if somebody took the lease since we did and has
// given it back already. It takes a store to know.
func (l *hold) overtaken(ctx context.Context) error {
	h := l.host
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	kept, err := h.readStore(ctx, c)
	if err != nil {
		return err
	}
	if !kept.last.Since.After(l.since) {
		return nil
	}
	now, err := h.clock(ctx)
	if err != nil {
		return err
	}
	return &targets.HeldError{
		By:      h.door.Line(kept.last.By),
		Session: h.door.Line(kept.last.Session),
		Since:   kept.last.Since,
		Age:     max(0, now.Sub(kept.last.At)),
	}
}

// beat says that the holder is alive, and what it is doing: in the host store, or while there is none, by the
// next generation of the lease, since a container's age is on the engine's clock.
func (l *hold) beat(ctx context.Context, step text.Safe) error {
	if err := l.check(ctx); err != nil {
		return err
	}
	if c, err := l.host.census(ctx); err != nil || c.hasProxy(l.host.project) {
		return l.host.writeHeartbeat(ctx, l.claim.Session, step)
	}
	if err := l.renew(ctx); err != nil {
		return err
	}
	return l.removeAll(ctx, func(s container.Summary) bool { return l.owns(s) && l.former(s) })
}

// release gives the lease back, and removes nothing of anybody who took it. It waits for
// what is being created, and leaves word for whoever it was taken from.
func (l *hold) release(ctx context.Context) error {
	l.making.Lock()
	l.over = true
	l.making.Unlock()
	c, err := l.host.census(ctx)
	if err != nil {
		return err
	}
	if n := len(c.leases); n > 0 && l.owns(c.leases[n-1]) && c.hasProxy(l.host.project) {
		err = l.leaveWord(ctx)
	}
	return errors.Join(err, l.remove(ctx, c.leases, l.owns))
}

// leaveWord writes in the host store that the lease was given back.
func (l *hold) leaveWord(ctx context.Context) error {
	now, err := l.host.clock(ctx)
	if err != nil {
		return err
	}
	return l.host.write(ctx, fileReturned, returned{By: l.claim.By, Session: l.claim.Session, Since: l.since, At: now})
}

// renew creates the next generation.
func (l *hold) renew(ctx context.Context) error {
	next := l.generation.Load() + 1
	if err := l.create(ctx, next); err != nil {
		return err
	}
	l.generation.Store(next)
	return nil
}

func (l *hold) create(ctx context.Context, generation int64) error {
	l.making.RLock()
	defer l.making.RUnlock()
	if l.over {
		return errReleased
	}
	h := l.host
	image, err := h.anyImage(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := graced(ctx)
	defer cancel()
	_, err = h.api.ContainerCreate(ctx, &container.Config{
		Image: image,
		Cmd:   []string{"lease"},
		Labels: map[string]string{
			labelApp:     h.project.file.App,
			labelEnv:     h.project.env,
			labelLease:   strconv.FormatInt(generation, 10),
			labelBy:      l.claim.By,
			labelSession: l.claim.Session,
			labelSince:   l.since.Format(time.RFC3339Nano),
			labelHolder:  l.holder,
		},
	}, &container.HostConfig{NetworkMode: "none"}, nil, nil, h.project.leaseName(int(generation)))
	return h.wrap("take the lease", err)
}

func (l *hold) removeAll(ctx context.Context, which func(container.Summary) bool) error {
	all, err := l.host.leases(ctx)
	if err != nil {
		return err
	}
	return l.remove(ctx, all, which)
}

func (l *hold) remove(ctx context.Context, all []container.Summary, which func(container.Summary) bool) error {
	for _, s := range all {
		if !which(s) {
			continue
		}
		err := l.host.api.ContainerRemove(ctx, s.ID, container.RemoveOptions{Force: true})
		if err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) {
			return l.host.wrap("give back the lease", err)
		}
	}
	return nil
}

func (l *hold) owns(s container.Summary) bool { return s.Labels[labelHolder] == l.holder }

// former reports whether s is of a generation that is over.
func (l *hold) former(s container.Summary) bool { return generation(s) < int(l.generation.Load()) }

// leases are the containers that hold or held the lease, the highest generation last.
func (h *host) leases(ctx context.Context) ([]container.Summary, error) {
	list, err := h.api.ContainerList(ctx, container.ListOptions{All: true, Filters: withLabel(labelLease)})
	if err != nil {
		return nil, h.wrap("list leases", err)
	}
	return h.project.sort(list).leases, nil
}

func (p *project) isLease(s container.Summary) bool {
	n := generation(s)
	return n > 0 && s.Labels[labelApp] == p.file.App && s.Labels[labelEnv] == p.env && name(s) == p.leaseName(n)
}

func (p *project) leaseName(generation int) string {
	return fmt.Sprintf("goaround-%s-%s-lease-%d", p.file.App, p.env, generation)
}

// lost is the error of a lease that s holds.
func (h *host) lost(ctx context.Context, s container.Summary) error {
	now, err := h.clock(ctx)
	if err != nil {
		return err
	}
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	return heldBy(h.whoHas(ctx, c, s, now))
}

// whoHas is who has the lease s. Its heartbeat is looked for where there can be one that
// is newer than its container.
func (h *host) whoHas(ctx context.Context, c census, s container.Summary, now time.Time) targets.Holder {
	found := h.holder(ctx, s, now, heartbeat{})
	if found.Age <= h.beatEvery() {
		return found
	}
	kept, err := h.readStore(ctx, c)
	if err != nil {
		return found
	}
	return h.holder(ctx, s, now, kept.beat)
}

// holder is who has the lease s, as of now by the engine's clock. Last seen is the later
// of its container's birth and its last heartbeat.
func (h *host) holder(ctx context.Context, s container.Summary, now time.Time, beat heartbeat) targets.Holder {
	seen := time.Unix(s.Created, 0)
	if in, err := h.api.ContainerInspect(ctx, s.ID); err == nil {
		seen = timeOf(in.Created)
	}
	var step text.Safe
	if beat.Session == s.Labels[labelSession] {
		step = h.door.Line(beat.Step.String())
		if beat.At.After(seen) {
			seen = beat.At
		}
	}
	age := max(0, now.Sub(seen))
	return targets.Holder{
		By:         h.door.Line(s.Labels[labelBy]),
		Session:    h.door.Line(s.Labels[labelSession]),
		Since:      sinceOf(s),
		Age:        age,
		Generation: generation(s),
		Step:       step,
		Free:       age >= h.silence,
	}
}

func sinceOf(s container.Summary) time.Time { return timeOf(s.Labels[labelSince]) }

// beatEvery is the time between two heartbeats: five may be lost.
func (h *host) beatEvery() time.Duration { return h.silence / 6 }

func heldBy(h targets.Holder) *targets.HeldError {
	return &targets.HeldError{By: h.By, Session: h.Session, Since: h.Since, Age: h.Age}
}
