package plan

import (
	"fmt"
	"slices"
	"strings"

	"goaround/targets"
)

// Moves reports whether a step of that ID moves traffic forward: the cutover, or one of
// its waves.
func Moves(id string) bool { return id == StepCutover || strings.HasPrefix(id, StepCutover+"-") }

// Writes reports whether a step of that ID writes down what a wave before the last moved.
func Writes(id string) bool { return strings.HasPrefix(id, StepPersist+"-") }

// cutovers are the steps that move the traffic: one where all hosts move at once, else one
// a wave, each written down before the next. The last one's ID is StepCutover, so that all
// traffic has moved when that is done.
func cutovers(p Plan, sizes []int, o targets.Observed) []Step {
	waves := split(p.Hosts, sizes)
	var all []Step
	for i, hosts := range waves {
		move, write := cutover(p, hosts, o), persist(p, hosts, o)
		if len(waves) > 1 {
			move.Title += fmt.Sprintf(", wave %d of %d", i+1, len(waves))
		}
		if i == len(waves)-1 {
			return append(all, move)
		}
		all = append(all, numbered(move, i+1), numbered(write, i+1))
	}
	return all
}

// numbered gives a step of a wave, and its operations, an ID of their own.
func numbered(s Step, n int) Step {
	id := fmt.Sprintf("%s-%d", s.ID, n)
	for i := range s.Ops {
		s.Ops[i].ID = strings.Replace(s.Ops[i].ID, s.ID, id, 1)
	}
	s.ID = id
	return s
}

// split cuts hosts into waves of those sizes, and the rest.
func split(hosts []string, sizes []int) [][]string {
	var waves [][]string
	for _, n := range sizes {
		if n >= len(hosts) {
			break
		}
		waves, hosts = append(waves, hosts[:n]), hosts[n:]
	}
	return append(waves, hosts)
}

// Wave is which part of the cutover a step is: the n-th of all, and its hosts; n is 0 for
// another step.
func (p Plan) Wave(id string) (n, of int, hosts []string) {
	for _, s := range p.Steps {
		if !Moves(s.ID) {
			continue
		}
		of++
		if s.ID == id {
			n = of
			for _, op := range s.Ops {
				hosts = append(hosts, op.Host)
			}
		}
	}
	return n, of, hosts
}

// firstMove is the index of the step that moves the first traffic.
func firstMove(steps []Step) int {
	return slices.IndexFunc(steps, func(s Step) bool { return Moves(s.ID) })
}
