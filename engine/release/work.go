package release

import (
	"slices"

	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/targets"
)

// worked folds what became of steps and operations.
func (s State) worked(body Body, mark Mark) State {
	switch b := body.(type) {
	case StepStarted:
		s.Cut = s.Cut || plan.Moves(b.Step)
		s.Steps = s.step(b.Step, func(st *Step) {
			*st = Step{ID: st.ID, Title: b.Title, Item: st.Item, Status: StatusRunning, Since: mark.Mono, Estimate: st.Estimate, planned: st.planned}
		})
	case StepFinished:
		s.Steps = s.step(b.Step, func(st *Step) {
			st.Status, st.Took, st.Problem, st.Hosts = StatusOK, b.Took, b.Problem, nil
			if b.Problem != nil {
				st.Status = StatusFailed
			}
		})
		if plan.Moves(b.Step) && b.Step != plan.StepCutover && b.Problem == nil {
			s.CanaryAt = max(1, mark.Mono)
		}
		if b.Step == plan.StepPersist {
			s.Unwritten = s.failedHosts(plan.StepPersist)
		}
	case OpStarted:
		s.Ops = append(slices.DeleteFunc(slices.Clone(s.Ops), func(o Op) bool { return o.ID == b.Op.ID }),
			Op{Op: b.Op, Step: b.Step, Status: StatusRunning, Since: mark.Mono, Closing: s.Closing != nil})
		if b.Op.Verb == targets.VerbJob && !b.Op.Unsafe.IsZero() && (s.Unsafe == nil || s.Unsafe.By.Name == "") {
			s.Unsafe = &Unsafe{Mark: Mark{By: s.Pilot, At: mark.At, Mono: mark.Mono}, Why: b.Op.Unsafe}
		}
	case OpProgressed:
		s.Ops = s.op(b.ID, func(o *Op) { o.Last, o.Cut = b, o.Cut+b.Cut })
		if b.Host != "" {
			s.Steps = s.step(b.ID, func(st *Step) { st.Hosts = withLast(st.Hosts, b) })
		}
	case OpFinished:
		s.Ops = s.op(b.ID, func(o *Op) {
			o.Status, o.Took, o.Problem = StatusOK, b.Took, b.Problem
			if b.Problem != nil {
				o.Status = StatusFailed
			}
			if b.Unknown {
				o.Status = StatusUnknown
			}
		})
		s.Unwritten = s.written(b.ID)
	}
	return s
}

func (s State) step(id string, change func(*Step)) []Step {
	steps := slices.Clone(s.Steps)
	i := slices.IndexFunc(steps, func(st Step) bool { return st.ID == id })
	if i < 0 {
		steps, i = append(steps, Step{ID: id}), len(steps)
	}
	change(&steps[i])
	return steps
}

// withLast has p in the place of what its host said before.
func withLast(all []OpProgressed, p OpProgressed) []OpProgressed {
	all = slices.Clone(all)
	i := slices.IndexFunc(all, func(o OpProgressed) bool { return o.Host == p.Host })
	if i < 0 {
		return append(all, p)
	}
	all[i] = p
	return all
}

func (s State) op(id string, change func(*Op)) []Op {
	ops := slices.Clone(s.Ops)
	for i := range ops {
		if ops[i].ID == id {
			change(&ops[i])
		}
	}
	return ops
}

// written is Unwritten after an operation has ended.
func (s State) written(id string) []string {
	o, _ := s.opState(id)
	if o.Verb != targets.VerbPersist {
		return s.Unwritten
	}
	hosts := slices.DeleteFunc(slices.Clone(s.Unwritten), func(h string) bool { return h == o.Host })
	if o.Status != StatusOK {
		hosts = append(hosts, o.Host)
	}
	return hosts
}

func (s State) failedHosts(step string) []string {
	var hosts []string
	for _, o := range s.Ops {
		if o.Step == step && o.Status != StatusOK {
			hosts = append(hosts, o.Host)
		}
	}
	return hosts
}

// switched folds moves of traffic.
func (s State) switched(body Body, mark Mark) State {
	switch b := body.(type) {
	case SwitchStarted:
		s.Switches = append(slices.Clip(s.Switches), Switch{SwitchStarted: b, Mark: mark})
		s.Countdown, s.Pause = nil, PauseNone
	case TrafficMoved:
		s.Live, s.Guard, s.GuardSlot = b.To, guard.Verdict{}, b.To
		if s.CutAt == 0 && s.Plan != nil && b.To == s.Plan.To {
			s.CutAt = max(1, mark.Mono)
		}
		s.Switches = s.sw(b.Switch, func(sw *Switch) { sw.Arrived, sw.Moved = true, b.Took })
	case SwitchFinished:
		s.Switches = s.sw(b.Name, func(sw *Switch) { sw.Finished, sw.Over, sw.End = true, mark.Mono, b })
		if sw, _ := s.Switch(); !sw.failed() {
			s.Unwritten = b.Unwritten
		}
	}
	return s
}

func (s State) sw(name string, change func(*Switch)) []Switch {
	list := slices.Clone(s.Switches)
	for i := range list {
		if list[i].Name == name {
			change(&list[i])
		}
	}
	return list
}

// warm reports whether, as far as is known, every instance in slot that has a route runs.
func (s State) warm(slot targets.Slot) bool {
	for _, v := range s.Vitals {
		if v.Slot == slot && v.State != targets.Running && !s.Worker(v.Service) {
			return false
		}
	}
	return true
}
