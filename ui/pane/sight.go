// Package pane holds the parts of a screen: header, guard line, rollback bar, lists,
// tables, graphs. Each is a function of what a visitor sees, a [Sight], and of a size;
// none reads a clock, none knows a key press.
package pane

import (
	"fmt"
	"time"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/theme"
)

// Sight is what one visitor sees: the State, the time, and how it is drawn.
type Sight struct {
	State release.State
	Clock time.Duration // since the session's start; never before the last event
	Theme theme.Theme
	Me    release.Actor
	Dead  bool // R and H are dead keys: nothing is connected
}

// since is how long ago something was.
func (s Sight) since(mono time.Duration) time.Duration { return max(s.Clock-mono, 0) }

// present is the word for the time that is shown: in a replay it is past.
func (s Sight) present() string {
	if s.Dead {
		return "then"
	}
	return "now"
}

// at is the wall clock of a time since the session's start.
func (s Sight) at(mono time.Duration) string {
	return s.State.Started.Add(mono).Format(time.TimeOnly)
}

// before is the version that was live before; new the one that is deployed.
func (s Sight) before() string {
	if s.State.Plan == nil || s.State.Plan.First() {
		return "nothing"
	}
	return named(s.State.Plan.Before.Version, "what was live")
}

func (s Sight) new() string {
	if s.State.Plan == nil {
		return "the new version"
	}
	return named(s.State.Plan.Release.Version, "the new version")
}

func named(version text.Safe, otherwise string) string {
	if version.IsZero() {
		return otherwise
	}
	return version.String()
}

// Span is a duration as people say it: "5 ms", "0.4 s", "12 s", "3 min".
func Span(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "1 ms"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// Seconds is how long something has been going on: "12 s", "03:12".
func Seconds(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return Clock(d)
}

// Clock is a duration as a clock shows it: "06:12", "1:06:12".
func Clock(d time.Duration) string {
	s := int(max(d, 0).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// Count is a number with separators: "18,204".
func Count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Some is a number of things: "1 host", "2 hosts".
func Some(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Count(n) + " " + thing + "s"
}

// hosts is how many hosts the release goes to: "2 hosts".
func (s Sight) hosts() string {
	if s.State.Plan == nil {
		return Some(len(s.State.Session.Hosts), "host")
	}
	return Some(len(s.State.Plan.Hosts), "host")
}

// Versions are the names of what was live before and of what is deployed.
func Versions(s Sight) (old, fresh string) { return s.before(), s.new() }

// Live is the name of the version that has the traffic.
func Live(s Sight) string { return s.liveVersion() }
