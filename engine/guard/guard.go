// Package guard gives the verdict on a release: errors and slow answers of the new
// version, by a capped CUSUM over windows of 5 seconds, with fast paths for outage,
// silence and dying instances. Pure: a function of ticks, so a replay recomputes it.
//
// # The two sums
//
// Bad answers and slow answers are counted, and each count feeds a CUSUM, which adds up
// how much better the limit explains what was seen than the baseline does:
//
//	p0 = max(0.5 %, Wilson upper 90 % of the baseline)     what is held to be normal
//	p1 = max(limit, 3 p0)                                  what is held to be broken
//	h  = ln(N p1 / 1 %)                                    N requests in the watch
//	S  = clamp(S + min(L, h/5), 0, 1.25 h)                 L = k ln(p1/p0) + (n-k) ln((1-p1)/(1-p0))
//
// RED from S >= h, AMBER from 0.6 h, OK again below 0.3 h. That no window adds more than
// h/5 turns "how much" into "for how long": a hiccup of a few seconds cannot alarm.
//
// # Slow
//
// An answer is slow if it takes longer than the baseline's p95 did, so about 5 % always
// are. RED tests 8 % against 20 %, which is what doubled latencies come to; AMBER 6.5 %
// against 12 %. Where latencies lie close together a small slowdown lifts most of them
// over the old p95, so the team's own number is asked as well: RED only while the p95 of
// the last 60 s is over the limit (2x the baseline's), AMBER only while it is over half
// of the way there (1.5x), OK again below a quarter of it (1.25x).
package guard

import (
	"time"

	"goaround/engine/tick"
	"goaround/targets"
)

// Step is the length of a window in seconds.
const Step = 5

// minute is how many windows the rates shown reach back.
const minute = 60 / Step

// Settings are the team's.
type Settings struct {
	Errors  float64       `json:"errors"`  // limit, a share: 0.05
	Latency float64       `json:"latency"` // limit, times the baseline's p95: 2
	Watch   time.Duration `json:"watch"`   // planned length
	Cold    time.Duration `json:"cold"`    // after the switch, latency alone is at most AMBER; 60 s
}

// Window is what was seen of the new version of one service in 5 seconds.
type Window struct {
	At     int64           // Unix second of its end
	Since  time.Duration   // from the cutover to its end
	Ticks  []tick.Tick     // of the new slot, all hosts, oldest first
	Vitals []targets.Vital // the newest of each instance of the new slot
}

// Guard judges one service. It is a value: Next returns the guard after the window.
type Guard struct {
	settings Settings
	base     Baseline
	bad      bad
	slow     slow
	alarms   alarms
	recent   []count // the windows of the last minute; never changed in place
	seen     int
}

// New returns a guard that has seen nothing.
func New(s Settings, b Baseline) Guard {
	return Guard{settings: s, base: b, bad: newBad(s, b), slow: newSlow(s, b), alarms: newAlarms(s, b)}
}

// Next judges one window.
func (g Guard) Next(w Window) (Guard, Verdict) {
	c := tally(w.Ticks, g.base.P95)
	g.recent = last(minute, g.recent, c)
	g.seen += c.n
	m := total(g.recent)
	v := Verdict{Seen: g.seen, P50: m.hist.Quantile(0.5), P95: m.hist.Quantile(0.95)}

	requests := max(g.base.Rate()*g.settings.Watch.Seconds(), float64(g.seen))
	g.bad = g.bad.next(c, requests)
	g.slow = g.slow.next(c, requests, v.P95, w.Since <= g.settings.Cold)
	g.alarms = g.alarms.next(w, c)

	v.Needs = g.bad.needs(requests)
	v.Errors = g.bad.evidence(m, g.base, requests)
	v.Slow = g.slow.evidence(m, g.base, requests)
	v.Level, v.Why = g.level(v)
	return g, v
}

// level is the worst that the alarms and the sums say, with the words for it.
func (g Guard) level(v Verdict) (Level, string) {
	fast := g.alarms.red()
	switch {
	case fast != "":
		return Red, fast
	case g.bad.level == Red:
		return Red, v.badWhy()
	case g.slow.level == Red:
		return Red, v.slowWhy(g.base.P95, g.settings.Latency)
	case g.alarms.blindFor() > 0:
		return NoData, "no data for " + g.alarms.blindFor().String()
	case g.bad.level == Amber:
		return Amber, v.badWhy()
	case g.slow.level == Amber:
		return Amber, v.slowWhy(g.base.P95, g.settings.Latency)
	}
	return OK, "errors " + percent(v.Errors.Rate)
}
