package release

import (
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Summary is what the hosts remember of a session that is closing.
func (s State) Summary() targets.Summary {
	end, _ := s.ending()
	sum := targets.Summary{
		Session: text.Clean(s.Session.ID), By: text.Clean(s.Pilot.Name), Started: s.Started, Ended: s.At, Took: s.Mono,
		End: text.Clean(string(end)), Requests: s.Requests, Errors: s.Errors, Cut: s.Severed(), Live: s.newWasLive(),
	}
	if s.Plan != nil {
		sum.From, sum.To = s.Plan.Before, s.Plan.Release
	}
	for _, sw := range s.Switches {
		if s.Session.Back {
			sum.From, sum.To = sw.Way.Before, sw.Way.Release
		}
		if sw.Way.Back && sw.Arrived {
			sum.Back, sum.Reason = sw.Moved, text.Clean(sw.Reasoning())
		}
	}
	return sum
}

// newWasLive is how long the traffic was on the new version.
func (s State) newWasLive() time.Duration {
	if s.CutAt == 0 {
		return 0
	}
	var live time.Duration
	on, since := true, s.CutAt
	for _, sw := range s.Switches {
		if !sw.Arrived {
			continue
		}
		if at := sw.Mono + sw.Moved; on && sw.Way.Back {
			live, on = live+at-since, false
		} else if !on && !sw.Way.Back {
			on, since = true, at
		}
	}
	if on {
		live += s.Mono - since
	}
	return max(live, 0)
}
