package plan

import (
	"fmt"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Codes of the refusals of Return, besides CodeDivided.
const (
	CodeNoWayBack = "no-way-back"
	CodeBackDone  = "back-already" // exit 0: what was asked for is so
)

// Way is a switch of traffic to a slot that is there already: back, or forward again.
// Its lists run one after the other, the operations of each in parallel; Persist and Swap
// run beside each other. Traffic is back when all of Route are done, and the workers when
// all of Swap are.
type Way struct {
	From    targets.Slot    `json:"from"`
	To      targets.Slot    `json:"to"`
	Before  targets.Release `json:"before,omitzero"`  // what From runs
	Release targets.Release `json:"release,omitzero"` // what To runs
	Start   []targets.Op    `json:"start,omitempty"`  // only if To is cold
	Ready   []targets.Op    `json:"ready,omitempty"`  // only if To is cold
	Route   []targets.Op    `json:"route"`
	Persist []targets.Op    `json:"persist"`
	Swap    []targets.Op    `json:"swap,omitempty"`    // where there are workers
	Retire  []targets.Op    `json:"retire,omitempty"`  // From; empty where a session watches it first
	Without []string        `json:"without,omitempty"` // hosts of which nothing is known: they are left as they are
	Back    bool            `json:"back,omitempty"`    // a rollback; else forward again
	Cold    bool            `json:"cold,omitempty"`
	Took    time.Duration   `json:"took,omitempty"`  // expected; 0 unknown
	Unsafe  text.Safe       `json:"unsafe,omitzero"` // why To may not be well with the data as it is; empty: it is
}

// Back is the way back of a deploy. n tells switches of one session apart, so that no
// two operations have one ID. Cold says that the old slot was stopped.
func (p Plan) Back(n int, cold bool) Way { return p.way(n, "back", p.To, p.From, cold) }

// Forward is the way forward again after a rollback.
func (p Plan) Forward(n int) Way { return p.way(n, "forward", p.From, p.To, false) }

// Cleanup takes down what was staged; nothing of it ever got traffic.
func (p Plan) Cleanup() Step {
	s := Step{ID: "cleanup", Title: "remove " + string(p.To), Cause: "nothing was switched", Undo: "deploy again"}
	s.Ops, s.Estimate = each(p.Hosts, targets.Observed{}, targets.Op{ID: s.ID, Verb: targets.VerbRemove, Slot: p.To, Cause: s.Cause, Undo: s.Undo})
	return s
}

// RetireLoser stops the slot that the session ends without traffic in.
func (p Plan) RetireLoser(slot targets.Slot) Step {
	return retire(p, slot, "the session ends with it out of traffic", targets.Observed{})
}

func (p Plan) way(n int, name string, from, to targets.Slot, cold bool) Way {
	w := Way{From: from, To: to, Before: p.Before, Release: p.Release, Back: from == p.To, Cold: cold, Took: p.BackTook, Unsafe: p.Unsafe}
	if w.Back {
		w.Before, w.Release = p.Release, p.Before
	}
	swapping := p.Hosts
	if len(p.Settings.Workers) == 0 {
		swapping = nil
	}
	w.fill(p.Hosts, swapping, fmt.Sprintf("%s-%d", name, n), p.Session)
	if cold {
		w.Took += p.ColdTook
	}
	return w
}

func (w *Way) fill(hosts, swapping []string, name, session string) {
	cause := fmt.Sprintf("traffic goes to %s (%s)", w.To, w.Release.Version)
	undo := "switch to " + string(w.From)
	list := func(verb targets.Verb, hosts []string) []targets.Op {
		op := targets.Op{ID: name + "-" + string(verb), Verb: verb, Slot: w.To, From: w.From, Back: w.Back, Session: session, Cause: cause, Undo: undo}
		switch verb {
		case targets.VerbPersist:
			op.Release, op.Before, op.Unsafe = w.Release, w.Before, w.Unsafe
		case targets.VerbSwap:
			op.Release, op.Cause = w.Release, "the workers follow the traffic"
		}
		ops, _ := each(hosts, targets.Observed{}, op)
		return ops
	}
	if w.Cold {
		w.Start, w.Ready = list(targets.VerbStart, hosts), list(targets.VerbReady, hosts)
	}
	w.Route, w.Persist = list(targets.VerbRoute, hosts), list(targets.VerbPersist, hosts)
	if len(swapping) > 0 {
		w.Swap = list(targets.VerbSwap, swapping)
	}
}

// Return is the way back from what the hosts show alone, with no plan and no
// recording, also where a session died before it wrote down what it had moved. Requests
// in flight get drain before the slot they are in is stopped. It refuses with
// CodeNoWayBack where the host store knows of no release before, or its containers are
// gone or are another release's, and with CodeBackDone after a rollback whose workers
// followed; if they did not, it is the way that has them follow.
//
// Where the hosts differ, because traffic was moved on some of them alone, all go to where
// those came from. Where some cannot be reached the others go back without them, unless a
// deploy from what those serve has begun, which may have moved the others alone.
func Return(o targets.Observed, session string, drain time.Duration) (Way, error) {
	known, without := o.Known()
	w, err := comeBack(known, session, drain)
	if err != nil && len(without) > 0 {
		return Way{}, unknown(o)
	}
	if h := staged(known, w); err == nil && len(without) > 0 && h != nil {
		return Way{}, text.NewProblem(CodeDivided, fmt.Sprintf("a deploy of %s is under way, %s may be on it already, and cannot be reached: the others are still on %s",
			h.Slots[w.From.Next()].Release.Version, strings.Join(without, ", "), w.Before.Version), "`goaround rollback` once it can be reached")
	}
	w.Without = without
	return w, err
}

// staged is a host on which a deploy from where w begins has come as far as to run beside
// it; nil: there is none.
func staged(o targets.Observed, w Way) *targets.Host {
	for _, h := range o.Hosts {
		if next := w.From.Next(); next != w.To && h.Slots[next].Warm() {
			return &h
		}
	}
	return nil
}

func comeBack(o targets.Observed, session string, drain time.Duration) (Way, error) {
	var w Way
	var hosts []string
	var boot time.Duration
	moves := lastMoves(o.Hosts)
	for i, h := range o.Hosts {
		r := moves[i]
		if r == nil || r.Before == targets.NoSlot {
			return Way{}, text.NewProblem(CodeNoWayBack, "nothing was live before on "+h.Name, "`goaround deploy IMAGE` takes an older image live like any other")
		}
		if r.Back && r.Slot == targets.NoSlot {
			return Way{}, text.NewProblem(CodeBackDone, fmt.Sprintf("nothing is live: %s was taken out of traffic", r.BeforeWas.Version),
				fmt.Sprintf("nothing to do; `%s` takes it live again", r.BeforeWas.Anew()))
		}
		if r.Back && unfinished(o) {
			r = again(*r)
		} else if r.Back {
			return Way{}, text.NewProblem(CodeBackDone, fmt.Sprintf("%s is live since a rollback from %s", r.Release.Version, r.BeforeWas.Version),
				fmt.Sprintf("nothing to do; `%s` goes forward again", r.BeforeWas.Anew()))
		}
		back := h.Slots[r.Before]
		if err := isThere(h.Name, *r, back); err != nil {
			return Way{}, err
		}
		if i > 0 && r.Before != w.To {
			return Way{}, text.NewProblem(CodeDivided, "the hosts do not agree on what was live before: "+Where(o), "`goaround status` shows each")
		}
		w.From, w.To, w.Before, w.Release = r.Slot, r.Before, r.Release, r.BeforeWas
		w.Cold = w.Cold || !back.Warm()
		if w.Unsafe.IsZero() {
			w.Unsafe = doubt(r)
		}
		w.Took, boot = max(w.Took, h.SwitchTook), max(boot, cold(r))
		hosts = append(hosts, h.Name)
	}
	if len(hosts) == 0 {
		return Way{}, text.NewProblem(CodeNoWayBack, "no host was seen", "`goaround status`")
	}
	switch {
	case w.Cold && boot == 0:
		w.Took = 0
	case w.Cold:
		w.Took += boot
	}
	w.Back = true
	w.fill(hosts, working(o, w.From, w.To), "back", session)
	w.Retire, _ = each(hosts, targets.Observed{}, targets.Op{ID: "back-retire", Verb: targets.VerbRetire, Slot: w.From, Session: session, Drain: drain,
		Cause: "it is kept, stopped", Undo: "start " + string(w.From)})
	return w, nil
}

// isThere refuses a slot that does not hold the release that was live in it.
func isThere(host string, r targets.Record, back targets.SlotState) error {
	say := ""
	switch {
	case len(back.Instances) == 0 || len(back.Missing) > 0:
		say = fmt.Sprintf("the containers of %s in slot %s are gone from %s", r.BeforeWas.Version, r.Before, host)
	case !back.Holds(r.BeforeWas) && !r.BeforeWas.Zero():
		say = fmt.Sprintf("%s in slot %s was replaced by %s on %s", r.BeforeWas.Version, r.Before, back.Release.Version, host)
	default:
		return nil
	}
	return text.NewProblem(CodeNoWayBack, say, fmt.Sprintf("`%s` starts it anew%s", r.BeforeWas.Anew(), expected(r.Took[string(targets.VerbStage)]+r.Took[string(targets.VerbReady)])))
}

// doubt is why the way back that a record knows is not safe; empty: it is.
func doubt(r *targets.Record) text.Safe {
	switch {
	case r.SafeBack:
		return text.Safe{}
	case r.UnsafeWhy.IsZero():
		return text.Clean("the record of what is live does not say that it is")
	}
	return r.UnsafeWhy
}

// Confirms reports whether what a person typed is the word that an unsafe way asks for. A
// safe one asks for none.
func (w Way) Confirms(typed text.Safe) bool { return w.Unsafe.IsZero() || typed == w.Word() }

// Word is what has to be typed before an unsafe way is gone: the version of the release
// that it goes to, or the slot of one that has none.
func (w Way) Word() text.Safe {
	if w.Release.Version.IsZero() {
		return text.Clean(string(w.To))
	}
	return w.Release.Version
}

// cold is how long a stopped slot of a host took last until it was ready; 0 unknown.
func cold(r *targets.Record) time.Duration {
	if r == nil {
		return 0
	}
	return r.Took[string(targets.VerbStart)] + r.Took[string(targets.VerbReady)]
}

func expected(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return ", about " + short(d.Round(100*time.Millisecond))
}
