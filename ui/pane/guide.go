package pane

import "goaround/engine/release"

// guide is what a demo tells somebody who sees the cockpit for the first time.
func (s Sight) guide() string {
	st := s.State
	switch {
	case !st.Session.Demo || st.Ended != nil || st.Closing != nil:
		return ""
	case st.Switching():
		return "every host is switched at once; the graphs go on"
	case st.Held != nil:
		return "nothing new is started while it is on hold. H goes on, R works as ever"
	case st.RolledBack() && st.Pause == release.PauseClose:
		return "that was the way back. F goes forward again, enter closes"
	case st.RolledBack():
		return "that was the way back. F goes forward again"
	case st.Countdown != nil:
		return "the guard has seen enough. R goes back now, H stops it, or just wait"
	case st.Pause == release.PauseVote:
		return "all is checked. v, then y: the new version starts beside the old one"
	case st.Pause == release.PauseCutover && st.CanaryAt > 0:
		return "look at the hosts that have moved. enter moves the next, R takes all back"
	case st.Pause == release.PauseCutover:
		return "the new version is up, without traffic. enter moves all of it"
	case st.Pause == release.PauseClose:
		return "enter closes, e watches longer, R still goes back"
	case st.Phase == release.PhasePreflight:
		return "checks answer themselves, in 15 s or so; space answers a question"
	case st.Phase == release.PhaseWatch:
		return "press R whenever you like: it costs nothing, F goes forward again"
	}
	return "the new version comes up beside the old one, which has all traffic"
}
