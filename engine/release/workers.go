package release

import (
	"slices"
	"time"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// Workers is how the workers follow the last move of traffic.
type Workers struct {
	Status  Status        // empty: there are none, or no traffic was moved
	Took    time.Duration // from the intent, or the start of the cutover, until all ran; 0 before
	Since   time.Duration // Mono at which all ran; 0 before
	Hosts   []string      // on which they could not be swapped
	Problem *text.Problem // of the first of them
}

// Workers says how the workers follow the last move of traffic.
func (s State) Workers() Workers {
	ops, since := s.following()
	return s.follow(ops, since)
}

// WorkersOf says how they followed a switch.
func (s State) WorkersOf(sw Switch) Workers { return s.follow(sw.Way.Swap, sw.Mono) }

func (s State) follow(ops []targets.Op, since time.Duration) Workers {
	w := Workers{}
	for _, op := range ops {
		o, begun := s.opState(op.ID)
		switch {
		case !begun:
			o.Status = StatusOpen
		case o.Status == StatusFailed || o.Status == StatusUnknown:
			w.Hosts = append(w.Hosts, op.Host)
			if w.Problem == nil {
				w.Problem = o.Problem
			}
			o.Status = StatusFailed
		}
		w.Since = max(w.Since, o.Since+o.Took)
		w.Status = slices.MaxFunc([]Status{w.Status, o.Status}, func(a, b Status) int { return behind(a) - behind(b) })
	}
	if w.Status != StatusOK {
		w.Since = 0
		return w
	}
	w.Took = w.Since - since
	return w
}

// behind orders by what a whole is whose parts are so.
func behind(s Status) int {
	return slices.Index([]Status{"", StatusOK, StatusFailed, StatusOpen, StatusRunning}, s)
}

// following are the swaps that belong to the last move of traffic, and when that began.
func (s State) following() (ops []targets.Op, since time.Duration) {
	if sw, ok := s.Moved(); ok && sw.Arrived {
		return sw.Way.Swap, sw.Mono
	}
	if s.Plan == nil || s.CutAt == 0 {
		return nil, 0
	}
	step, _ := s.Plan.Step(plan.StepSwap)
	if cutover, cut := s.Step(plan.StepCutover); cut {
		return step.Ops, cutover.Since
	}
	return step.Ops, s.CutAt
}

// Worker reports whether a service is a worker of the plan.
func (s State) Worker(service string) bool {
	return s.Plan != nil && slices.Contains(s.Plan.Settings.Workers, service)
}

// Expected reports whether an instance should run when it is seen: a worker only in the
// slot that it has followed the traffic to.
func (s State) Expected(v targets.Vital) bool {
	if !s.Worker(v.Service) {
		return true
	}
	w := s.Workers()
	return v.Slot == s.Live && (w.Status == "" || w.Status == StatusOK) && v.At.After(s.Started.Add(w.Since))
}

// allOrBack takes all back where the workers could not follow the traffic forward.
func allOrBack(s State) []Act {
	w := s.Workers()
	if len(w.Hosts) == 0 || s.RolledBack() || s.Plan.First() || s.backFailed() || s.Unsafe != nil {
		return nil
	}
	return record(s.back(text.Clean("the workers could not be swapped on " + w.Hosts[0] + ": " + w.Problem.Error())))
}

// swap is the plan's own swap, when it is due: after the cutover, and a while after it
// failed where there is no way back.
func swap(s State, now time.Duration) []Act {
	st, planned := s.Step(plan.StepSwap)
	if sw, ok := s.Moved(); !planned || ok && sw.Arrived {
		return nil
	}
	if st.Status == StatusOpen || st.Status == StatusFailed && now >= st.Since+st.Took+again {
		return []Act{{Step: plan.StepSwap}}
	}
	return nil
}
