package release

import (
	"time"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// Act is something that is due: events to append, or work to begin. Exactly one field
// is set.
type Act struct {
	By     Actor        // of Append
	Append []Body       // in this order
	Step   string       // begin this step: "lease", "images", "observe", or one of the plan
	Item   string       // have the engine answer this item
	Ops    []targets.Op // begin these, of the switch that is under way
}

// The steps around the plan's.
const (
	StepLease   = "lease"
	StepImages  = "images"
	StepObserve = "observe"
	StepCleanup = "cleanup"
	StepSummary = "summary"
	StepRelease = "release"
)

// Countdown is how long RED is counted down before the engine rolls back; minWatch is
// what a watch lasts at least, whatever the demo's speed.
const (
	Countdown = 15 * time.Second
	minWatch  = 60 * time.Second
	settle    = 60 * time.Second
	again     = 5 * time.Second
	patience  = 5 * time.Minute // after the watch, for a verdict to become better while nobody is there
)

// Due is what the engine should begin at a time since the session's start. Work that
// runs already may be named again; what is appended makes itself undue.
func Due(s State, now time.Duration) []Act {
	switch {
	case s.Next == 0 || s.Ended != nil:
		return nil
	case s.Switching():
		if sw, _ := s.Switch(); sw.Arrived && !sw.Way.Back {
			if acts := red(s, now); acts != nil {
				return acts
			}
		}
		return switching(s)
	case s.Closing != nil:
		return closing(s, now)
	case s.Lease.Lost && !(s.Session.Back && s.RolledBack()):
		return record(Closing{End: EndLocked, Problem: s.leaseLost()})
	}
	if sw, ok := s.Switch(); ok && len(sw.End.Mixed) > 0 {
		return record(Closing{End: EndMixed, Problem: sw.End.Problem})
	}
	switch {
	case s.Session.Back:
		return returning(s, now)
	case s.Phase == PhasePreflight:
		return preflight(s, now)
	case s.Plan == nil:
		return nil
	case s.Phase == PhaseStage, s.Phase == PhaseCutover:
		return during(s, now)
	case s.Phase == PhaseWatch:
		return watch(s, now)
	}
	return nil
}

func record(bodies ...Body) []Act { return []Act{{By: Engine(), Append: bodies}} }

func pilot(s State, bodies ...Body) []Act { return []Act{{By: s.Pilot, Append: bodies}} }

// preflight prepares, freezes the plan, has the items answered, asks for votes, and waits
// for the planned time. What was going back when it was resumed goes nowhere else.
func preflight(s State, now time.Duration) []Act {
	steps := []string{StepLease, StepImages, StepObserve}
	if s.Session.Resumes != "" {
		steps = []string{StepLease, StepObserve}
	}
	if acts, done := prepare(s, steps...); !done || s.Plan == nil {
		return acts
	}
	switch sw, begun := s.Switch(); {
	case s.Plan.Returns && begun && sw.failed():
		return record(Closing{End: EndMixed, Problem: sw.End.Problem})
	case s.Plan.Returns && !begun:
		return nil
	case s.Plan.Arrived, s.RolledBack():
		return live(s, now)
	}
	acts, open, failed := answer(s, func(it Item) bool { return it.Phase == checklist.Pre })
	switch {
	case len(acts) > 0:
		return acts
	case failed != nil && s.Session.Yes:
		return record(Closing{End: EndRefused, Problem: s.failedCheck()})
	case failed != nil:
		return open1(s, PauseFix)
	case open > 0:
		return passFix(s)
	case s.hasPassed(PauseVote):
		return start(s, now)
	case s.Pause != PauseVote:
		return append(passFix(s), open1(s, PauseVote)...)
	}
	return vote(s)
}

// prepare walks steps that come before there is a plan.
func prepare(s State, ids ...string) (acts []Act, done bool) {
	for _, id := range ids {
		st, _ := s.Step(id)
		switch st.Status {
		case StatusOK:
			continue
		case StatusRunning:
			return nil, false
		case StatusFailed:
			return record(Closing{End: endOf(st.Problem), Problem: st.Problem}), false
		}
		return []Act{{Step: id}}, false
	}
	return nil, true
}

// returning is the course of `goaround rollback`: the switch begins with what was observed.
// Once the traffic is back it is asked what that was for, for a while.
func returning(s State, now time.Duration) []Act {
	if acts, done := prepare(s, StepLease, StepObserve); !done {
		return acts
	}
	switch sw, ok := s.Switch(); {
	case !ok:
		return nil
	case !sw.Arrived:
		return record(Closing{End: EndHeld, Problem: sw.End.Problem})
	case sw.Reason == "" && !s.Session.Why.IsZero():
		reason, words := ReadReason(s.Session.Why.String())
		return pilot(s, Explained{Switch: sw.Name, Reason: reason, Text: words})
	case sw.Reason == "" && s.Session.Asks && !s.Lease.Lost && now < sw.Over+AskedFor:
		return open1(s, PauseClose)
	default:
		return record(Closing{End: EndRolledBack, Problem: sw.reason()})
	}
}

func endOf(p *text.Problem) End {
	switch p.Code {
	case CodeHeld:
		return EndLocked
	case plan.CodeLiveAlready, plan.CodeBackDone:
		return EndLive
	case CodeInterrupted:
		return EndAborted
	}
	return EndRefused
}

// Codes of Problems that decide how a session ends.
const (
	CodeHeld        = "lease-held"
	CodeInterrupted = "interrupted"
	CodeUnsafe      = "unsafe" // the way back has to be confirmed by its version
)

func vote(s State) []Act {
	goes := map[string]bool{}
	for _, v := range s.Votes {
		if v.Go && v.Plan == s.Plan.Digest {
			goes[v.By.Name] = true
		}
	}
	switch {
	case s.Held != nil:
		return nil
	case len(goes) >= s.Plan.Settings.Votes:
		return record(PausePassed{PauseVote})
	case s.Session.Yes && !goes[s.Pilot.Name]:
		return pilot(s, Voted{Plan: s.Plan.Digest, Go: true, Why: text.Clean("--yes")})
	}
	return nil
}

// answer begins the items that the engine can answer, counts those that are open or
// running, and names one that failed.
func answer(s State, match func(Item) bool) (acts []Act, open int, failed *Item) {
	for _, it := range s.openItems(match) {
		switch {
		case it.Status == StatusFailed:
			failed = &it
		case it.Status == StatusOpen && it.Auto():
			acts = append(acts, Act{Item: it.ID})
		case it.Status == StatusOpen && s.Session.Yes:
			acts = append(acts, pilot(s, ItemAnswered{Item: it.ID, OK: true, Evidence: text.Clean("--yes")})...)
		default:
			open++
		}
	}
	return acts, open, failed
}

func open1(s State, p Pause) []Act {
	if s.Pause == p {
		return nil
	}
	return record(PauseOpened{p})
}

func passFix(s State) []Act {
	if s.Pause != PauseFix {
		return nil
	}
	return record(PausePassed{PauseFix})
}

// during walks the plan up to the confirmed cutover.
func during(s State, now time.Duration) []Act {
	for _, st := range s.Plan.Steps {
		state, _ := s.Step(st.ID)
		switch {
		case plan.Moves(st.ID) && !state.Status.Over():
			return cutover(s, state, now)
		case plan.Writes(st.ID):
			if state.Status == StatusOpen {
				return []Act{{Step: st.ID}}
			}
		case st.ID == plan.StepPersist:
			return live(s, now)
		case s.RolledBack() && !state.Status.Over():
			sw, _ := s.Moved()
			return record(Closing{End: EndRolledBack, Problem: sw.reason()})
		case st.Item != "":
			if acts, done := duringItem(s, st.Item); !done {
				return acts
			}
		case state.Status == StatusFailed:
			return record(Closing{End: s.endOfStage(state.Problem), Problem: state.Problem})
		case state.Status == StatusRunning || s.Held != nil && !state.Status.Over():
			return nil
		case !state.Status.Over():
			return []Act{{Step: st.ID}}
		}
	}
	return nil
}

func (s State) endOfStage(p *text.Problem) End {
	if p.Code == CodeHeld {
		return EndLocked
	}
	return s.unmoved()
}

func duringItem(s State, id string) (acts []Act, done bool) {
	it, _ := s.Item(id)
	switch {
	case it.Status.Over():
		return nil, true
	case s.Held != nil:
		return nil, false
	}
	acts, _, failed := answer(s, func(it Item) bool { return it.ID == id })
	switch {
	case failed != nil && s.Session.Yes:
		return record(Closing{End: EndAborted, Problem: s.failedCheck()}), false
	case failed != nil:
		return open1(s, PauseFix), false
	case len(acts) == 0:
		return passFix(s), false
	}
	return append(passFix(s), acts...), false
}

// cutover waits for a person where the team wants that, and before each wave but the
// first, and moves the traffic. What fails on one host takes all back.
func cutover(s State, st Step, now time.Duration) []Act {
	wave, _, _ := s.Plan.Wave(st.ID)
	switch {
	case s.Phase == PhaseStage:
		return append(passFix(s), record(PhaseEntered{PhaseCutover})...)
	case st.Status == StatusRunning:
		return nil
	case s.RolledBack():
		return record(Closing{End: EndRolledBack, Problem: s.backBecause(st)})
	case st.Status == StatusFailed && len(s.Switches) > 0:
		sw, _ := s.Switch()
		return record(Closing{End: EndMixed, Problem: sw.End.Problem})
	case st.Status == StatusFailed:
		return record(s.back(text.Clean("the cutover failed: " + st.Problem.Error())))
	}
	if sw, _ := s.Switch(); s.backFailed() && s.Session.Yes {
		return record(Closing{End: EndMixed, Problem: sw.End.Problem})
	}
	acts, wait := s.between(wave, now)
	switch {
	case wait || s.Held != nil:
		return acts
	case s.asked(wave):
		return open1(s, PauseCutover)
	}
	return []Act{{Step: st.ID}}
}

// backBecause says why a cutover was taken back: it failed, or somebody wanted it.
func (s State) backBecause(cutover Step) *text.Problem {
	if sw, _ := s.Moved(); sw.By != Engine() || cutover.Problem == nil {
		return sw.reason()
	}
	return cutover.Problem
}

// live enters the watch, which does not wait until what is live is written down.
func live(s State, now time.Duration) []Act {
	return record(PhaseEntered{PhaseWatch}, WatchStarted{Until: now + s.watchFor()})
}

func (s State) watchFor() time.Duration {
	d := s.Scale(s.Plan.Settings.Watch)
	if s.Session.Speed > 1 {
		d = max(d, min(minWatch, s.Plan.Settings.Watch))
	}
	return d
}

// closing tidies up for the end that was chosen, leaves a summary on the hosts, gives
// the lease back, and ends.
func closing(s State, now time.Duration) []Act {
	if s.Busy() {
		return nil
	}
	if acts := s.rewrite(now); acts != nil {
		return acts
	}
	end, problem := s.ending()
	for _, id := range tidy(s) {
		if st, _ := s.Step(id); end != EndMixed && (st.Status == StatusOpen || st.Status == "") {
			return []Act{{Step: id}}
		}
	}
	for _, id := range []string{StepSummary, StepRelease} {
		if st, _ := s.Step(id); s.Lease.Ours && st.Status == "" {
			return []Act{{Step: id}}
		}
	}
	return record(SessionEnded{End: end, Problem: problem})
}

// ending is how a session that is closing ends, by what became of it so far.
func (s State) ending() (End, *text.Problem) {
	end, problem := s.Closing.End, s.Closing.Problem
	if sw, ok := s.Switch(); ok && len(sw.End.Mixed) > 0 {
		return EndMixed, sw.End.Problem
	}
	if s.Lease.Lost && !s.Session.Back && (end == EndShipped || end == EndRolledBack) {
		return EndLocked, s.leaseLost()
	}
	if w := s.Workers(); w.Status == StatusFailed && end == EndRolledBack {
		return EndMixed, w.Problem
	}
	for _, id := range tidy(s) {
		switch st, _ := s.Step(id); {
		case st.Status != StatusFailed || end == EndMixed:
		case end == EndAborted:
			end, problem = EndHeld, st.Problem
		case problem == nil:
			problem = st.Problem
		}
	}
	return end, problem
}

// tidy are the steps that an end asks for: what was staged is removed, the slot without
// traffic is stopped, or what belongs to the cutover is brought to its end.
func tidy(s State) []string {
	if s.Plan == nil {
		return nil
	}
	staged, begun := s.Step(plan.StepStage)
	switch s.Closing.End {
	case EndAborted, EndRefused:
		if begun && staged.Status != StatusOpen {
			return []string{StepCleanup}
		}
	case EndShipped:
		if _, ok := s.Plan.Step(plan.StepRetire); ok {
			return []string{plan.StepRetire}
		}
	case EndRolledBack:
		return []string{plan.StepRetire}
	case EndHeld:
		if _, switched := s.Moved(); s.Live != s.Plan.To || switched {
			return nil
		}
		if _, ok := s.Plan.Step(plan.StepSwap); ok {
			return []string{plan.StepPersist, plan.StepSwap}
		}
		return []string{plan.StepPersist}
	}
	return nil
}

// Loser is the slot that has no traffic; the retire step stops it. It needs a plan.
func (s State) Loser() targets.Slot {
	if s.Live == s.Plan.To {
		return s.Plan.From
	}
	return s.Plan.To
}
