package pane

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"goaround/engine/tick"
	"goaround/targets"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// rateSpan and shareSpan are the seconds that a rate, and a share or a quantile, is
// taken over.
const (
	rateSpan  = 5
	shareSpan = 60
)

// Hosts is the table of instances: its head, then a row each, the live slot first.
func Hosts(s Sight, width int) []string {
	head := fmt.Sprintf(" %-*s %-5s %-12s %6s %5s %6s", s.nameWidth(), "HOST", "SLOT", "STATE", "REQ/S", "ERR%", "P95ms")
	if width >= 76 {
		head += fmt.Sprintf(" %5s %6s %4s", "CPU", "MEM", "RST")
	}
	if width >= 100 {
		head += "  VERSION"
	}
	rows := []string{s.Theme.Paint(theme.Dim, layout.Fit(s.Theme, head, width))}
	for _, v := range s.vitals() {
		rows = append(rows, s.host(v, width))
	}
	if len(rows) == 1 {
		rows = append(rows, s.Theme.Paint(theme.Dim, " no instance has been seen yet"))
	}
	return rows
}

// vitals are the instances in the order of the table, which never changes but for a
// switch: what is live first, then by host and service.
func (s Sight) vitals() []targets.Vital {
	out := slices.Clone(s.State.Vitals)
	rank := func(v targets.Vital) int {
		if v.Slot == s.State.Live {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b targets.Vital) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Host, b.Host), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Slot, b.Slot))
	})
	return out
}

func (s Sight) nameWidth() int {
	w := 5
	for _, v := range s.State.Vitals {
		w = max(w, layout.Width(s.name(v.Where)))
	}
	return min(w, 18)
}

// name is the host, with the service where there are several.
func (s Sight) name(w targets.Where) string {
	if s.State.Plan != nil && len(s.State.Plan.Settings.Released()) > 1 {
		return w.Host + "/" + w.Service
	}
	return w.Host
}

func (s Sight) host(v targets.Vital, width int) string {
	word, tone := s.condition(v)
	line := fmt.Sprintf(" %s %-5s %s %s", layout.Fit(s.Theme, s.name(v.Where), s.nameWidth()), v.Slot,
		s.Theme.Paint(tone, fmt.Sprintf("%-12s", word)), s.figures(v.Where))
	if width >= 76 {
		line += " " + vital(v)
	}
	if width >= 100 {
		line += "  " + s.version(v.Slot)
	}
	return layout.Fit(s.Theme, line, width)
}

func vital(v targets.Vital) string {
	cpu := "--"
	if v.CPU >= 0 {
		cpu = fmt.Sprintf("%.0f%%", 100*v.CPU)
	}
	return fmt.Sprintf("%5s %6s %4d", cpu, bytes(v.Memory), v.Restarts)
}

// figures are the rate, the errors and the p95 of an instance's slot. A worker has none.
func (s Sight) figures(w targets.Where) string {
	if s.State.Worker(w.Service) {
		return fmt.Sprintf("%6s %5s %6s", "worker", "", "")
	}
	rate, share := s.recent(rateSpan, w), s.recent(shareSpan, w)
	if share.N == 0 {
		return fmt.Sprintf("%6s %5s %6s", "--", "--", "--")
	}
	return fmt.Sprintf("%6.1f %5.1f %6d", rate.PerSecond(), 100*share.ErrorRate(), share.Hist.Quantile(0.95).Milliseconds())
}

// recent merges the last seconds of what matches w; empty fields match all.
func (s Sight) recent(seconds int64, w targets.Where) tick.Column {
	ticks := s.State.Ticks
	if len(ticks) == 0 {
		return tick.Column{}
	}
	to := ticks[len(ticks)-1].At + 1
	keep := func(o targets.Where) bool {
		return (w.Host == "" || o.Host == w.Host) && (w.Service == "" || o.Service == w.Service) && o.Slot == w.Slot
	}
	return tick.Columns(tick.Between(ticks, to-seconds, to), to-seconds, to, 1, keep)[0]
}

func (s Sight) condition(v targets.Vital) (string, theme.Tone) {
	if !s.State.Expected(v) {
		return waitingWorker(v, v.Slot == s.State.Live)
	}
	switch {
	case v.State == targets.Restarting:
		return "RESTARTING", theme.Alarm
	case v.State == targets.Stopped && v.Slot == s.State.Live:
		return "STOPPED", theme.Alarm
	case v.State == targets.Stopped:
		return "stopped,cold", theme.Dim
	case v.Health == targets.Unhealthy:
		return "UNHEALTHY", theme.Alarm
	case v.Slot != s.State.Live:
		return "idle, warm", theme.Dim
	case v.Health == targets.Healthy:
		return "healthy", theme.Good
	}
	return "running", theme.Plain
}

// waitingWorker is a worker of a slot without traffic, or of one that it has not followed to.
func waitingWorker(v targets.Vital, live bool) (string, theme.Tone) {
	switch {
	case v.State == targets.Restarting:
		return "RESTARTING", theme.Alarm
	case live && v.State == targets.Stopped:
		return "starts last", theme.Dim
	case live:
		return "starting", theme.Plain
	case v.State == targets.Running:
		return "still works", theme.Warn
	}
	return "stands still", theme.Dim
}

func sound(v targets.Vital) bool { return v.State == targets.Running && v.Health != targets.Unhealthy }

func (s Sight) version(slot targets.Slot) string {
	switch {
	case s.State.Plan == nil:
		return ""
	case slot == s.State.Plan.To:
		return s.new()
	case slot == s.State.Plan.From:
		return s.before()
	}
	return ""
}

func bytes(n uint64) string {
	switch {
	case n == 0:
		return "--"
	case n < 10<<30:
		return fmt.Sprintf("%dM", n>>20)
	}
	return fmt.Sprintf("%.1fG", float64(n)/(1<<30))
}

// More says that a list is longer than its pane.
func More(hidden int) string { return fmt.Sprintf(" +%d more ", hidden) }

// Marked is the head of a table whose pane has the focus.
func Marked(t theme.Theme, head string) string {
	return t.Paint(theme.Focused, strings.TrimRight(ansi.Strip(head), " ")) + strings.Repeat(" ", layout.Width(head)-layout.Width(strings.TrimRight(ansi.Strip(head), " ")))
}
