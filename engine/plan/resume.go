package plan

import (
	"fmt"
	"slices"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// Codes of the refusals of Resume, besides those of Make.
const (
	CodeMovedOn    = "moved-on"
	CodeNoForward  = "no-forward"
	CodeJobUnknown = "job-unknown"
)

// Begun is what a session had begun when it died or was held. None of it says what is so
// now: that is observed.
type Begun struct {
	Plan    Plan
	Jobs    []string          // those whose start was recorded
	Unsafe  text.Safe         // why the way back is not safe, once an unsafe job was begun
	Arrived bool              // all traffic was on the new version, and was to stay there
	Back    bool              // traffic was going back, or had gone
	WasBack bool              // it was going back at some time, whatever came after
	Stores  map[string]string // by host: the session that its store named when Plan was made
}

// Resume plans what is left of a deploy, from where the hosts show it to be: all of it
// before the cutover; the cutover again where it was cut off in the middle; what follows
// it where traffic has moved. What was done is not done again, but for operations that are
// safe to repeat. d has the release and the session of the plan that was begun.
//
// It refuses with CodeMovedOn if somebody has moved traffic since, with CodeNoForward if
// hosts differ and the new version is not whole on all of them, with CodeJobUnknown if
// nobody knows whether a job ran, and with what a host says where what is live cannot be
// known.
func Resume(d Desired, b Begun, o targets.Observed) (Plan, error) {
	if p := unknown(o); p != nil {
		return Plan{}, p
	}
	if p := movedOn(b, o); p != nil {
		return Plan{}, p
	}
	live, together := o.Live()
	if together && live == b.Plan.From && !b.Back {
		if p := jobUnknown(b, o); p != nil {
			return Plan{}, p
		}
		return Make(d, o)
	}
	p := draft(d, b.Plan.From, b.Plan.To, o)
	p.Before, p.Cut, p.Arrived, p.Returns = b.Plan.Before, true, together && live == b.Plan.To, b.Back
	if !b.Unsafe.IsZero() {
		p.Ahead = b.Unsafe
	}
	all := steps(p, d.File, o)
	first := firstMove(all)
	last := slices.IndexFunc(all, func(s Step) bool { return s.ID == StepCutover })
	switch {
	case p.Arrived, b.Back:
		p.Steps = all[last+1:]
	case !whole(b, o):
		return Plan{}, text.NewProblem(CodeNoForward,
			fmt.Sprintf("the hosts differ (%s) and %s is not whole on all of them", Where(o), d.Release.Version), "`goaround rollback` brings them together")
	default:
		p.Steps = append(startAgain(p, o), all[first:]...)
	}
	p.Items = slices.DeleteFunc(p.Items, func(i Item) bool {
		return i.Phase != checklist.Post && !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Item == i.ID })
	})
	return p.freeze(), nil
}

// movedOn says that something else was done to the hosts since b's plan was made.
func movedOn(b Begun, o targets.Observed) *text.Problem {
	names := make([]string, 0, len(o.Hosts))
	for _, h := range o.Hosts {
		names = append(names, h.Name)
		switch what := h.Slots[b.Plan.To].Release; {
		case h.Store != nil && h.Store.Session != b.Plan.Session && h.Store.Session != b.Stores[h.Name]:
			return gone(h.Name, fmt.Sprintf("%s was made live by session %s", h.Store.Release.Version, text.Clean(h.Store.Session)))
		case h.Store != nil && h.Store.Session == b.Plan.Session && h.Store.Back && !b.WasBack:
			return gone(h.Name, fmt.Sprintf("%s was rolled back", b.Plan.Release.Version))
		case !h.Divided && h.Live == targets.NoSlot && !b.Plan.First():
			return gone(h.Name, "nothing is live")
		case !h.Divided && h.Live != b.Plan.From && h.Live != b.Plan.To:
			return gone(h.Name, fmt.Sprintf("slot %s is live", h.Live))
		case b.Arrived && h.Live != b.Plan.To:
			return gone(h.Name, fmt.Sprintf("its traffic has left %s", b.Plan.To))
		case h.Live == b.Plan.To && !what.Same(b.Plan.Release):
			return gone(h.Name, fmt.Sprintf("%s is live in slot %s", what.Version, b.Plan.To))
		}
	}
	if !slices.Equal(names, b.Plan.Hosts) {
		return gone("the environment", "its hosts are not those that the session began on")
	}
	return nil
}

func gone(host, what string) *text.Problem {
	return text.NewProblem(CodeMovedOn, fmt.Sprintf("%s has moved on since: %s", host, what), "`goaround status` says what is live; `goaround deploy IMAGE` begins anew")
}

// jobUnknown says that a job was begun of which the host knows nothing.
func jobUnknown(b Begun, o targets.Observed) *text.Problem {
	for _, name := range b.Jobs {
		if len(o.Hosts) == 0 || !slices.ContainsFunc(o.Hosts[0].Jobs, func(j targets.JobState) bool { return j.Name == name && j.Session == b.Plan.Session }) {
			return text.NewProblem(CodeJobUnknown, fmt.Sprintf("job %s was begun, and nobody knows what became of it", name),
				"look at the data; `goaround deploy IMAGE` runs it once more")
		}
	}
	return nil
}

// whole reports whether the new version is there on all hosts.
func whole(b Begun, o targets.Observed) bool {
	return !slices.ContainsFunc(o.Hosts, func(h targets.Host) bool {
		s := h.Slots[b.Plan.To]
		return !s.Warm() && !s.Cold() || !s.Release.Same(b.Plan.Release)
	})
}

// startAgain are the steps before a cutover that goes on: what stopped is started, and
// all are waited for.
func startAgain(p Plan, o targets.Observed) []Step {
	up := ready(p, o)
	if !slices.ContainsFunc(o.Hosts, func(h targets.Host) bool { return h.Slots[p.To].Cold() }) {
		return []Step{up}
	}
	s := Step{ID: StepStart, Title: "start " + string(p.To), Cause: "it is there, stopped", Undo: "stop " + string(p.To)}
	s.Ops, s.Estimate = each(p.Hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbStart, Slot: p.To, Cause: s.Cause, Undo: s.Undo})
	return []Step{s, up}
}
