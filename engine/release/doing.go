package release

import (
	"strings"

	"goaround/targets"
	"goaround/targets/text"
)

// Doing is what the session does, in a few words, for whoever asks what the holder of
// the lease is at.
func (s State) Doing() text.Safe { return text.Clean(s.doing()) }

func (s State) doing() string {
	sw, switched := s.Moved()
	switch {
	case switched && !sw.Finished && sw.Way.To == targets.NoSlot:
		return "takes " + sw.Way.Before.Version.String() + " out of traffic"
	case switched && !sw.Finished && sw.Way.Back:
		return "rolls back to " + sw.Way.Word().String()
	case switched && !sw.Finished:
		return "goes forward to " + sw.Way.Word().String()
	}
	switch s.Pause {
	case PauseVote:
		return "waits for GO / NO-GO"
	case PauseCutover:
		return "waits before the CUTOVER"
	case PauseFix:
		return "waits: a check failed"
	case PauseClose:
		return "waits to be closed"
	}
	for i := len(s.Steps) - 1; i >= 0; i-- {
		if s.Steps[i].Status == StatusRunning {
			return s.Steps[i].Title
		}
	}
	switch {
	case s.Closing != nil:
		return "closes: " + string(s.Closing.End)
	case s.RolledBack() && sw.Way.To != targets.NoSlot:
		return "watches " + sw.Way.Word().String() + " after a rollback"
	case s.Phase == PhaseWatch:
		return "watches " + s.Plan.Release.Version.String()
	}
	return strings.ToLower(string(s.Phase))
}
