package release

import (
	"fmt"
	"slices"
	"time"
)

// startsAt is the time since the session's start before which nothing is staged: 0
// without a planned time.
func (s State) startsAt() time.Duration {
	if s.Session.At.IsZero() {
		return 0
	}
	return s.Session.At.Sub(s.Started)
}

// Waits is how long until the planned time, while nothing but that is waited for.
func (s State) Waits(clock time.Duration) (left time.Duration, ok bool) {
	left = s.startsAt() - clock
	return left, left > 0 && s.Phase == PhasePreflight && s.hasPassed(PauseVote) && s.Closing == nil && s.Ended == nil
}

// hasPassed reports whether a pause was passed, for the plan as it is.
func (s State) hasPassed(p Pause) bool { return slices.Contains(s.passed, p) }

// start begins STAGE: at the planned time, if there is one, when a person says so, and
// after a second look at the hosts. If that makes another plan, it is answered and voted
// on anew.
func start(s State, now time.Duration) []Act {
	if s.Held != nil || now < s.startsAt() {
		return nil
	}
	if !s.Session.At.IsZero() {
		if !s.Session.Yes && !s.hasPassed(PauseStart) {
			return open1(s, PauseStart)
		}
		if st, _ := s.Step(StepObserve); st.Since < s.startsAt() {
			return []Act{{Step: StepObserve}}
		}
	}
	return record(PhaseEntered{PhaseStage})
}

// Planned is the planned time of the start as people say it, in the zone of Started, and
// how far it is: "10:00, in 12 min 03 s". Empty if none is planned.
func (s State) Planned(clock time.Duration) string {
	if s.Session.At.IsZero() {
		return ""
	}
	at := s.Session.At.In(s.Started.Location()).Format("15:04")
	if left := (s.startsAt() - clock).Round(time.Second); left > 0 {
		at += ", in " + span(left)
	}
	return at
}

func span(d time.Duration) string {
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%d h %02d min", h, m)
	case m > 0:
		return fmt.Sprintf("%d min %02d s", m, s)
	}
	return fmt.Sprintf("%d s", s)
}
