package release

import (
	"slices"
	"time"

	"goaround/engine/plan"
)

// Timing is planned against actual, from the start of STAGE on.
type Timing struct {
	Steps   []Step        // of the plan, those that were begun: Estimate against Took
	Planned time.Duration // what all steps of the plan were to take
	Unknown int           // steps of the plan that were never measured, and are not in it
	Took    time.Duration
}

// Timing is planned against actual so far; ok is false before STAGE.
func (s State) Timing(clock time.Duration) (t Timing, ok bool) {
	if s.Plan == nil || s.StagedAt == 0 {
		return Timing{}, false
	}
	t.Took = clock - s.StagedAt
	for _, st := range s.Course(clock) {
		if !st.planned {
			continue
		}
		if st.ID == plan.StepWatch {
			st.Estimate = s.watchFor()
		}
		t.Planned += st.Estimate
		if st.Estimate == 0 && st.Item == "" {
			t.Unknown++
		}
		if st.Status == StatusRunning {
			st.Took = clock - st.Since
		}
		if st.Status != StatusOpen {
			t.Steps = append(t.Steps, st)
		}
	}
	return t, true
}

// Course are the steps with the watch, which is no act of the engine, as it is at a time
// since the session's start.
func (s State) Course(clock time.Duration) []Step {
	i := slices.IndexFunc(s.Steps, func(st Step) bool { return st.ID == plan.StepWatch })
	if i < 0 || s.CutAt == 0 {
		return s.Steps
	}
	steps := slices.Clone(s.Steps)
	st := &steps[i]
	st.Status, st.Since, st.Took = StatusRunning, s.CutAt, clock-s.CutAt
	if s.WatchUntil > 0 {
		st.Estimate = s.WatchUntil - s.CutAt
	}
	if s.Closing != nil {
		st.Status, st.Took = StatusOK, s.ClosedAt-s.CutAt
		if s.Closing.End != EndShipped {
			st.Status = StatusSkipped
		}
	}
	if sw, ok := s.Moved(); ok && s.RolledBack() {
		st.Status, st.Took = StatusSkipped, sw.Mono-s.CutAt
	}
	return steps
}
