package pane

import (
	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/ui/keys"
)

const page = 10

// Move is where a cursor among n rows is after a key.
func Move(a keys.Action, at, n int) int {
	switch a {
	case keys.Up:
		at--
	case keys.Down:
		at++
	case keys.PageUp:
		at -= page
	case keys.PageDown:
		at += page
	case keys.Top:
		at = 0
	case keys.Bottom:
		at = n - 1
	}
	return max(min(at, n-1), 0)
}

// ItemsOf are the items of a phase.
func ItemsOf(s Sight, phase checklist.Phase) []release.Item {
	var out []release.Item
	for _, it := range s.State.Items {
		if it.Phase == phase {
			out = append(out, it)
		}
	}
	return out
}

// Watched are the items of the watch: those of `during` that come after the cutover, and
// those of `post`.
func Watched(s Sight) []release.Item {
	var out []release.Item
	cut := false
	for _, st := range s.State.Steps {
		cut = cut || st.ID == plan.StepCutover
		if it, ok := s.State.Item(st.Item); ok && cut {
			out = append(out, it)
		}
	}
	return append(out, ItemsOf(s, checklist.Post)...)
}

// Foremost is the index of the item that matters now: one that failed, else the one
// that is asked, else one that is being checked, else the last.
func Foremost(s Sight, items []release.Item) int {
	for _, matters := range []func(release.Item) bool{
		func(it release.Item) bool { return it.Status == release.StatusFailed },
		func(it release.Item) bool { return s.State.Asks(it, s.Clock) },
		func(it release.Item) bool { return !it.Status.Over() },
	} {
		for i, it := range items {
			if matters(it) {
				return i
			}
		}
	}
	return max(len(items)-1, 0)
}
