package release

import (
	"time"

	"goaround/checklist"
)

// Asking is the question that a person is asked at a time since the session's start: the
// first that is due and has no answer, or a no.
func (s State) Asking(clock time.Duration) (Item, bool) {
	for _, it := range s.Items {
		if s.Asks(it, clock) {
			return it, true
		}
	}
	return Item{}, false
}

// Asks reports whether a person is asked an item at a time since the session's start: in
// preflight, when its step has come, or in the watch once it is time. The engine answers
// for them with --yes, and nothing is asked while traffic moves or the session ends.
func (s State) Asks(it Item, clock time.Duration) bool {
	switch {
	case it.Auto() || it.Status.Over() || s.Session.Yes || s.Closing != nil || s.Ended != nil || s.Switching() || s.RolledBack():
		return false
	case it.Phase == checklist.Pre:
		return s.Phase == PhasePreflight
	case it.Phase == checklist.During && s.Phase == PhaseStage:
		return s.turn(it)
	}
	return s.Phase == PhaseWatch && clock >= s.Opens(it)
}

// Stuck is the item that stands in the way at a time since the session's start: the first
// that failed, else the question that is asked.
func (s State) Stuck(clock time.Duration) (Item, bool) {
	for _, it := range s.Items {
		if it.Status == StatusFailed {
			return it, true
		}
	}
	return s.Asking(clock)
}

// turn reports whether an item is the first step that is not over.
func (s State) turn(it Item) bool {
	for _, st := range s.Steps {
		if !st.Status.Over() {
			return st.Item == it.ID
		}
	}
	return false
}

// Opens is when, in time since the session's start, an item of the watch is asked.
func (s State) Opens(it Item) time.Duration { return s.CutAt + s.Scale(it.After) }

// Absent reports whether an item is asked of somebody who is not known to be here. Anyone
// of the crew may answer for them.
func (s State) Absent(it Item) bool {
	return it.Who != "" && it.Who != s.Pilot.Name && it.Who != string(s.Pilot.Role)
}
