package signals_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"goaround/engine/signals"
	"goaround/engine/tick"
	"goaround/targets"
)

// start is a moment in the middle of a second.
var start = time.Unix(1_000_000, 300_000_000)

var (
	blue  = targets.Where{Host: "a", Service: "web", Slot: targets.Blue}
	green = targets.Where{Host: "a", Service: "web", Slot: targets.Green}
)

// sight is something seen, at a time since the start.
type sight struct {
	at   time.Duration
	seen targets.Sighting
}

// scene is what a meter is shown.
type scene []sight

// proxy is one place's requests and what two witnesses say of them.
type proxy struct {
	where   targets.Where
	rate    func(at time.Duration) float64 // requests a second
	bad     float64                        // share
	line    func(i int, at time.Duration) (delay time.Duration, ok bool)
	lag     time.Duration // of the counters
	restart time.Duration // of the process, in which the totals begin anew; 0: never
	until   time.Duration // the counters are polled so long; 0: never
}

func steadily(rate float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return rate }
}

// prompt is a log whose lines come within half a second.
func prompt(i int, _ time.Duration) (time.Duration, bool) {
	return time.Duration(i*7919%500) * time.Millisecond, true
}

func mute(int, time.Duration) (time.Duration, bool) { return 0, false }

// truth is what there was.
type truth struct{ n, bad int }

// run makes a scene of so many seconds of the proxy, and says what there was in it.
func (p proxy) run(r *rand.Rand, length time.Duration) (scene, truth) {
	var s scene
	var all, base truth
	poll, process := time.Second/3, "1"
	for at, i := time.Duration(0), 0; at < length; i++ {
		rate := p.rate(at)
		if rate == 0 {
			at += 10 * time.Millisecond
		} else {
			at += time.Duration(r.ExpFloat64() / rate * float64(time.Second))
		}
		for ; poll < min(at+p.lag, p.until); poll += time.Second + time.Duration(r.Int64N(int64(50*time.Millisecond))) {
			if p.restart > 0 && poll > p.restart && process == "1" {
				base, process = all, "2"
			}
			s = append(s, sight{poll, targets.Counter{Where: p.where, At: start.Add(poll), Process: process,
				Requests: uint64(all.n - base.n), Bad: uint64(all.bad - base.bad)}})
		}
		if rate == 0 || at >= length {
			continue
		}
		req := targets.Request{Where: p.where, At: start.Add(at), Bad: r.Float64() < p.bad, Latency: 20 * time.Millisecond}
		if all.n++; req.Bad {
			all.bad++
		}
		if delay, ok := p.line(i, at); ok {
			s = append(s, sight{at + delay, req})
		}
	}
	return s, all
}

// show plays scenes to a meter in the order of what is seen, asking for ticks five times
// a second, until so long after the start.
func show(m *signals.Meter, length time.Duration, scenes ...scene) []tick.Tick {
	all := slices.Concat(scenes...)
	slices.SortStableFunc(all, func(a, b sight) int { return int(a.at - b.at) })
	var out []tick.Tick
	for now := time.Duration(0); now <= length; now += 200 * time.Millisecond {
		for len(all) > 0 && all[0].at <= now {
			m.See(start.Add(all[0].at), all[0].seen)
			all = all[1:]
		}
		out = append(out, m.Ticks(start.Add(now))...)
	}
	return out
}

// of is the ticks of one place.
func of(w targets.Where, ticks []tick.Tick) []tick.Tick {
	return slices.DeleteFunc(slices.Clone(ticks), func(t tick.Tick) bool { return t.Where != w })
}

// flagged are the ticks that a flag is set on.
func flagged(ticks []tick.Tick, flag func(tick.Tick) bool) int {
	n := 0
	for _, t := range ticks {
		if flag(t) {
			n++
		}
	}
	return n
}

func silent(t tick.Tick) bool  { return t.Silent }
func sampled(t tick.Tick) bool { return t.Sampled }
func blind(t tick.Tick) bool   { return t.Blind }

// whole fails where a tick is negative, has more bad answers than answers, or two ticks
// of a place are of the same second or leave one out.
func whole(t *testing.T, ticks []tick.Tick) {
	t.Helper()
	last := map[targets.Where]int64{}
	for i, tk := range ticks {
		if tk.N < 0 || tk.Bad < 0 || tk.Bad > tk.N {
			t.Errorf("%+v", tk)
		}
		if before, ok := last[tk.Where]; ok && tk.At != before+1 {
			t.Errorf("%v: second %d comes after %d", tk.Where, tk.At, before)
		}
		if i > 0 && ticks[i-1].At > tk.At {
			t.Errorf("second %d comes after %d", tk.At, ticks[i-1].At)
		}
		last[tk.Where] = tk.At
	}
}
