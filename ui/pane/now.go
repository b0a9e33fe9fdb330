package pane

import (
	"fmt"
	"strings"

	"goaround/checklist"
	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/ui/theme"
)

// Now is the row that says what is going on.
func Now(s Sight) string { return " NOW  " + s.now() }

func (s Sight) now() string {
	st := s.State
	switch {
	case st.Ended != nil:
		return s.ending()
	case st.Next == 0:
		return "connecting"
	case st.Countdown != nil:
		left := max(st.Countdown.Until-s.Clock, 0)
		return s.Theme.Paint(theme.Alarm, fmt.Sprintf(" ROLLING BACK IN %d s ", int(left.Seconds()))) + "  H stops it, R does not wait   " + st.Countdown.Why.String()
	case st.Held != nil:
		return s.Theme.Paint(theme.Alarm, " HOLD ") + fmt.Sprintf(" by %s%s: nothing new is started", st.Held.By.Name, s.after(st.Held.Mono)) + s.meanwhile()
	}
	if acts := s.doing(); len(acts) > 0 {
		return strings.Join(acts, "; ")
	}
	return s.waiting()
}

func (s Sight) meanwhile() string {
	if acts := s.doing(); len(acts) > 0 {
		return "; still " + strings.Join(acts, "; ")
	}
	return ""
}

// waiting is what is going on while nothing runs.
func (s Sight) waiting() string {
	st := s.State
	_, waits := st.Waits(s.Clock)
	switch {
	case st.Closing != nil:
		return "closing: " + string(st.Closing.End)
	case st.RolledBack() && st.Plan.First():
		return fmt.Sprintf("%s is out of traffic, and nothing serves, as before; it is stopped when you close", s.new())
	case st.RolledBack():
		if s.level() == guard.OK {
			return fmt.Sprintf("%s serves again, and the guard says OK", s.before())
		}
		return fmt.Sprintf("%s serves again; the guard judges it anew", s.before())
	case st.Pause == release.PauseVote:
		return fmt.Sprintf("GO / NO-GO: %d of %d votes on plan %s", s.goes(), st.Plan.Settings.Votes, st.Plan.Short())
	case st.Pause == release.PauseStart:
		return s.Theme.Paint(theme.Strong, "START") + fmt.Sprintf(" waits for you, as planned for %s; nothing on a host has changed", st.Planned(s.Clock))
	case st.Pause == release.PauseCutover && st.CanaryAt > 0:
		w := st.Wave()
		return s.Theme.Paint(theme.Strong, fmt.Sprintf("WAVE %d of %d", w.N, w.Of)) + fmt.Sprintf(" waits for you: %s has the traffic of the hosts before, %s the rest", s.new(), s.before())
	case st.Pause == release.PauseCutover:
		return s.Theme.Paint(theme.Strong, "CUTOVER") + fmt.Sprintf(" waits for you: %s is up on %s, %s has all traffic", s.new(), s.hosts(), s.before())
	case st.Pause == release.PauseFix:
		return s.fixing()
	case st.Pause == release.PauseClose:
		return "the watch is over, " + s.new() + " has held"
	case st.Phase == release.PhaseWatch:
		return s.watching()
	case waits:
		return "GO was given: starts at " + st.Planned(s.Clock) + "; no host has changed"
	case st.Phase == release.PhasePreflight && st.Plan != nil:
		return s.preflight()
	}
	return "about to go on"
}

// fixing is what is waited for where an item stands in the way.
func (s Sight) fixing() string {
	it, _ := s.State.Stuck(s.Clock)
	said := "!! the answer was no"
	if it.Auto() {
		said = "!! a check failed"
	}
	if it.Key {
		return s.Theme.Paint(theme.Warn, said) + ": a KEY item, it cannot be left out"
	}
	return s.Theme.Paint(theme.Warn, said) + ": it waits for you"
}

// preflight is how far the checklist is.
func (s Sight) preflight() string {
	open := 0
	for _, it := range ItemsOf(s, checklist.Pre) {
		if !it.Status.Over() {
			open++
		}
	}
	if len(s.State.Votes) > 0 && s.goes() == 0 {
		return s.Theme.Paint(theme.Warn, "the hosts and the plan have changed") + ": answers and votes are asked anew"
	}
	return Some(open, "item") + " to go; nothing on a host has changed"
}

// watching is how the watch goes.
func (s Sight) watching() string {
	st := s.State
	_, level := st.Judging()
	w := st.Workers()
	switch {
	case s.mixed():
		return s.Theme.Paint(theme.Alarm, " "+s.mixedWord()+" ") + "  " + Divided(s)
	case w.Status == release.StatusFailed:
		return s.Theme.Paint(theme.Alarm, " WORKERS ") + fmt.Sprintf("  not swapped on %s, tried again: %s", strings.Join(w.Hosts, ", "), w.Problem.Say)
	case level == guard.Red && st.Unsafe != nil:
		return s.Theme.Paint(theme.Alarm, " RED ") + fmt.Sprintf(" %s; NOTHING IS DONE BY ITSELF, R asks for %s", st.Guard.Why, st.Bar(s.Clock).Type)
	case level == guard.Red:
		return s.Theme.Paint(theme.Alarm, " RED ") + fmt.Sprintf("  %s; guard.auto is %s, R rolls back", st.Guard.Why, st.Plan.Settings.Auto)
	case level == guard.Amber && s.Clock < st.WatchUntil:
		return s.Theme.Paint(theme.Warn, "AMBER") + fmt.Sprintf(" %s; %s left to watch", st.Guard.Why, Clock(st.WatchUntil-s.Clock))
	case s.Clock >= st.WatchUntil && !followed(st):
		return "the time of the watch is over; it stays open until the workers are swapped"
	case s.Clock >= st.WatchUntil && level != guard.OK:
		return fmt.Sprintf("the time of the watch is over; it stays open while the guard says %s", level)
	case s.Clock >= st.WatchUntil:
		return "the time of the watch is over; what is asked comes first"
	}
	out := fmt.Sprintf("watching %s: %s left, %s requests judged", s.new(), Clock(st.WatchUntil-s.Clock), Count(st.Guard.Seen))
	if d := st.Drain(s.Clock); d.N > 0 {
		out += fmt.Sprintf(", %d in flight on %s", d.N, s.before())
	}
	return out
}

// goes counts the distinct people who said go on the plan.
func (s Sight) goes() int {
	names := map[string]bool{}
	for _, b := range s.State.Votes {
		if b.Go && s.State.Plan != nil && b.Plan == s.State.Plan.Digest {
			names[b.By.Name] = true
		}
	}
	return len(names)
}

func (s Sight) ending() string {
	e := s.State.Ended
	out := fmt.Sprintf("ended: %s, exit code %d", e.End, e.End.ExitCode())
	if n := s.State.Severed(); n > 0 {
		out += "; " + Some(n, "connection") + " cut after the drain"
	}
	return out
}
