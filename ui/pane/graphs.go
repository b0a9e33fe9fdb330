package pane

import (
	"fmt"
	"slices"
	"time"

	"goaround/engine/tick"
	"goaround/targets"
	"goaround/ui/chart"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// GraphView is what a visitor has chosen of the graphs.
type GraphView struct {
	Window time.Duration // 0: what there is, from 2 to 5 min
	Bare   bool          // without the base
}

// Windows are the lengths of time that the graphs can show.
func Windows() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute}
}

// Graphs draws errors and latency, side by side where there is room, else one above the
// other: a row of numbers, the plot, and the axis of time.
func Graphs(s Sight, v GraphView, focused bool, width, height int) []string {
	if width < 70 {
		upper := height - height/2
		lines := append([]string{s.errorsTitle(focused, width)}, s.errors(v, width, upper-1)...)
		return append(append(lines, s.latencyTitle(focused, width)), s.latency(v, width, height-upper-1)...)
	}
	left := (width - 1) / 2
	errors := append([]string{s.errorsTitle(focused, left)}, s.errors(v, left-1, height-1)...)
	latency := append([]string{s.latencyTitle(focused, width-left-1)}, s.latency(v, width-left-2, height-1)...)
	return layout.Beside(s.Theme, errors, latency, left, width, height)
}

// Title is the title of a pane, marked where it has the focus.
func Title(t theme.Theme, text string, focused bool) string {
	if focused {
		return " " + t.Paint(theme.Focused, text)
	}
	return " " + t.Paint(theme.Strong, text)
}

func (s Sight) errorsTitle(focused bool, width int) string {
	now := "--"
	if c := s.recent(shareSpan, targets.Where{Slot: s.State.Live}); c.N > 0 {
		now = fmt.Sprintf("%.1f", 100*c.ErrorRate())
	}
	line := Title(s.Theme, "ERRORS %", focused) + "  " + s.present() + " " + s.Theme.Paint(theme.Strong, now)
	if b, ok := s.baseline(); ok {
		line += fmt.Sprintf("  base %.1f", 100*b.errors)
	}
	return layout.Fit(s.Theme, line+fmt.Sprintf("  limit %.1f", 100*s.errorLimit()), width)
}

func (s Sight) latencyTitle(focused bool, width int) string {
	now := "--"
	if c := s.recent(shareSpan, targets.Where{Slot: s.State.Live}); c.N > 0 {
		now = fmt.Sprint(c.Hist.Quantile(0.95).Milliseconds())
	}
	name := "LATENCY p95 ms"
	if width < 46 {
		name = "P95 ms"
	}
	line := Title(s.Theme, name, focused) + "  " + s.present() + " " + s.Theme.Paint(theme.Strong, now)
	if b, ok := s.baseline(); ok {
		line += fmt.Sprintf("  base %d  limit %d", b.p95.Milliseconds(), int64(s.latencyLimit(b)))
	}
	return layout.Fit(s.Theme, line, width)
}

func (s Sight) errorLimit() float64 {
	if s.State.Plan == nil {
		return 0
	}
	return s.State.Plan.Settings.Errors
}

func (s Sight) latencyLimit(b base) float64 {
	return s.State.Plan.Settings.Latency * float64(b.p95.Milliseconds())
}

func (s Sight) errors(v GraphView, width, height int) []string {
	c := s.chart(v, width, func(c tick.Column) float64 { return 100 * c.ErrorRate() })
	c.Limit, c.LimitName = 100*s.errorLimit(), "limit"
	c.Number = func(x float64) string { return fmt.Sprintf("%.1f", x) }
	if b, ok := s.baseline(); ok && !v.Bare {
		c.Base, c.BaseName = 100*b.errors, "base"
	}
	return c.Draw(s.Theme, width, height)
}

func (s Sight) latency(v GraphView, width, height int) []string {
	c := s.chart(v, width, func(c tick.Column) float64 { return float64(c.Hist.Quantile(0.95)) / float64(time.Millisecond) })
	c.Number = func(x float64) string { return fmt.Sprintf("%.0f", x) }
	if b, ok := s.baseline(); ok && s.State.Plan != nil {
		c.Limit, c.LimitName = s.latencyLimit(b), "limit"
		if !v.Bare {
			c.Base, c.BaseName = float64(b.p95.Milliseconds()), "base"
		}
	}
	return c.Draw(s.Theme, width, height)
}

// chart cuts the window into columns that begin at whole multiples of their length, so
// that a column keeps its value while it moves to the left.
func (s Sight) chart(v GraphView, width int, value func(tick.Column) float64) chart.Chart {
	window := v.Window
	if window == 0 {
		window = s.span()
	}
	columns := chart.Columns(width)
	if columns == 0 || s.State.Plan == nil {
		return chart.Chart{}
	}
	seconds := int64(window / time.Second)
	bucket := max((seconds+int64(columns)-1)/int64(columns), 1)
	span := bucket * int64(columns)
	if int64(columns) > seconds {
		span = seconds
	}
	newest := s.State.Started.Add(s.Clock).Unix() - 2
	if n := len(s.State.Ticks); n > 0 {
		newest = max(s.State.Ticks[n-1].At, newest)
	}
	to := (newest/bucket + 1) * bucket
	from := to - span
	out := chart.Chart{First: "-" + Clock(time.Duration(to-from)*time.Second), Last: s.present()}
	fresh, old := s.columns(from, to, columns, s.State.Plan.To), s.columns(from, to, columns, s.State.Plan.From)
	for i := range columns {
		out.Columns = append(out.Columns, chart.Column{New: point(fresh[i], value), Old: point(old[i], value)})
	}
	out.Marks = s.marks(from, to, columns)
	return out
}

// span is the window that suits what there is.
func (s Sight) span() time.Duration {
	const short = 2 * time.Minute
	if t := s.State.Ticks; len(t) == 0 || t[len(t)-1].At-t[0].At < int64(short/time.Second) {
		return short
	}
	return 5 * time.Minute
}

func (s Sight) columns(from, to int64, columns int, slot targets.Slot) []tick.Column {
	return tick.Columns(tick.Between(s.State.Ticks, from, to), from, to, columns, func(w targets.Where) bool { return w.Slot == slot })
}

func point(c tick.Column, value func(tick.Column) float64) chart.Point {
	switch {
	case c.N > 0:
		return chart.Point{Kind: chart.KindValue, V: value(c)}
	case c.Blind && c.Slot != targets.NoSlot:
		return chart.Point{Kind: chart.KindBlind}
	}
	return chart.Point{}
}

// marks are the cutover and the switches, where they lie in the window.
func (s Sight) marks(from, to int64, columns int) []chart.Mark {
	var out []chart.Mark
	put := func(at time.Time, label string) {
		if u := at.Unix(); u >= from && u < to {
			out = append(out, chart.Mark{At: int((u - from) * int64(columns) / (to - from)), Label: label})
		}
	}
	if s.State.CutAt > 0 {
		put(s.State.Started.Add(s.State.CutAt), "CUT")
	}
	for _, sw := range s.State.Switches {
		label := "BACK"
		if !sw.Way.Back {
			label = "FWD"
		}
		put(sw.At, label)
	}
	return out
}

// Act is the view after a key.
func (v GraphView) Act(a keys.Action) GraphView {
	windows := Windows()
	i := max(slices.Index(windows, v.Window), 0)
	if v.Window == 0 {
		i = 1
	}
	switch a {
	case keys.Wider:
		v.Window = windows[min(i+1, len(windows)-1)]
	case keys.Narrower:
		v.Window = windows[max(i-1, 0)]
	case keys.Baseline:
		v.Bare = !v.Bare
	}
	return v
}
