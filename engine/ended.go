package engine

import (
	"context"
	"time"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// beginSwitch starts operations of the switch that is under way, or was last.
func (l *loop) beginSwitch(ops []targets.Op) {
	sw, _ := l.state.Moved()
	for _, op := range ops {
		if _, running := l.working[op.ID]; running {
			continue
		}
		l.append(release.Engine(), release.OpStarted{Op: op, Step: sw.Name})
		l.begin(op.ID, func(ctx context.Context) message { return l.back(ctx, op, sw.Name) })
	}
}

// ended is called after each OpFinished: the last of a step finishes the step, and one
// that ends after a switch began has the switch's own done again, since nobody knows
// which of the two the host heard last.
func (l *loop) ended(op targets.Op, step string) {
	sw, switched := l.state.Moved()
	if switched && step != sw.Name {
		switch op.Verb {
		case targets.VerbRoute:
			l.beginSwitch(l.only(sw.Way.Route, op.Host))
		case targets.VerbPersist:
			l.beginSwitch(l.only(sw.Way.Persist, op.Host))
		case targets.VerbSwap:
			l.beginSwitch(l.only(sw.Way.Swap, op.Host))
		}
	}
	if switched && step == sw.Name && sw.Finished && op.Verb == targets.VerbRoute {
		l.routedAgain(sw, op)
	}
	if l.stepRuns(step) {
		l.finishStep(step, switched)
	}
}

// routedAgain says it when a host that had to be switched a second time, after the
// switch was over, could not be.
func (l *loop) routedAgain(sw release.Switch, op targets.Op) {
	for _, o := range l.state.Ops {
		if o.ID == op.ID && o.Problem != nil {
			l.append(release.Engine(), release.SwitchFinished{Name: sw.Name, Mixed: []string{op.Host}, Unwritten: l.state.Unwritten, Problem: o.Problem})
		}
	}
}

func (l *loop) only(ops []targets.Op, host string) []targets.Op {
	for _, op := range ops {
		if _, begun := l.stepOfOp(op.ID); begun && op.Host == host {
			return []targets.Op{op}
		}
	}
	return nil
}

// finishStep ends a step all of whose operations have ended. A cutover that went well
// on all hosts has moved the traffic, unless it is being moved back already.
func (l *loop) finishStep(step string, switched bool) {
	st, _ := l.state.Step(step)
	var problem *text.Problem
	for _, o := range l.state.Ops {
		switch {
		case o.Step != step:
		case o.Status == release.StatusRunning:
			return
		case o.Problem != nil && problem == nil:
			problem = o.Problem
		}
	}
	took := l.mono() - st.Since
	if step == plan.StepCutover && problem == nil && !switched {
		l.append(release.Engine(), release.TrafficMoved{To: l.state.Plan.To, Took: took})
	}
	l.append(release.Engine(), release.StepFinished{Step: step, Took: took.Truncate(time.Microsecond), Problem: problem})
}
