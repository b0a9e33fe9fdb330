package engine

import (
	"context"
	"sync"
	"time"

	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

// message is what the loop takes in: an intent, or what became of some work.
type message struct {
	by     release.Actor
	intent release.Intent
	reply  chan<- error // buffered; of an intent

	work string         // the work that is over, or empty
	news []release.Body // what came of it, by the engine
	then func(*loop)    // after news, in the loop
}

// loop is what the one goroutine that appends knows besides the State.
type loop struct {
	*Engine
	ctx      context.Context // ends when the session has ended; not when the caller's does
	started  time.Time
	state    release.State
	working  map[string]context.CancelFunc
	workers  sync.WaitGroup
	feed     *feed
	lease    targets.Lease
	images   targets.Release
	notes    []*text.Problem // of how the images came there
	guards   *bench
	since    time.Duration // Mono from which the baseline is being learned; 0: it is not
	past     []tick.Tick   // of the old version, from before the session
	stopping bool          // interrupted while traffic was being moved
	alarmed  bool          // the recorder's failure has been shown
}

func (e *Engine) run(caller context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(caller))
	l := &loop{Engine: e, ctx: ctx, started: time.Now(), working: map[string]context.CancelFunc{}, feed: newFeed()}
	defer close(e.over)
	l.append(l.cfg.pilot(), release.SessionStarted{
		ID: e.cfg.ID, App: e.cfg.File.App, Env: e.cfg.Env.Name, Version: e.cfg.Version, Ask: e.cfg.Ask,
		Hosts: e.cfg.Env.Hosts, Yes: e.cfg.Yes, Speed: e.cfg.Speed, Demo: e.cfg.Demo, At: e.cfg.At.UTC(), Back: e.cfg.Back, Why: e.cfg.Why, Asks: e.cfg.Asks,
		Resumes: e.cfg.resumes(),
	})
	l.turn(caller.Done())
	cancel()
	l.workers.Wait()
	e.end = l.state
	closing, done := context.WithTimeout(context.WithoutCancel(caller), 5*time.Second)
	defer done()
	e.lost = e.log.rec.close(closing)
	e.log.close()
}

// turn takes in what comes until the session has ended.
func (l *loop) turn(interrupted <-chan struct{}) {
	beats := time.NewTicker(beat)
	defer beats.Stop()
	for l.advance(); l.state.Ended == nil; l.advance() {
		select {
		case m := <-l.inbox:
			l.take(m)
		case now := <-beats.C:
			l.beat(now)
		case <-interrupted:
			interrupted = nil
			l.interrupt()
		}
	}
}

func (l *loop) take(m message) {
	switch {
	case m.intent != nil:
		bodies, err := release.Decide(l.state, m.by, m.intent)
		l.append(m.by, bodies...)
		m.reply <- err
		return
	case m.work != "":
		delete(l.working, m.work)
	}
	l.append(release.Engine(), m.news...)
	if m.then != nil {
		m.then(l)
	}
}

// append adds events by one actor and sees to what must stop at once.
func (l *loop) append(by release.Actor, bodies ...release.Body) {
	for _, b := range bodies {
		now := time.Now()
		ev := release.Event{N: l.state.Next, At: now.UTC().Truncate(time.Millisecond), Mono: now.Sub(l.started).Truncate(time.Microsecond), By: by, Body: b}
		l.state = release.Reduce(l.state, ev)
		l.log.append(ev)
		switch b.(type) {
		case release.SwitchStarted, release.Closing, release.LeaseLost:
			l.stop()
		case release.TrafficMoved, release.PlanFrozen:
			l.feed.route(l.state.Live)
		}
	}
	if l.lease != nil {
		l.lease.Note(l.state.Doing())
	}
}

// stop ends the work that has no place any more: what goes forward when traffic goes
// back, and all of it when the session is given up. A switch is never stopped, and a
// session that is held lets running operations end.
func (l *loop) stop() {
	sw, _ := l.state.Moved()
	held := l.state.Closing != nil && l.state.Closing.End == release.EndHeld
	for name, cancel := range l.working {
		step, isOp := l.stepOfOp(name)
		if isOp && (held || step == sw.Name) || !isOp && l.state.Switching() {
			continue
		}
		cancel()
	}
}

func (l *loop) stepOfOp(id string) (string, bool) {
	for _, o := range l.state.Ops {
		if o.ID == id {
			return o.Step, true
		}
	}
	return "", false
}

func (l *loop) mono() time.Duration { return time.Since(l.started) }

// advance begins all that is due, until nothing more is.
func (l *loop) advance() {
	for again := true; again; {
		again = false
		for _, act := range release.Due(l.state, l.mono()) {
			switch {
			case len(act.Append) > 0:
				l.append(act.By, act.Append...)
				again = true
			case act.Step != "":
				again = l.beginStep(act.Step) || again
			case act.Item != "":
				again = l.beginItem(act.Item) || again
			case len(act.Ops) > 0:
				l.beginSwitch(act.Ops)
			}
			if len(act.Append) > 0 {
				break
			}
		}
	}
}

// beat is what time brings: what was seen, the verdict, the recorder's state.
func (l *loop) beat(now time.Time) {
	l.append(release.Engine(), l.feed.drain(now)...)
	l.learn()
	l.judge()
	l.watchRecorder()
	if l.stopping {
		l.interrupt()
	}
}

// interrupt is a terminal that closed, or a signal: before the cutover what was staged
// is taken down, after it all stays as it is. Traffic that is being moved is waited for.
func (l *loop) interrupt() {
	bodies, err := release.Decide(l.state, release.Engine(), release.Leave{Why: text.Clean("interrupted")})
	l.stopping = err != nil && (l.state.Switching() || l.state.Cutting())
	l.append(release.Engine(), bodies...)
}

func (l *loop) watchRecorder() {
	lost, err := l.log.rec.state()
	switch {
	case err != nil && !l.alarmed:
		l.alarmed = true
		l.append(release.Engine(), release.AlarmRaised{Problem: &text.Problem{Code: "recorder",
			Say:  l.cfg.Door.Line("the recording cannot be written: " + err.Error()),
			Hint: text.Clean("no forward step starts until it can; the way back does not wait for it")}})
	case err == nil && l.alarmed:
		l.alarmed = false
		l.append(release.Engine(), release.AlarmCleared{Code: "recorder"})
	}
	if err == nil && lost > l.state.Lost {
		l.append(release.Engine(), release.RecorderLost{N: lost - l.state.Lost})
	}
}
