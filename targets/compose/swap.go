package compose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// letGo is how long a swap whose context has ended is waited for.
const letGo = 500 * time.Millisecond

// swap swaps all workers at once. It holds the host's turn until nothing of it is under
// way any more, also when its context ended before: a container that is being stopped
// can be neither started nor called off.
func (h *host) swap(ctx context.Context, op targets.Op, report func(targets.Progress), may func(context.Context) error) error {
	workers := h.project.those(released.Worker)
	if len(workers) == 0 {
		return nil
	}
	said := &reporter{door: h.door, report: report}
	said.say(fmt.Sprintf("swap the workers of %s for those of %s", slotOr(op.From, "none"), slotOr(op.Slot, "none")))
	select {
	case h.swapping <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	over := make(chan error, 1)
	go func() {
		err := h.swapAll(ctx, op, workers, said, may)
		<-h.swapping
		over <- err
	}()
	select {
	case err := <-over:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(letGo)
	defer late.Stop()
	select {
	case err := <-over:
		return err
	case <-late.C:
		return ctx.Err()
	}
}

func slotOr(slot targets.Slot, none string) string {
	if slot == targets.NoSlot {
		return none
	}
	return string(slot)
}

func (h *host) swapAll(ctx context.Context, op targets.Op, workers []released, said *reporter, may func(context.Context) error) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	swaps := make([]*swap, len(workers))
	for i, w := range workers {
		swaps[i] = &swap{host: h, worker: w, to: op.Slot, from: op.From, said: said, may: may}
		swaps[i].next = h.project.find(c, op.Slot, w.Name)
		swaps[i].last = h.project.find(c, op.From, w.Name)
		if _, part := op.Release.Images[w.Name]; part && swaps[i].next == nil {
			return h.gone(ctx, c, op, w.Name)
		}
	}
	errs := make([]error, len(swaps))
	var all sync.WaitGroup
	for i, s := range swaps {
		all.Go(func() { errs[i] = s.run(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// find is the container of a service in a slot; nil: there is none.
func (p *project) find(c census, slot targets.Slot, service string) *container.Summary {
	i := slices.IndexFunc(c.slots[slot], func(s container.Summary) bool { return p.serviceOf(s, slot) == service })
	if i < 0 {
		return nil
	}
	return &c.slots[slot][i]
}

// swap is the swap of one worker.
type swap struct {
	host     *host
	worker   released
	from, to targets.Slot
	last     *container.Summary // the one in from; nil: there is none
	next     *container.Summary // the one in to
	said     *reporter
	may      func(context.Context) error // looks, before each change, that the lease is still ours
	before   string                      // since when next ran before it was started; empty: it did not
}

func (s *swap) run(ctx context.Context) error {
	first := s.worker.Order == checklist.StartFirst && s.next != nil
	if !first {
		if err := s.stop(ctx, s.from, s.last); err != nil {
			return err
		}
	}
	if err := s.bring(ctx); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return errors.Join(err, s.undo(ctx, first))
	}
	if !first {
		return nil
	}
	if err := s.stop(ctx, s.from, s.last); err != nil {
		return err
	}
	if s.ranOut(ctx) {
		return s.bring(ctx)
	}
	return nil
}

// undo has the worker before go on.
func (s *swap) undo(ctx context.Context, running bool) error {
	if err := s.stop(ctx, s.to, s.next); err != nil || running || s.last == nil {
		return err
	}
	return s.start(ctx, s.from, s.last)
}

// bring starts the next one and waits until it is healthy. One that a session which is
// gone was stopping still runs, and will not for long: its restart policy shows it, or,
// where that is `no` all the time, its end does. It is let end, and started once more.
func (s *swap) bring(ctx context.Context) error {
	if s.next == nil {
		return nil
	}
	in, err := s.host.api.ContainerInspect(ctx, s.next.ID)
	if err != nil {
		return s.host.wrap("inspect "+name(*s.next), err)
	}
	s.before = ""
	wanted := restartPolicy(s.worker.config)
	switch {
	case in.State.Running && in.HostConfig.RestartPolicy.IsNone() && !wanted.IsNone():
		if err := s.stop(ctx, s.to, s.next); err != nil {
			return err
		}
	case in.State.Running:
		s.before = in.State.StartedAt
	}
	if err := s.start(ctx, s.to, s.next); err != nil {
		return err
	}
	err = s.host.readyOne(ctx, s.to, *s.next, s.said)
	if err == nil || !s.ranOut(ctx) {
		return err
	}
	if err := s.start(ctx, s.to, s.next); err != nil {
		return err
	}
	return s.host.readyOne(ctx, s.to, *s.next, s.said)
}

// ranOut reports whether the next one ran already when it was started, and has ended
// since: somebody was stopping it.
func (s *swap) ranOut(ctx context.Context) bool {
	if s.next == nil || s.before == "" {
		return false
	}
	in, err := s.host.api.ContainerInspect(ctx, s.next.ID)
	return err == nil && ended(in) && in.State.StartedAt == s.before
}

// start starts a worker that is kept, or was only created.
func (s *swap) start(ctx context.Context, slot targets.Slot, c *container.Summary) error {
	if err := s.may(ctx); err != nil {
		return err
	}
	return s.host.startThose(ctx, slot, []container.Summary{*c}, s.said.report, s.only)
}

// stop lets a worker end the job in hand, for as long as its service says, and keeps it.
// It is not called off.
func (s *swap) stop(ctx context.Context, slot targets.Slot, c *container.Summary) error {
	if c == nil {
		return nil
	}
	in, err := s.host.api.ContainerInspect(ctx, c.ID)
	if err != nil {
		return s.host.wrap("inspect "+name(*c), err)
	}
	if !in.State.Running && in.HostConfig.RestartPolicy.IsNone() {
		return nil
	}
	if err := s.may(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := s.host.restartPolicy(ctx, *c, container.RestartPolicy{Name: container.RestartPolicyDisabled}); err != nil {
		return err
	}
	p, err := s.host.project.part(slot, s.only)
	if err != nil {
		return err
	}
	sdk, err := s.host.sdk(s.said.report)
	if err != nil {
		return err
	}
	return s.host.wrap("stop "+name(*c), sdk.Stop(ctx, p.Name, api.StopOptions{Project: p}))
}

func (s *swap) only(r released) bool { return r.Name == s.worker.Name }

// gone is the error of a worker that has no container in the slot that it should run in.
func (h *host) gone(ctx context.Context, c census, op targets.Op, service string) *text.Problem {
	was, what := h.wasIn(ctx, c, op.Slot), string(op.Slot)
	if !was.Zero() {
		what = was.Version.String() + " in " + what
	}
	return &text.Problem{
		Code: targets.CodeGone,
		Say:  h.door.Line(fmt.Sprintf("%s has no container of %s on %s any more: somebody removed it", what, service, h.name)),
		Hint: h.door.Line(fmt.Sprintf("`%s` starts it anew", was.Anew())),
	}
}
