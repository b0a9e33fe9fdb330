package engine

import (
	"context"
	"errors"
	"time"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

const (
	routeWithin = 10 * time.Second
	workWithin  = 10 * time.Minute
	abandon     = 5 * time.Second // a target that does not return when its context ends is left behind
	routeAgain  = 250 * time.Millisecond
)

// begin starts work in a goroutine, once: while work of that name runs it does nothing.
// The message that f returns is taken in by the loop.
func (l *loop) begin(name string, f func(ctx context.Context) message) bool {
	if _, running := l.working[name]; running {
		return false
	}
	ctx, cancel := context.WithCancel(l.ctx)
	l.working[name] = cancel
	l.workers.Add(1)
	go func() {
		defer l.workers.Done()
		defer cancel()
		m := f(ctx)
		m.work = name
		l.send(m)
	}()
	return true
}

// send hands a message to the loop, unless the session has ended.
func (l *loop) send(m message) {
	select {
	case l.inbox <- m:
	case <-l.ctx.Done():
	}
}

// beginStep starts a step: a preparation, one of the end, or one of the plan. It
// reports whether something was appended.
func (l *loop) beginStep(id string) bool {
	if l.stepRuns(id) || !l.mayAct() {
		return false
	}
	switch id {
	case release.StepLease:
		return l.prepare(id, "take the lease", l.acquire)
	case release.StepImages:
		return l.prepare(id, "pin the images", l.resolve)
	case release.StepObserve:
		was := ""
		if l.state.Plan != nil {
			was = l.state.Plan.Digest
		}
		return l.prepare(id, "look at the hosts", func(ctx context.Context) message { return l.observe(ctx, was) })
	case release.StepSummary:
		return l.prepare(id, "leave a summary", l.remember())
	case release.StepRelease:
		return l.prepare(id, "give the lease back", l.giveBack)
	}
	step, ok := l.stepOf(id)
	if !ok {
		return false
	}
	bodies := []release.Body{release.StepStarted{Step: step.ID, Title: step.Title}}
	for _, op := range step.Ops {
		bodies = append(bodies, release.OpStarted{Op: op, Step: step.ID})
	}
	l.append(release.Engine(), bodies...)
	for _, op := range step.Ops {
		l.begin(op.ID, func(ctx context.Context) message { return l.forward(ctx, op, step.ID) })
	}
	return true
}

func (l *loop) stepRuns(id string) bool {
	st, _ := l.state.Step(id)
	return st.Status == release.StatusRunning
}

// mayAct is false while the recorder fails and the session goes forward.
func (l *loop) mayAct() bool {
	_, err := l.log.rec.state()
	return err == nil || l.state.Closing != nil || l.cfg.Back
}

func (l *loop) stepOf(id string) (plan.Step, bool) {
	p := l.state.Plan
	switch {
	case p == nil:
		return plan.Step{}, false
	case id == release.StepCleanup:
		return p.Cleanup(), true
	case id == plan.StepRetire:
		return p.RetireLoser(l.state.Loser()), true
	}
	return p.Step(id)
}

// prepare runs a step that is not made of operations.
func (l *loop) prepare(id, title string, f func(ctx context.Context) message) bool {
	l.append(release.Engine(), release.StepStarted{Step: id, Title: title})
	hurried := l.cfg.Back || l.state.Closing != nil
	return l.begin("step "+id, func(ctx context.Context) message {
		began := time.Now()
		if hurried {
			l.syncSoon(ctx)
		} else if err := l.log.rec.sync(ctx); err != nil && ctx.Err() == nil {
			return message{news: []release.Body{l.stepFinished(id, began, err)}}
		}
		return f(ctx)
	})
}

func (l *loop) stepFinished(id string, began time.Time, err error) release.StepFinished {
	return release.StepFinished{Step: id, Took: time.Since(began), Problem: l.problem(id, err, "")}
}

// forward does one operation of the plan: its intent is on disk before the act.
func (l *loop) forward(ctx context.Context, op targets.Op, step string) message {
	began := time.Now()
	err := l.log.rec.sync(ctx)
	switch {
	case ctx.Err() != nil:
		err = text.NewProblem(release.CodeInterrupted, "stopped before it began", "nothing was done on "+op.Host)
	case err == nil:
		err = l.within(ctx, patience(op), op)
	}
	return l.finished(op, step, began, err)
}

// patience is how long an operation may take before its host counts as silent: longer
// than what the operation itself allows.
func patience(op targets.Op) time.Duration {
	d := workWithin + op.Drain
	if op.Job != nil {
		d += op.Job.Timeout
	}
	return d
}

// back does one operation of a switch: it waits at most 250 ms for the disk, and a
// route is tried again.
func (l *loop) back(ctx context.Context, op targets.Op, step string) message {
	began := time.Now()
	l.syncSoon(ctx)
	if op.Verb != targets.VerbRoute {
		return l.finished(op, step, began, l.within(ctx, workWithin+op.Drain, op))
	}
	ctx, cancel := context.WithTimeout(ctx, routeWithin)
	defer cancel()
	again := time.NewTicker(routeAgain)
	defer again.Stop()
	for {
		err := l.within(ctx, routeWithin, op)
		if err == nil || final(err) {
			return l.finished(op, step, began, err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return l.finished(op, step, began, err)
		}
	}
}

// final reports whether trying again cannot help: what should get the traffic is not there.
func final(err error) bool {
	var p *text.Problem
	return errors.As(err, &p) && p.Code == targets.CodeGone
}

// syncSoon waits for the disk, but not long, and whether it could write or not.
func (l *loop) syncSoon(ctx context.Context) {
	soon, cancel := context.WithTimeout(ctx, bestEffort)
	defer cancel()
	_ = l.log.rec.sync(soon)
}

// within does op, and leaves it behind if the target does not return although its
// context has ended.
func (l *loop) within(ctx context.Context, limit time.Duration, op targets.Op) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan error, 1)
	words := output{loop: l, id: op.ID}
	go func() {
		err := l.cfg.Target.Do(ctx, op, words.say)
		words.end()
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(abandon)
	defer late.Stop()
	select {
	case err := <-done:
		return err
	case <-late.C:
		return text.NewProblem("no-answer", op.Host+" does not answer, nobody knows whether "+string(op.Verb)+" was done", "`goaround status` looks")
	}
}

// finished says how an operation ended, and its step if it was the last of it.
func (l *loop) finished(op targets.Op, step string, began time.Time, err error) message {
	p := l.problem(string(op.Verb), err, "`goaround status` says how the host is")
	done := release.OpFinished{ID: op.ID, Took: time.Since(began), Problem: p, Unknown: err != nil && unknown(err)}
	return message{news: []release.Body{done}, then: func(l *loop) { l.ended(op, step) }}
}

func unknown(err error) bool {
	var p *text.Problem
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &p) && p.Code == "no-answer"
}
