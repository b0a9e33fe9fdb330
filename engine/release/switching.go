package release

import (
	"slices"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// switching walks a switch: start and wait where the slot is cold, route, write down.
// What is routed counts at once; what cannot be written down, swapped or stopped does not
// undo it. Where workers did not follow nothing is stopped: those before may go on.
func switching(s State) []Act {
	sw, _ := s.Switch()
	for _, list := range [][]targets.Op{sw.Way.Start, sw.Way.Ready} {
		acts, ops, over := s.walk(list)
		if !over {
			return acts
		}
		if bad := failures(ops); len(bad) > 0 {
			return record(SwitchFinished{Name: sw.Name, Problem: bad[0].Problem})
		}
	}
	acts, routed, over := s.walk(sw.Way.Route)
	if !over {
		return acts
	}
	if bad := failures(routed); len(bad) == len(routed) && allFailed(bad) {
		return record(SwitchFinished{Name: sw.Name, Problem: mixed(sw, bad)})
	} else if len(bad) > 0 {
		return record(SwitchFinished{Name: sw.Name, Mixed: hosts(bad), Problem: mixed(sw, bad)})
	}
	if !sw.Arrived {
		return record(TrafficMoved{Switch: sw.Name, To: sw.Way.To, Took: latest(routed) - sw.Mono})
	}
	acts, written, over := s.walk(sw.Way.Persist)
	more, swapped, all := s.walk(sw.Way.Swap)
	if !over || !all {
		return append(acts, more...)
	}
	if acts, _, over = s.walk(sw.Way.Retire); !over && len(failures(swapped)) == 0 {
		return acts
	}
	done := SwitchFinished{Name: sw.Name, Unwritten: hosts(failures(written))}
	if without := sw.Way.Without; len(without) > 0 {
		done.Mixed = without
		done.Problem = text.NewProblem("mixed", strings.Join(without, ", ")+" could not be reached and serves what it served",
			"`goaround rollback` once more when it can be reached")
	}
	return record(done)
}

// walk begins those of list that have not begun; over: all have ended.
func (s State) walk(list []targets.Op) (acts []Act, ops []Op, over bool) {
	var due []targets.Op
	over = true
	for _, op := range list {
		state, begun := s.opState(op.ID)
		switch {
		case !begun:
			due, over = append(due, op), false
		case state.Status == StatusRunning:
			over = false
		}
		ops = append(ops, state)
	}
	if len(due) > 0 {
		acts = []Act{{Ops: due}}
	}
	return acts, ops, over
}

func (s State) opState(id string) (Op, bool) {
	for _, o := range s.Ops {
		if o.ID == id {
			return o, true
		}
	}
	return Op{}, false
}

func failures(ops []Op) []Op {
	var bad []Op
	for _, o := range ops {
		if o.Status != StatusOK {
			bad = append(bad, o)
		}
	}
	return bad
}

// allFailed reports whether it is known that none of them was done.
func allFailed(ops []Op) bool {
	return !slices.ContainsFunc(ops, func(o Op) bool { return o.Status != StatusFailed })
}

// rewrite writes down again what could not be written after a switch, and swaps again what
// could not be swapped: each host every few seconds, and once more while the session closes.
func (s State) rewrite(now time.Duration) []Act {
	sw, ok := s.Moved()
	if !ok || !sw.Arrived {
		return nil
	}
	var due []targets.Op
	for _, op := range slices.Concat(sw.Way.Persist, sw.Way.Swap) {
		o, begun := s.opState(op.ID)
		failed := begun && o.Status != StatusOK && o.Status != StatusRunning
		later := now >= o.Since+o.Took+again
		if failed && (s.Closing == nil && later || s.Closing != nil && !o.Closing) {
			due = append(due, op)
		}
	}
	if len(due) == 0 {
		return nil
	}
	return []Act{{Ops: due}}
}

func hosts(ops []Op) []string {
	var names []string
	for _, o := range ops {
		names = append(names, o.Host)
	}
	return names
}

func latest(ops []Op) time.Duration {
	var at time.Duration
	for _, o := range ops {
		at = max(at, o.Since+o.Took)
	}
	return at
}

func mixed(sw Switch, bad []Op) *text.Problem {
	why := ""
	if p := bad[0].Problem; p != nil {
		why = ": " + p.Error()
	}
	return text.NewProblem("mixed", bad[0].Host+" could not be switched to "+string(sw.Way.To)+why,
		"`goaround status` says what it serves; `goaround rollback` tries again")
}
