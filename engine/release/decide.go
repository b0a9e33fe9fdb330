package release

import (
	"fmt"
	"time"

	"goaround/checklist"
	"goaround/targets/text"
)

// Decide is what an intent of by becomes in s, or why not: a *text.Problem with a hint.
func Decide(s State, by Actor, in Intent) ([]Body, error) {
	if s.Ended != nil {
		return refuse("ended", "the session has ended: "+string(s.Ended.End), "`goaround status` says what is live")
	}
	if by.Role == RoleObserver {
		if _, ok := in.(Say); !ok {
			return refuse("observer", "an observer can say and mark, nothing else", "the pilot can seat you")
		}
	}
	if s.Session.Back {
		return decideBack(s, in)
	}
	switch in := in.(type) {
	case Answer, Skip, Rerun:
		return decideItem(s, by, in)
	case Vote:
		return decideVote(s, in)
	case Hold:
		return decideHold(s)
	case Unhold:
		if s.Held == nil {
			return refuse("not-held", "nothing is held", "H holds")
		}
		return []Body{Unheld{}}, nil
	case Proceed:
		return decideProceed(s, in)
	case Rollback:
		return decideRollback(s, in)
	case Explain:
		return decideExplain(s, in)
	case Forward:
		return decideForward(s)
	case Extend:
		return decideExtend(s)
	case Abort:
		return decideAbort(s, in)
	case Leave:
		return decideLeave(s, in)
	case Say:
		if in.Text.IsZero() && !in.Mark {
			return refuse("empty", "there is nothing to say", "type a line")
		}
		return []Body{Said{Text: in.Text, Mark: in.Mark}}, nil
	}
	return refuse("unknown", "this version does not know that intent", "update goaround")
}

func refuse(code, say, hint string) ([]Body, error) {
	return nil, text.NewProblem(code, say, hint)
}

// decideBack is what can be said to `goaround rollback`: leave, before it has begun, and
// what it was for, once the traffic is back.
func decideBack(s State, in Intent) ([]Body, error) {
	sw, begun := s.Switch()
	switch in := in.(type) {
	case Explain:
		return decideExplain(s, in)
	case Proceed, Leave, Abort:
		if s.Pause == PauseClose {
			return []Body{PausePassed{PauseClose}, Closing{End: EndRolledBack, Problem: sw.reason()}}, nil
		}
		if _, goes := in.(Proceed); !goes && !begun && s.Closing == nil {
			return []Body{Closing{End: EndAborted}}, nil
		}
	}
	return refuse("rolling-back", "a rollback takes no orders", "it ends by itself")
}

func decideItem(s State, by Actor, in Intent) ([]Body, error) {
	switch in := in.(type) {
	case Answer:
		it, ok := s.Item(in.Item)
		switch {
		case !ok || it.Auto():
			return refuse("no-question", "there is no such question", "the engine answers the others itself")
		case it.Status.Over():
			return refuse("answered", fmt.Sprintf("%s has answered that already", it.By.Name), "no second answer is needed")
		case !in.Yes && in.Why.IsZero():
			return refuse("why", "a no needs a reason", "say why, for the record")
		case it.Phase == checklist.Post && s.CutAt == 0:
			return refuse("too-early", "that is asked after the cutover", "it opens in the watch")
		}
		return []Body{ItemAnswered{Item: it.ID, OK: in.Yes, Evidence: in.Why}}, nil
	case Skip:
		it, ok := s.Item(in.Item)
		switch {
		case !ok || it.Status.Over() || it.Status == StatusRunning:
			return refuse("no-item", "there is no open item of that name", "pick one that is not done")
		case it.Key:
			return refuse("key-item", "a key item cannot be skipped", "`r` runs it again; `q` leaves, nothing has changed")
		case in.Why.IsZero():
			return refuse("why", "a skip needs a reason", "say why, for the record")
		}
		return []Body{ItemSkipped{Item: it.ID, Why: in.Why}}, nil
	case Rerun:
		it, ok := s.Item(in.Item)
		if !ok || !it.Auto() || it.Status != StatusFailed {
			return refuse("no-rerun", "only a check that failed can be run again", "pick one that is marked !!")
		}
		return []Body{ItemReopened{Item: it.ID}}, nil
	}
	return nil, nil
}

func decideVote(s State, in Vote) ([]Body, error) {
	switch {
	case s.Plan == nil:
		return refuse("no-plan", "there is no plan to vote on yet", "wait until it is frozen")
	case s.Pause != PauseVote:
		return refuse("no-vote", "votes are not asked for now", "all items of the checklist come first")
	case in.Plan != s.Plan.Digest:
		return refuse("other-plan", "that vote is for another plan than "+s.Plan.Short(), "read the plan on the screen and vote again")
	case !in.Go && in.Why.IsZero():
		return refuse("why", "a no-go needs a reason", "say why, for the record")
	}
	vote := Voted{Plan: in.Plan, Go: in.Go, Why: in.Why}
	if !in.Go {
		return []Body{vote, Closing{End: s.unmoved()}}, nil
	}
	return []Body{vote}, nil
}

func decideHold(s State) ([]Body, error) {
	if s.Held != nil {
		return refuse("held", s.Held.By.Name+" holds already", "H again goes on")
	}
	if s.Countdown != nil {
		return []Body{Held{}, CountdownStopped{Why: text.Clean("hold")}}, nil
	}
	return []Body{Held{}}, nil
}

func decideProceed(s State, in Proceed) ([]Body, error) {
	switch {
	case s.Held != nil:
		return refuse("held", "it is on hold, by "+s.Held.By.Name, "H goes on")
	case s.Pause == PauseNone || s.Pause != in.Pause || s.Pause == PauseVote || s.Pause == PauseFix:
		return refuse("no-pause", "nothing waits for that now", "the line of the phase says what is waited for")
	case s.Pause == PauseCutover && s.unwell():
		return refuse("unwell", "the guard says "+string(s.Guard.Level)+": "+s.Guard.Why, "R takes all hosts back; the verdict may become better")
	case s.Pause == PauseStart, s.Pause == PauseCutover:
		return []Body{PausePassed{s.Pause}}, nil
	case s.RolledBack():
		return []Body{PausePassed{PauseClose}, Closing{End: EndRolledBack}}, nil
	case s.unwell():
		return refuse("unwell", "the guard says "+string(s.Guard.Level)+": "+s.Guard.Why, "R goes back; q leaves it live, held")
	}
	return []Body{PausePassed{PauseClose}, Closing{End: EndShipped}}, nil
}

func decideRollback(s State, in Rollback) ([]Body, error) {
	sw, switched := s.Switch()
	switch {
	case s.Plan == nil || !s.Cut:
		return refuse("nothing-live", "nothing is live yet", "leaving now is free")
	case switched && !sw.Finished && sw.Way.Back:
		return refuse("rolling-back", sw.By.Name+" has started the rollback already", "it cannot be stopped; F goes forward again afterwards")
	case s.Closing != nil:
		return refuse("closing", "the session is closing", "`goaround rollback` in another terminal goes back")
	case s.RolledBack() && s.Plan.First():
		return refuse("rolled-back", s.Plan.Release.Version.String()+" is out of traffic already", "F goes forward again")
	case s.RolledBack():
		return refuse("rolled-back", "the traffic is on "+s.Plan.Before.Version.String()+" already", "F goes forward again")
	case s.Lease.Lost:
		return refuse("lease-lost", "the lease is "+s.Lease.To.String()+"'s now", "`goaround rollback` takes it from whoever has it")
	case s.Plan.First() && in.Confirm.IsZero():
		return refuse("confirm", fmt.Sprintf("nothing ran before: a rollback takes %s out of traffic and stops %s", s.Plan.Release.Version, s.Plan.To), "y confirms")
	case !s.Plan.First() && s.Unsafe != nil && !s.Plan.Back(0, false).Confirms(in.Confirm):
		return refuse(CodeUnsafe, "the way back is not safe: "+s.Unsafe.Why.String(), "type "+s.Plan.Back(0, false).Word().String()+" to roll back to it anyway")
	case s.Plan.Settings.AlwaysConfirm && in.Confirm.IsZero():
		return refuse("confirm", "this team confirms rollbacks", "y confirms")
	}
	why := in.Why
	if why.IsZero() {
		why = text.Clean("one key")
	}
	return []Body{s.back(why)}, nil
}

// back starts the way back.
func (s State) back(why text.Safe) SwitchStarted {
	n := len(s.Switches) + 1
	return SwitchStarted{Name: fmt.Sprintf("back-%d", n), Way: s.Plan.Back(n, !s.warm(s.Plan.From)), Why: why}
}

func decideForward(s State) ([]Body, error) {
	sw, _ := s.Switch()
	switch {
	case s.Switching() && sw.Arrived && sw.Way.Back:
		return refuse("switching", "the traffic is back, its workers are not yet", "wait for them")
	case s.Plan == nil || !s.RolledBack() || s.Closing != nil:
		return refuse("no-forward", "there is no rollback to go forward from", "F is there after a rollback, while the new version is up")
	case !s.warm(s.Plan.To):
		return refuse("new-is-down", s.Plan.Release.Version.String()+" is not up any more", "`goaround deploy` starts it anew")
	}
	n := len(s.Switches) + 1
	return []Body{
		SwitchStarted{Name: fmt.Sprintf("forward-%d", n), Way: s.Plan.Forward(n), Why: text.Clean("forward again")},
	}, nil
}

func decideExtend(s State) ([]Body, error) {
	if s.Plan == nil || s.Phase != PhaseWatch || s.Closing != nil || s.RolledBack() {
		return refuse("no-watch", "there is no watch to extend", "it begins with the cutover")
	}
	more := s.Scale(min(s.Plan.Settings.Watch, 10*time.Minute))
	return []Body{WatchStarted{Until: max(s.WatchUntil, s.Mono) + more}}, nil
}

func decideAbort(s State, in Abort) ([]Body, error) {
	switch {
	case s.Closing != nil:
		return refuse("closing", "the session is ending already", "wait for it")
	case s.Cut:
		return refuse("live", "the new version has traffic", "R rolls back; q leaves it as it is")
	}
	if p := s.failedCheck(); p != nil && s.Phase == PhasePreflight {
		return []Body{Closing{End: EndRefused, Problem: p}}, nil
	}
	return []Body{Closing{End: EndAborted, Problem: because("aborted", in.Why)}}, nil
}

func decideLeave(s State, in Leave) ([]Body, error) {
	sw, _ := s.Switch()
	switch {
	case s.Closing != nil:
		return refuse("closing", "the session is ending already", "wait for it")
	case s.Switching() && sw.Arrived:
		return refuse("switching", "the traffic has moved, what follows it is not done", "wait until the workers are swapped and all is written down")
	case s.Switching() || s.Cutting():
		return refuse("switching", "traffic is being moved", "wait until it is where it should be")
	case !s.Cut:
		return decideAbort(s, Abort{Why: in.Why})
	case s.RolledBack():
		return []Body{Closing{End: EndRolledBack, Problem: because("left", in.Why)}}, nil
	}
	return []Body{Closing{End: EndHeld, Problem: because("left", in.Why)}}, nil
}

// unmoved is the end of a session that goes no further and moves no traffic.
func (s State) unmoved() End {
	if s.Cut {
		return EndHeld
	}
	return EndAborted
}

func because(code string, why text.Safe) *text.Problem {
	if why.IsZero() {
		return nil
	}
	return &text.Problem{Code: code, Say: why}
}

// failedCheck says which check stands in the way.
func (s State) failedCheck() *text.Problem {
	for _, it := range s.Items {
		if it.Status == StatusFailed {
			p := text.NewProblem("check-failed", it.Title.String()+": "+it.Evidence.String(), "mend it, then deploy again")
			p.More = it.More
			return p
		}
	}
	return nil
}
