package pane

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"goaround/engine/release"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Header is the first row: app, environment, versions, phase and clock, recorder, crew.
func Header(s Sight, width int) string {
	t := s.Theme
	if s.State.Next == 0 {
		return layout.Fit(t, " goaround", width)
	}
	left := " " + Subject(s)
	right := s.recorder() + " | " + s.crew() + " "
	if width < 70 {
		right = s.recorder() + " "
	}
	return layout.Spread(t, left+" | "+s.phase(width), " "+right, width)
}

// Subject is what is deployed where: app, environment, versions. Empty before the first
// event.
func Subject(s Sight) string {
	if s.State.Next == 0 {
		return ""
	}
	return s.Theme.Paint(theme.Strong, s.State.Session.App) + " " + s.environment() + " " + s.versions()
}

// Phase is where in its course the session is, and for how long.
func Phase(s Sight, width int) string {
	if s.State.Next == 0 {
		return ""
	}
	return s.phase(width)
}

// environment stands in reverse video where a mistake costs most; of a replay, where
// none can be made, in small letters.
func (s Sight) environment() string {
	env := s.State.Session.Env
	switch {
	case s.Dead && env == "production":
		return "[prod]"
	case s.Dead:
		return "[" + env + "]"
	case env == "production":
		return s.Theme.Paint(theme.Invert, "[PROD]")
	}
	return "[" + strings.ToUpper(env) + "]"
}

func (s Sight) versions() string {
	if p := s.State.Plan; p != nil {
		if p.First() {
			return "first " + s.new()
		}
		return s.before() + " > " + s.new()
	}
	for _, service := range slices.Sorted(maps.Keys(s.State.Session.Ask)) {
		image := s.State.Session.Ask[service]
		return "> " + image[strings.LastIndexAny(image, ":/")+1:]
	}
	return "> ..."
}

func (s Sight) phase(width int) string {
	st, t := s.State, s.Theme
	word, clock := string(st.Phase), Clock(s.Clock)
	switch {
	case st.Ended != nil:
		word, clock = "ENDED", string(st.Ended.End)
	case s.workersFollow():
		word, clock = "WORKERS FOLLOW", ""
	case st.Switching():
		word, clock = "SWITCHING", ""
	case st.RolledBack():
		sw, _ := st.Moved()
		word, clock = "ROLLED BACK", Clock(s.since(sw.Mono))
	case st.Phase == release.PhasePreflight && !st.Session.At.IsZero():
		at, _, _ := strings.Cut(st.Planned(s.Clock), ",")
		clock = "for " + at
	case st.Phase == release.PhaseWatch:
		clock = Clock(s.since(st.CutAt))
		if st.WatchUntil > 0 {
			clock += " of " + Clock(st.WatchUntil-st.CutAt)
		}
		if width >= 110 && st.CutAt > 0 {
			clock += ", cutover " + s.at(st.CutAt)
		}
	}
	out := t.Paint(theme.Strong, word)
	if clock != "" {
		out += " " + clock
	}
	if st.Held != nil {
		out = t.Paint(theme.Alarm, " HOLD by "+st.Held.By.Name+" ") + " " + out
	}
	return out
}

// recorder says in reverse video when the recording has lost events.
func (s Sight) recorder() string {
	if n := s.State.Lost; n > 0 {
		return s.Theme.Paint(theme.Alarm, fmt.Sprintf(" REC LOST %s ", Count(n)))
	}
	return "REC ok"
}

// crew is who has the controls, marked, and who looks at this screen.
func (s Sight) crew() string {
	out := "*" + member(s.State.Pilot)
	if s.Me.Name != "" && s.Me.Name != s.State.Pilot.Name {
		out += "  " + member(s.Me)
	}
	return out
}

// member is a name and the start of a role: "ana PIL".
func member(a release.Actor) string {
	role := strings.ToUpper(string(a.Role))
	return a.Name + " " + role[:min(3, len(role))]
}

// Line is all that a terminal of a few cells can say: what, how far, how well.
func Line(s Sight, width int) string {
	if s.State.Next == 0 {
		return layout.Fit(s.Theme, " goaround", width)
	}
	line := " " + s.State.Session.App + " " + s.environment()
	if s.State.Lost > 0 {
		line += " " + s.recorder()
	}
	if s.State.Cut && s.State.Ended == nil {
		line += " " + s.word(s.level())
	}
	return layout.Fit(s.Theme, line+" "+s.phase(width), width)
}
