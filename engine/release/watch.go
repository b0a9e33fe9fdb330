package release

import (
	"fmt"
	"slices"
	"time"

	"goaround/checklist"
	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

// watch judges, answers, counts down, and closes.
func watch(s State, now time.Duration) []Act {
	if acts := allOrBack(s); acts != nil {
		return acts
	}
	if acts := s.rewrite(now); acts != nil {
		return acts
	}
	if s.RolledBack() {
		return watchBack(s, now)
	}
	if sw, ok := s.Switch(); ok && sw.failed() && s.Session.Yes {
		return record(Closing{End: EndMixed, Problem: sw.End.Problem})
	}
	if acts := red(s, now); acts != nil {
		return acts
	}
	acts, open, failed := answer(s, func(it Item) bool {
		return it.Phase == checklist.During || it.Phase == checklist.Post && now >= s.Opens(it)
	})
	if st, _ := s.Step(plan.StepPersist); st.Status == StatusOpen || st.Status == StatusFailed && now >= st.Since+st.Took+again {
		acts = append(acts, Act{Step: plan.StepPersist})
	}
	acts = append(acts, swap(s, now)...)
	if failed != nil && now < s.WatchUntil {
		return append(acts, open1(s, PauseFix)...)
	}
	if len(acts) > 0 || now < s.WatchUntil || s.Held != nil {
		return append(acts, passFix(s)...)
	}
	return over(s, now, open, failed)
}

// red starts the countdown, stops it, or rolls back.
func red(s State, now time.Duration) []Act {
	_, level := s.Judging()
	why := text.Clean("guard: " + s.Guard.Why)
	switch {
	case level != guard.Red && s.Countdown != nil:
		return record(CountdownStopped{Why: text.Clean("guard says " + string(level))})
	case level != guard.Red || s.auto() == checklist.AutoOff || s.Plan.First() || s.backFailed():
		return nil
	case s.Countdown != nil && now >= s.Countdown.Until, s.auto() == checklist.AutoNow && s.Held == nil:
		return record(s.back(why))
	case s.Countdown == nil && s.Held == nil:
		return record(CountdownStarted{Until: now + s.Scale(Countdown), Why: why})
	}
	return nil
}

// unwell reports whether the guard's verdict on what is live forbids to close as shipped.
func (s State) unwell() bool {
	_, level := s.Judging()
	return level == guard.Red || level == guard.Amber
}

// failed reports whether a switch ended without having moved anything.
func (sw Switch) failed() bool { return sw.Finished && !sw.Arrived && len(sw.End.Mixed) == 0 }

// backFailed reports whether the way back was tried last, and did not begin. The engine
// does not try it again by itself.
func (s State) backFailed() bool {
	sw, ok := s.Switch()
	return ok && sw.Way.Back && sw.failed()
}

// auto is what a RED verdict does. Where the way back is not safe it does nothing but
// keep the watch open: the version has to be typed by a person.
func (s State) auto() checklist.Auto {
	if s.Unsafe != nil {
		return checklist.AutoOff
	}
	return s.Plan.Settings.Auto
}

// over closes a watch whose time has come, asks a person to, or goes on while the
// verdict is not in.
func over(s State, now time.Duration, open int, failed *Item) []Act {
	if acts, open := unfinished(s, now); open {
		return acts
	}
	_, level := s.Judging()
	switch {
	case s.unwell() && s.Session.Yes && now >= s.WatchUntil+patience:
		return record(Closing{End: EndHeld, Problem: inconclusive(s, level)})
	case s.unwell() && s.Pause == PauseClose:
		return record(PausePassed{PauseClose})
	case s.unwell():
		return nil
	case !s.Session.Yes && failed != nil:
		return open1(s, PauseFix)
	case !s.Session.Yes && open > 0:
		return passFix(s)
	case !s.Session.Yes:
		return open1(s, PauseClose)
	case failed != nil:
		return record(Closing{End: EndHeld, Problem: s.failedCheck()})
	case open > 0:
		return nil
	case s.Guard.Enough() && level == guard.OK:
		return record(Closing{End: EndShipped})
	case s.Session.Speed > 1 && now < s.CutAt+s.Plan.Settings.Watch:
		return nil
	}
	return record(Closing{End: EndHeld, Problem: inconclusive(s, level)})
}

// unfinished keeps a watch open until the workers have followed and what is live is written
// down: a proxy that restarts before would send its traffic to what is stopped then. Where
// nobody is there to see to it and its time has come, the session ends as it is.
func unfinished(s State, now time.Duration) (acts []Act, open bool) {
	w := s.Workers()
	written, _ := s.Step(plan.StepPersist)
	problem := w.Problem
	for _, o := range s.Ops {
		if o.Verb == targets.VerbPersist && slices.Contains(s.Unwritten, o.Host) && o.Problem != nil {
			problem = o.Problem
		}
	}
	switch {
	case (w.Status == "" || w.Status == StatusOK) && written.Status.Over() && len(s.Unwritten) == 0:
		return nil, false
	case problem != nil && w.Status != StatusRunning && s.Session.Yes && now >= s.WatchUntil:
		return record(Closing{End: EndHeld, Problem: problem}), true
	}
	return nil, true
}

func inconclusive(s State, level guard.Level) *text.Problem {
	return text.NewProblem("inconclusive",
		fmt.Sprintf("the watch is over without a verdict: %s, %d of %d requests seen", level, s.Guard.Seen, s.Guard.Needs),
		"the new version has the traffic; `goaround rollback` goes back, a longer `watch.for` sees more")
}

// watchBack waits until the old version is well again, then asks, or closes by itself.
func watchBack(s State, now time.Duration) []Act {
	sw, _ := s.Moved()
	if !s.Session.Yes && !s.byGuard(sw) {
		return open1(s, PauseClose)
	}
	_, level := s.Judging()
	if level == guard.OK || s.Plan.First() || now >= sw.Mono+settle {
		if s.Session.Yes {
			return record(Closing{End: EndRolledBack, Problem: sw.reason()})
		}
		return open1(s, PauseClose)
	}
	return nil
}

func (s State) byGuard(sw Switch) bool { return sw.By == Engine() }

func (sw Switch) reason() *text.Problem { return &text.Problem{Code: "rolled-back", Say: sw.Why} }
