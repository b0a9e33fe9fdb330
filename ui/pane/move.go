package pane

import (
	"goaround/checklist"
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

// Foremost is the index of the item that matters now: one that failed, else the one
// that is asked, else one that is being checked, else the last.
func Foremost(s Sight, items []release.Item) int {
	for _, matters := range []func(release.Item) bool{
		func(it release.Item) bool { return it.Status == release.StatusFailed },
		s.Asked,
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
