package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

const (
	baselineNeeds  = 300              // requests
	baselineWithin = 30 * time.Second // then what there is has to do
	baselineBack   = 15 * time.Minute
	baselineLong   = 2 * time.Minute // of log, which says how many requests come
	coldStart      = 60 * time.Second
)

// bench is one guard for each service, all judging one slot. Of a worker, which has no
// requests, only what makes RED at once is heard.
type bench struct {
	slot    targets.Slot
	begun   time.Duration // Mono of the switch to slot
	swapped time.Duration // Mono from which the workers of slot should run; 0: not yet
	next    int64         // Unix second at which the next window ends
	guards  map[string]guard.Guard
}

// beginBaseline asks the proxy's log for the past of the old version, and counts on
// from there.
func (l *loop) beginBaseline() {
	l.since = max(1, l.mono())
	if l.state.Plan.First() {
		return
	}
	slot := l.state.Plan.From
	l.begin("past", func(ctx context.Context) message {
		past := history{slot: slot, seconds: map[key]tick.Tick{}}
		err := l.cfg.Target.Past(ctx, baselineBack, past.see)
		ticks := past.ticks()
		return message{then: func(l *loop) {
			if err == nil {
				l.past = ticks
			}
			l.learn()
		}}
	})
}

// learn answers the baseline item once the old version has been seen enough, or for
// long enough.
func (l *loop) learn() {
	it, ok := l.state.Item("baseline")
	if !ok || it.Status != release.StatusRunning || l.since == 0 {
		return
	}
	if _, asking := l.working["past"]; asking {
		return
	}
	p := l.state.Plan
	seen := l.past
	if len(seen) == 0 {
		seen = only(l.state.Ticks, p.From)
	} else if live := only(l.state.Ticks, p.From); len(live) > 0 {
		seen = append(slices.Clip(seen), tick.Between(live, seen[len(seen)-1].At+1, live[len(live)-1].At+1)...)
	}
	learned := release.BaselineLearned{}
	requests := 0
	for _, svc := range p.Settings.Services {
		b := guard.Learn(svc, until(time.Now(), svc, seen))
		learned.Baselines = append(learned.Baselines, b)
		learned.Foresight = append(learned.Foresight, guard.Foresee(l.settings(), b))
		requests += b.N
	}
	if requests < baselineNeeds && l.mono()-l.since < baselineWithin && l.worthWaiting(requests) && !p.First() {
		return
	}
	took := l.mono() - l.since
	l.since = 0
	l.append(release.Engine(), learned, release.ItemAnswered{Item: "baseline", OK: true, Evidence: foresight(learned), Took: took.Truncate(time.Microsecond)})
}

// worthWaiting reports whether the requests that a baseline needs can come while it is
// waited for. Where the proxy's log goes back a while, it says how many come.
func (l *loop) worthWaiting(requests int) bool {
	if len(l.past) == 0 {
		return true
	}
	back := time.Since(time.Unix(l.past[0].At, 0))
	if back < baselineLong {
		return true
	}
	return float64(requests)*(1+baselineWithin.Seconds()/back.Seconds()) >= baselineNeeds
}

// until has what was seen of a service end at now: a burst that was followed by nothing
// is no steady traffic.
func until(now time.Time, service string, seen []tick.Tick) []tick.Tick {
	return append(slices.Clip(seen), tick.Tick{Where: targets.Where{Service: service}, At: now.Unix()})
}

func only(ticks []tick.Tick, slot targets.Slot) []tick.Tick {
	var out []tick.Tick
	for _, t := range ticks {
		if t.Slot == slot {
			out = append(out, t)
		}
	}
	return out
}

func (l *loop) settings() guard.Settings {
	s := l.state.Plan.Settings
	return guard.Settings{Errors: s.Errors, Latency: s.Latency, Watch: s.Watch, Cold: coldStart}
}

// foresight says in one line what the guard knows and will see.
func foresight(l release.BaselineLearned) text.Safe {
	n, bad := 0, 0
	blind := false
	var after time.Duration
	for i, b := range l.Baselines {
		n, bad = n+b.N, bad+b.Bad
		blind = blind || l.Foresight[i].Blind
		after = max(after, l.Foresight[i].After)
	}
	requests := "requests"
	if n == 1 {
		requests = "request"
	}
	known := fmt.Sprintf("%d %s, %.1f %% errors", n, requests, 100*float64(bad)/float64(max(n, 1)))
	switch {
	case n == 0:
		return text.Clean("no requests seen: the guard is BLIND until there are some")
	case blind:
		return text.Clean(known + "; too few: BLIND to small faults, sees an outage")
	}
	return text.Clean(known + "; sees a fault after about " + after.Round(time.Second).String())
}

// judge closes windows of five seconds on the live slot, from the first whole second
// after traffic moved there.
func (l *loop) judge() {
	if l.state.CutAt == 0 && l.state.CanaryAt == 0 || l.state.Watched() == targets.NoSlot || l.state.Ended != nil {
		return
	}
	if l.guards == nil || l.guards.slot != l.state.Watched() {
		l.guards = l.newBench()
	}
	b := l.guards
	for newest := l.newest(); b.next <= newest; b.next += guard.Step {
		var verdicts []guard.Verdict
		for _, svc := range l.state.Plan.Settings.Services {
			next, v := b.guards[svc].Next(l.window(svc, b, b.begun))
			b.guards[svc] = next
			verdicts = append(verdicts, v)
		}
		verdicts = append(verdicts, l.judgeWorkers(b)...)
		l.append(release.Engine(), release.Judged{Slot: b.slot, Verdict: guard.Worst(verdicts...)})
	}
}

// judgeWorkers judges the workers once they have followed the traffic.
func (l *loop) judgeWorkers(b *bench) (red []guard.Verdict) {
	switch following := l.state.Workers(); {
	case following.Status != release.StatusOK:
		b.swapped = 0
		return nil
	case b.swapped == 0:
		b.swapped = l.mono()
	}
	for _, svc := range l.state.Plan.Settings.Workers {
		next, v := b.guards[svc].Next(l.window(svc, b, b.swapped))
		b.guards[svc] = next
		if v.Level == guard.Red {
			v.Why = "worker " + svc + ": " + v.Why
			red = append(red, v)
		}
	}
	return red
}

// newest is the second up to which windows can be closed: the last that has ticks, or,
// when nothing is heard, the one three seconds ago.
func (l *loop) newest() int64 {
	silent := time.Now().Add(-3 * time.Second).Unix()
	if n := len(l.state.Ticks); n > 0 {
		return max(silent, l.state.Ticks[n-1].At+1)
	}
	return silent
}

func (l *loop) newBench() *bench {
	moved := l.state.CutAt
	if moved == 0 {
		moved = l.state.CanaryAt
	}
	if sw, ok := l.state.Moved(); ok && sw.Arrived {
		moved = sw.Mono + sw.Moved
	}
	b := &bench{slot: l.state.Watched(), begun: moved, guards: map[string]guard.Guard{}}
	b.next = l.state.Started.Add(moved).Unix() + 1 + guard.Step
	for i, svc := range l.state.Plan.Settings.Services {
		var base guard.Baseline
		if i < len(l.state.Baselines) {
			base = l.state.Baselines[i]
		}
		b.guards[svc] = guard.New(l.settings(), base)
	}
	for _, svc := range l.state.Plan.Settings.Workers {
		b.guards[svc] = guard.New(l.settings(), guard.Baseline{})
	}
	return b
}

// window is what was seen of a service in the window that ends next; of its instances,
// how they are since.
func (l *loop) window(svc string, b *bench, since time.Duration) guard.Window {
	w := guard.Window{At: b.next, Since: time.Unix(b.next, 0).Sub(l.state.Started.Add(b.begun))}
	for _, t := range tick.Between(l.state.Ticks, b.next-guard.Step, b.next) {
		if t.Service == svc && t.Slot == b.slot {
			w.Ticks = append(w.Ticks, t)
		}
	}
	for _, v := range l.state.Vitals {
		if v.Service == svc && v.Slot == b.slot && v.At.After(l.state.Started.Add(since)) {
			w.Vitals = append(w.Vitals, v)
		}
	}
	return w
}
