package release

import (
	"maps"
	"slices"
	"time"

	"goaround/engine/guard"
	"goaround/engine/tick"
	"goaround/targets"
)

const (
	keepTicks = 35 * time.Minute
	keepLines = 2000
)

// Fold reduces events onto s, in order.
func Fold(s State, events ...Event) State {
	for _, e := range events {
		s = Reduce(s, e)
	}
	return s
}

// Reduce is the State after an event. It never fails: what it does not know it skips.
func Reduce(s State, e Event) State {
	if s.Next == 0 {
		s.Started, s.Phase = e.At, PhasePreflight
	}
	s.Next, s.At, s.Mono = e.N+1, e.At, e.Mono
	mark := Mark{e.By, e.At, e.Mono}
	switch b := e.Body.(type) {
	case SessionStarted:
		s.Session, s.Pilot = b, e.By
	case PhaseEntered:
		s.Phase = b.Phase
		if b.Phase == PhaseStage {
			s.StagedAt = max(1, e.Mono)
		}
	case HostsObserved:
		s.Observed = &b.Observed
	case PlanFrozen:
		s = s.frozen(b)
	case LeaseTaken:
		s.Lease.Ours = true
	case LeaseLost:
		s.Lease = Lease{Lost: true, To: b.To}
	case LeaseReleased:
		s.Lease.Ours = false
	case StepStarted, StepFinished, OpStarted, OpProgressed, OpFinished:
		s = s.worked(b, mark)
	case ItemStarted, ItemReopened, ItemAnswered, ItemSkipped:
		s = s.answered(b, mark)
	case Voted:
		s.Votes = append(slices.Clip(s.Votes), Ballot{mark, b})
	case Held:
		s.Held = &mark
	case Unheld:
		s.Held = nil
	case PauseOpened:
		s.Pause = b.Pause
	case PausePassed:
		s.Pause, s.passed = PauseNone, append(slices.Clip(s.passed), b.Pause)
	case SwitchStarted, TrafficMoved, SwitchFinished:
		s = s.switched(b, mark)
	case Explained:
		s = s.explained(b)
	default:
		s = s.seen(e.Body, mark)
	}
	return s
}

func (s State) seen(body Body, mark Mark) State {
	switch b := body.(type) {
	case WatchStarted:
		s.WatchUntil, s.Pause = b.Until, PauseNone
	case BaselineLearned:
		s.Baselines, s.Foresight = b.Baselines, b.Foresight
	case Ticked:
		s.Ticks, s.Active = append(s.Ticks, b.Ticks...), b.Active
		s = s.counted(b.Ticks).prune()
	case VitalsSeen:
		s.Vitals = newest(s.Vitals, b.Vitals)
	case Logged:
		s.Lines = append(s.Lines, b.Lines...)
		s.Logs, s.Dropped = s.Logs+len(b.Lines), s.Dropped+b.Dropped
		s = s.prune()
	case Rehearsed:
		s.Rehearsals = maps.Clone(s.Rehearsals)
		if s.Rehearsals == nil {
			s.Rehearsals = map[string]time.Duration{}
		}
		s.Rehearsals[b.Host] = mark.Mono
	case AlarmRaised:
		s.Alarms = append(without(s.Alarms, b.Host, b.Problem.Code), b)
	case AlarmCleared:
		s.Alarms = without(s.Alarms, b.Host, b.Code)
	case Judged:
		if s.Guard.Level != b.Verdict.Level || s.GuardSlot != b.Slot {
			s.GuardSince = mark.Mono
		}
		s.Guard, s.GuardSlot = b.Verdict, b.Slot
	case CountdownStarted:
		s.Countdown = &b
	case CountdownStopped:
		s.Countdown = nil
	case Said:
		s.Words = append(s.Words, Word{mark, b})
	case RecorderLost:
		s.Lost += b.N
	case Closing:
		s.Closing, s.ClosedAt, s.Countdown, s.Pause = &b, mark.Mono, nil, PauseNone
	case SessionEnded:
		s.Ended, s.Phase, s.Countdown, s.Pause = &b, PhaseEnded, nil, PauseNone
	}
	return s
}

// counted adds what the new version has answered since it can have traffic.
func (s State) counted(ticks []tick.Tick) State {
	for _, t := range ticks {
		if s.Cut && s.Plan != nil && t.Slot == s.Plan.To {
			s.Requests, s.Errors = s.Requests+t.N, s.Errors+t.Bad
		}
	}
	return s
}

// prune forgets what no screen reaches back to, once that is more than half.
func (s State) prune() State {
	if n := len(s.Lines); n > 2*keepLines {
		s.Lines = slices.Clone(s.Lines[n-keepLines:])
	}
	if n := len(s.Ticks); n > 0 {
		from := s.Ticks[n-1].At - int64(keepTicks/time.Second)
		if first, _ := slices.BinarySearchFunc(s.Ticks, from, func(t tick.Tick, at int64) int { return int(t.At - at) }); first > n/2 {
			s.Ticks = slices.Clone(s.Ticks[first:])
		}
	}
	return s
}

func (s State) frozen(b PlanFrozen) State {
	s.Plan = &b.Plan
	s.Live, s.Cut = b.Plan.From, b.Plan.Cut
	s.Unsafe, s.passed = nil, nil
	if b.Plan.Arrived {
		s.Live, s.CutAt = b.Plan.To, max(1, s.Mono)
	}
	if !b.Plan.Ahead.IsZero() {
		s.Unsafe = &Unsafe{Why: b.Plan.Ahead}
	}
	s.Items = nil
	s.Steps = slices.DeleteFunc(slices.Clone(s.Steps), func(st Step) bool { return st.planned })
	for _, it := range b.Plan.Items {
		s.Items = append(s.Items, Item{Item: it, Status: StatusOpen})
	}
	for _, st := range b.Plan.Steps {
		s.Steps = append(s.Steps, Step{ID: st.ID, Title: st.Title, Item: st.Item, Status: StatusOpen, Estimate: st.Estimate, planned: true})
	}
	return s
}

func (s State) answered(body Body, mark Mark) State {
	switch b := body.(type) {
	case ItemStarted:
		s.Items = s.item(b.Item, func(it *Item) { it.Status, it.By, it.Since, it.At = StatusRunning, mark.By, mark.Mono, mark.At })
	case ItemReopened:
		s.Items = s.item(b.Item, func(it *Item) { it.Status, it.Since, it.At = StatusOpen, mark.Mono, mark.At })
	case ItemAnswered:
		status := StatusFailed
		if b.OK {
			status = StatusOK
		}
		s.Items = s.item(b.Item, func(it *Item) {
			it.Status, it.By, it.At, it.Since, it.Took = status, mark.By, mark.At, mark.Mono, b.Took
			it.Evidence, it.More = b.Evidence, b.More
		})
	case ItemSkipped:
		s.Items = s.item(b.Item, func(it *Item) {
			it.Status, it.By, it.At, it.Since, it.Evidence = StatusSkipped, mark.By, mark.At, mark.Mono, b.Why
		})
	}
	return s.mirror()
}

// mirror gives a step that is an item the item's status.
func (s State) mirror() State {
	for i, st := range s.Steps {
		if it, ok := s.Item(st.Item); ok && st.Status != it.Status {
			steps := slices.Clone(s.Steps)
			steps[i].Status, steps[i].Since, steps[i].Took = it.Status, it.Since, it.Took
			s.Steps = steps
		}
	}
	return s
}

func (s State) item(id string, change func(*Item)) []Item {
	items := slices.Clone(s.Items)
	for i := range items {
		if items[i].ID == id {
			change(&items[i])
		}
	}
	return items
}

func newest(old, seen []targets.Vital) []targets.Vital {
	out := slices.Clone(old)
	for _, v := range seen {
		if i := slices.IndexFunc(out, func(o targets.Vital) bool { return o.Where == v.Where }); i >= 0 {
			out[i] = v
		} else {
			out = append(out, v)
		}
	}
	return out
}

func without(alarms []AlarmRaised, host, code string) []AlarmRaised {
	return slices.DeleteFunc(slices.Clone(alarms), func(a AlarmRaised) bool { return a.Host == host && a.Problem.Code == code })
}

// Judging is the slot whose verdict counts now, and its level; WAITING if what was
// judged last is another slot.
func (s State) Judging() (targets.Slot, guard.Level) {
	slot := s.Watched()
	if s.GuardSlot != slot || s.Guard.Level == "" {
		return slot, guard.Waiting
	}
	return slot, s.Guard.Level
}
