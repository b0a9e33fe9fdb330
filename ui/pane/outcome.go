package pane

import (
	"fmt"
	"slices"
	"strings"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
)

// Outcome are the hosts that confirmed the last move of traffic, and those that did not.
func Outcome(s Sight) (moved, rest []string) {
	for _, o := range s.routes() {
		if o.Status == release.StatusOK {
			moved = append(moved, o.Host)
		} else {
			rest = append(rest, o.Host)
		}
	}
	return moved, rest
}

// routes are the operations of the last move of traffic.
func (s Sight) routes() []release.Op {
	sw, switched := s.State.Switch()
	return slices.DeleteFunc(slices.Clone(s.State.Ops), func(o release.Op) bool {
		ours := switched && o.Step == sw.Name || !switched && plan.Moves(o.Step)
		return !ours || o.Verb != targets.VerbRoute
	})
}

// Divided says in a sentence what the hosts serve after a move of traffic that did not
// arrive everywhere, as far as that is known.
func Divided(s Sight) string {
	moved, rest := Outcome(s)
	sw, ok := s.State.Switch()
	switch {
	case !ok:
		return fmt.Sprintf("%s did not take %s, and there is no version to go back to", strings.Join(rest, ", "), s.new())
	case len(moved) > 0:
		return fmt.Sprintf("the hosts differ: %s is on %s, %s did not switch", strings.Join(moved, ", "), named(sw.Way.Release.Version, "what was live"), strings.Join(rest, ", "))
	case s.stayed(sw):
		return fmt.Sprintf("nothing moved: the traffic is still on %s, on %s", named(sw.Way.Before.Version, "what was live"), strings.Join(rest, ", "))
	}
	return fmt.Sprintf("nobody knows what %s serves: the proxy gave no clear answer", strings.Join(rest, ", "))
}

// stayed reports whether it is certain that a switch that no host confirmed changed
// nothing: all hosts were on one version before, and each said no.
func (s Sight) stayed(sw release.Switch) bool {
	return (s.State.Session.Back || s.State.Live == sw.Way.From) &&
		!slices.ContainsFunc(s.routes(), func(o release.Op) bool { return o.Status != release.StatusFailed })
}

// mixedWord is the word of the bar: hosts differ only where one of them has switched.
func (s Sight) mixedWord() string {
	if moved, _ := Outcome(s); len(moved) == 0 {
		return "NOT SWITCHED"
	}
	return string(release.BarMixed)
}

// Returns reports whether `goaround rollback` has a version to go back to.
func Returns(s Sight) bool {
	st := s.State
	switch {
	case st.Session.Demo, st.RolledBack():
		return false
	case st.Session.Back:
		return len(st.Switches) > 0
	}
	return st.Cut && st.Plan != nil && !st.Plan.First()
}
