package pane

import (
	"fmt"
	"strings"
	"time"

	"goaround/engine/guard"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// gauge is how many cells the evidence has; amberCell is the first one that is amber.
const (
	gaugeCells = 16
	amberCell  = 10
)

// Verdict is the guard in one row: its word, the stronger evidence, what it has seen.
// Before the cutover it says what the guard will be able to see.
func Verdict(s Sight, width int) string {
	if !s.State.Cut {
		return layout.Fit(s.Theme, " GUARD "+s.foresight(), width)
	}
	level, v := s.level(), s.State.Guard
	if level == guard.Waiting {
		return layout.Fit(s.Theme, " GUARD "+s.word(level)+"  "+s.unjudged(), width)
	}
	name, e := "errors", v.Errors
	if v.Slow.S > v.Errors.S {
		name, e = "slow", v.Slow
	}
	what := fmt.Sprintf("%s %s", name, percent(e.Rate))
	if v.Why != "" && level != guard.OK {
		what = v.Why
	}
	since, scale, right := "", "", " "+s.seen(v)
	if width >= 78 {
		since = s.held(level)
	}
	if width >= 78 && level == guard.OK {
		scale = "  amber 60% red 100%"
	}
	left := fmt.Sprintf(" GUARD %s%s  %s %s", s.word(level), since, s.gauge(e.S), what)
	if layout.Width(left+scale)+layout.Width(right) <= width {
		left += scale
	}
	if level != guard.OK && layout.Width(left)+layout.Width(right) > width {
		right = ""
	}
	return layout.Spread(s.Theme, left, right, width)
}

// Verdicts is the guard in three rows: errors, latency, and what it has seen; with what
// was agreed to abort on.
func Verdicts(s Sight, width int) []string {
	level := s.level()
	if !s.State.Cut || level == guard.Waiting {
		return append([]string{Verdict(s, width)}, "", "")
	}
	v := s.State.Guard
	row := func(name string, e guard.Evidence, scale string) string {
		return fmt.Sprintf("%-8s%s  %s %s, %s base%s", name, s.gauge(e.S), percent(e.Rate), s.present(), percent(e.Base), scale)
	}
	head := fmt.Sprintf(" GUARD %s%s", s.word(level), s.held(level))
	indent := layout.Width(head) + 2
	limits := s.limits()
	lines := []string{
		layout.Fit(s.Theme, head, indent) + row("errors", v.Errors, "  amber 60%, red 100%"),
		layout.Fit(s.Theme, "", indent) + row("slow", v.Slow, fmt.Sprintf("  p50 %s p95 %s", millis(v.P50), millis(v.P95))),
		layout.Fit(s.Theme, "", indent) + v.Why,
	}
	if v.Why == "" {
		lines[2] = layout.Fit(s.Theme, "", indent) + s.health()
	}
	for i := range lines {
		right := "   " + limits[i] + " "
		if i == 2 {
			right = "   " + s.seen(v) + " "
		}
		lines[i] = layout.Spread(s.Theme, lines[i], right, width)
	}
	return lines
}

// limits are what makes the guard act, as agreed before the go.
func (s Sight) limits() [3]string {
	if s.State.Plan == nil {
		return [3]string{}
	}
	set := s.State.Plan.Settings
	return [3]string{
		fmt.Sprintf("ABORT IF  errors > %s", percent(set.Errors)),
		fmt.Sprintf("p95 > %gx", set.Latency),
		"30% unhealthy, or silence",
	}
}

// level is the guard's word for what is live. OK without a single request is no verdict.
func (s Sight) level() guard.Level {
	_, level := s.State.Judging()
	if level == guard.OK && s.State.Guard.Seen == 0 {
		return guard.Waiting
	}
	return level
}

// unjudged is why there is no verdict.
func (s Sight) unjudged() string {
	_, level := s.State.Judging()
	switch {
	case s.State.Ended != nil:
		return "nothing was judged on " + s.liveVersion()
	case level == guard.OK:
		return "no request to " + s.liveVersion() + " has been seen: no verdict yet"
	}
	return "nothing judged yet on " + s.liveVersion() + "; a verdict comes every 5 s"
}

func (s Sight) word(level guard.Level) string {
	tone := theme.Dim
	switch level {
	case guard.OK:
		tone = theme.Good
	case guard.Amber, guard.NoData, guard.Inconclusive:
		tone = theme.Warn
	case guard.Red:
		tone = theme.Alarm
	}
	return s.Theme.Paint(tone, string(level))
}

// held says for how long the level has been bad.
func (s Sight) held(level guard.Level) string {
	if level == guard.OK {
		return ""
	}
	return " since " + s.at(s.State.GuardSince)
}

func (s Sight) seen(v guard.Verdict) string {
	if v.Seen < v.Needs {
		return fmt.Sprintf("%s of %s req ", Count(v.Seen), Count(v.Needs))
	}
	return Count(v.Seen) + " req "
}

// gauge shows how far the evidence is from red; the bar in it is amber.
func (s Sight) gauge(sum float64) string {
	full := int(min(max(sum, 0), 1)*gaugeCells + 0.5)
	if sum >= 0.6 {
		full = max(full, amberCell)
	}
	cells := strings.Repeat("#", full) + strings.Repeat("-", gaugeCells-full)
	tone := theme.Plain
	if full >= amberCell {
		tone = theme.Warn
	}
	return s.Theme.Paint(tone, "["+cells[:amberCell]+"|"+cells[amberCell:]+"]")
}

// health counts the instances of the live slot that are well. Workers count once they
// have followed the traffic.
func (s Sight) health() string {
	all, well, restarts := 0, 0, 0
	for _, v := range s.State.Vitals {
		if v.Slot == s.State.Live && s.State.Expected(v) {
			all++
			restarts += v.Restarts
			if sound(v) {
				well++
			}
		}
	}
	return fmt.Sprintf("%-8s%d of %d well, %d restarts", "health", well, all, restarts)
}

func (s Sight) foresight() string {
	b, ok := s.baseline()
	if !ok {
		return "has not learned the old version yet"
	}
	if b.n == 0 {
		return "no request seen yet: BLIND until there are some"
	}
	out := fmt.Sprintf("base %s of %s req (%s)", percent(b.errors), Count(b.n), Span(b.span))
	for _, f := range s.State.Foresight {
		if f.Blind {
			return out + fmt.Sprintf("; BLIND to small faults: needs ~%s req, %s at %.1f/s; an outage in %s", Count(f.Needs), Span(f.After), f.Rate, Span(f.Outage))
		}
		out += fmt.Sprintf("; sees %s after ~%s req, %s at %.0f/s", percent(s.State.Plan.Settings.Errors), Count(f.Needs), Span(f.After), f.Rate)
		break
	}
	return out
}

// base is the baseline over all services.
type base struct {
	n      int
	errors float64
	p95    time.Duration // of the slowest service
	span   time.Duration
}

func (s Sight) baseline() (base, bool) {
	var b base
	bad := 0
	for _, x := range s.State.Baselines {
		b.n, bad = b.n+x.N, bad+x.Bad
		b.p95, b.span = max(b.p95, x.P95), max(b.span, time.Duration(x.Seconds)*time.Second)
	}
	if b.n > 0 {
		b.errors = float64(bad) / float64(b.n)
	}
	return b, len(s.State.Baselines) > 0
}

func (s Sight) liveVersion() string {
	if s.State.Plan != nil && s.State.Live == s.State.Plan.From {
		return s.before()
	}
	return s.new()
}

func percent(share float64) string {
	p := 100 * share
	if p >= 10 || p == float64(int(p)) {
		return fmt.Sprintf("%.0f%%", p)
	}
	return fmt.Sprintf("%.1f%%", p)
}

func millis(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
