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

// acquire takes the lease. Its heartbeat outlives the work, and ends with the session.
func (l *loop) acquire(ctx context.Context) message {
	began := time.Now()
	beating, cancel := context.WithCancel(l.ctx)
	giveUp := context.AfterFunc(ctx, cancel)
	lease, err := l.cfg.Target.Acquire(beating, targets.Claim{By: l.cfg.Pilot, Session: l.cfg.ID, Force: l.cfg.Back, After: l.cfg.resumes()})
	giveUp()
	if err != nil {
		cancel()
		return message{news: []release.Body{l.stepFinished(release.StepLease, began, err)}}
	}
	return message{
		news: []release.Body{release.LeaseTaken{}, l.stepFinished(release.StepLease, began, nil)},
		then: func(l *loop) {
			l.lease = lease
			l.begin("lease", func(context.Context) message { defer cancel(); return l.guardLease(lease) })
		},
	}
}

// guardLease waits until the lease is lost, or the session is over.
func (l *loop) guardLease(lease targets.Lease) message {
	select {
	case <-l.ctx.Done():
		return message{}
	case <-lease.Lost():
	}
	to := text.Clean("somebody else")
	var held *targets.HeldError
	if errors.As(lease.Err(), &held) {
		to = held.By
	}
	return message{news: []release.Body{release.LeaseLost{To: to}}}
}

// remember leaves a summary of the session on the hosts. That this fails is said, and
// changes nothing.
func (l *loop) remember() func(ctx context.Context) message {
	summary := l.state.Summary()
	return func(ctx context.Context) message {
		began := time.Now()
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		err := l.cfg.Target.Remember(ctx, summary)
		return message{news: []release.Body{l.stepFinished(release.StepSummary, began, err)}}
	}
}

func (l *loop) giveBack(ctx context.Context) message {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := l.lease.Release(ctx)
	return message{news: []release.Body{release.LeaseReleased{}, l.stepFinished(release.StepRelease, began, err)}}
}

func (l *loop) resolve(ctx context.Context) message {
	began := time.Now()
	var notes []*text.Problem
	images, err := l.cfg.Target.Resolve(ctx, l.cfg.Ask, func(p targets.Progress) {
		if p.Note != nil {
			notes = append(notes, p.Note)
			return
		}
		l.send(message{news: []release.Body{release.Progressed(release.StepImages, p)}})
	})
	return message{
		news: []release.Body{l.stepFinished(release.StepImages, began, err)},
		then: func(l *loop) { l.images, l.notes = images, notes },
	}
}

// observe looks at the hosts, freezes the plan if it is another than was, and begins to
// watch.
func (l *loop) observe(ctx context.Context, was string) message {
	began := time.Now()
	seen, err := l.cfg.Target.Observe(ctx)
	if err != nil {
		return message{news: []release.Body{l.stepFinished(release.StepObserve, began, err)}}
	}
	news := []release.Body{release.HostsObserved{Observed: seen}}
	if l.cfg.Back {
		way, err := plan.Return(seen, l.cfg.ID, l.cfg.File.Rollback.Drain)
		if err == nil && !way.Confirms(l.cfg.Confirm) {
			err = text.NewProblem(release.CodeUnsafe, "the way back to "+way.Word().String()+" is not safe: "+way.Unsafe.String(),
				"`goaround rollback --version "+way.Word().String()+"` goes back anyway")
		}
		news = append(news, l.stepFinished(release.StepObserve, began, err))
		return message{news: news, then: func(l *loop) {
			if err == nil && l.state.Closing == nil {
				l.append(l.cfg.pilot(), release.SwitchStarted{Name: "back", Way: way, Why: text.Clean("goaround rollback")})
			}
		}}
	}
	p, err := l.planned(seen)
	if err == nil && p.Digest != was {
		news = append(news, release.PlanFrozen{Plan: p})
	}
	return message{
		news: append(news, l.stepFinished(release.StepObserve, began, err)),
		then: func(l *loop) {
			if was == "" {
				l.carryOn()
			}
			if l.state.Plan != nil {
				l.begin("watch", func(context.Context) message { return l.watch() })
			}
		},
	}
}

// watch fills the feed until the session is over.
func (l *loop) watch() message {
	if err := l.cfg.Target.Watch(l.ctx, l.feed.see); err != nil {
		p := l.problem("watch", err, "what is shown of the traffic stands still; R works")
		return message{news: []release.Body{release.AlarmRaised{Problem: p}}}
	}
	return message{}
}
