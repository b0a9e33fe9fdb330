package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// Codes of the refusals of Make.
const (
	CodeLiveAlready = "live-already" // exit 0: what was asked for is so
	CodeDivided     = "divided"
	CodeUnwritten   = "unwritten" // it is live, and a restart of a proxy would undo that
)

// Desired is what the user asks for.
type Desired struct {
	File    *checklist.File
	Env     checklist.Environment
	Release targets.Release
	Notes   []*text.Problem // of how its images came to the hosts; findings of the plan
	Session string
}

// Make plans a deploy. It refuses with a *text.Problem: CodeLiveAlready if every host
// runs the release already, CodeUnwritten if one does not know it yet, targets.CodeFrozen in
// a freeze, CodeDivided if the hosts do not agree on what is live, and what a host says where
// that cannot be known.
func Make(d Desired, o targets.Observed) (Plan, error) {
	if p := unknown(o); p != nil {
		return Plan{}, p
	}
	if f := o.Frozen(); f != nil {
		return Plan{}, f.Problem(d.Env.Name)
	}
	live, ok := o.Live()
	if !ok {
		return Plan{}, text.NewProblem(CodeDivided, "the hosts do not send their traffic to one slot: "+Where(o),
			"`goaround status` shows each; `goaround rollback` brings them together")
	}
	p := draft(d, live, live.Next(), o)
	if live != targets.NoSlot && everywhere(o, live, d.Release) {
		for _, h := range o.Hosts {
			if unwritten(h) != targets.NoSlot {
				return Plan{}, text.NewProblem(CodeUnwritten, fmt.Sprintf("%s is live already, in slot %s, but that is not written down on %s: a restart of its proxy would undo it", d.Release.Version, live, h.Name),
					"`goaround resume` on the machine that deployed it goes on; `goaround rollback` goes back")
			}
		}
		return Plan{}, text.NewProblem(CodeLiveAlready, fmt.Sprintf("%s is live already, in slot %s", d.Release.Version, live), "nothing to do")
	}
	p.Steps = steps(p, d.File, o)
	return p.freeze(), nil
}

// draft is a plan without its steps.
func draft(d Desired, from, to targets.Slot, o targets.Observed) Plan {
	p := Plan{
		App: d.File.App, Env: d.Env.Name, Session: d.Session,
		From: from, To: to, Release: d.Release,
		Items: items(d), Settings: settings(d), Findings: slices.Clone(d.Notes),
	}
	for _, h := range o.Hosts {
		p.Hosts = append(p.Hosts, h.Name)
		p.Findings = append(p.Findings, h.Warnings...)
		p.BackTook = max(p.BackTook, h.SwitchTook)
		if from != targets.NoSlot {
			p.Before = h.Slots[from].Release
		}
		p.ColdTook = max(p.ColdTook, cold(h.Store))
		if h.Store != nil && h.Store.Ahead {
			p.Ahead = h.Store.UnsafeWhy
		}
	}
	p.Unsafe = unsafe(p, d.File)
	return p
}

// freeze gives the plan its digest.
func (p Plan) freeze() Plan {
	p.Digest = digest(p)
	for i := range p.Steps {
		for j := range p.Steps[i].Ops {
			p.Steps[i].Ops[j].Plan = p.Digest
		}
	}
	return p
}

// unknown is why what is live cannot be known on some host.
func unknown(o targets.Observed) *text.Problem {
	for _, h := range o.Hosts {
		if h.Unknown != nil {
			return h.Unknown
		}
	}
	return nil
}

func everywhere(o targets.Observed, slot targets.Slot, r targets.Release) bool {
	for _, h := range o.Hosts {
		if s := h.Slots[slot]; !s.Warm() || !s.Works() || !s.Release.Same(r) {
			return false
		}
	}
	return len(o.Hosts) > 0
}

// Where says in a line which slot each host sends its traffic to.
func Where(o targets.Observed) string {
	var parts []string
	for _, h := range o.Hosts {
		live := string(h.Live)
		if h.Divided {
			live = "several"
		} else if live == "" {
			live = "none"
		}
		parts = append(parts, h.Name+" "+live)
	}
	return strings.Join(parts, ", ")
}

func settings(d Desired) Settings {
	s := Settings{
		URL: d.Env.URL, Votes: max(1, d.Env.Votes), Cutover: d.File.Cutover, Watch: d.File.Watch,
		Errors: d.File.Guard.Errors, Latency: d.File.Guard.Latency, Auto: d.File.Guard.Auto,
		AlwaysConfirm: d.File.Rollback.AlwaysConfirm, Drain: d.File.Rollback.Drain, UntilNext: d.File.Rollback.UntilNext,
	}
	s.Services, s.Workers = d.File.Routed(), d.File.Workers()
	return s
}

// items are those that every deploy has, then the file's.
func items(d Desired) []Item {
	pre := checklist.Pre
	all := []Item{
		{ID: "image", Phase: pre, Kind: checklist.Image, Title: text.Clean("Image " + d.Release.Version.String() + " pinned on every host"), Key: true},
		{ID: "wayback", Phase: pre, Kind: checklist.WayBack, Title: text.Clean("The way back is there")},
		{ID: "baseline", Phase: pre, Kind: checklist.Baseline, Title: text.Clean("Guard knows the old version")},
	}
	for _, list := range [][]checklist.Item{d.File.Pre, d.File.During} {
		for _, it := range list {
			if it.Kind != checklist.Stage && it.Kind != checklist.Cutover && it.Kind != checklist.RunJob {
				all = append(all, item(it))
			}
		}
	}
	if d.Env.URL != "" {
		all = append(all, outside(d.File.During)...)
	}
	for _, it := range d.File.Post {
		all = append(all, item(it))
	}
	return all
}

// outside are the items that ask the public URL once the traffic has moved: whether it
// answers, and what was asked of the idle slot before.
func outside(during []checklist.Item) []Item {
	all := []Item{{ID: "public", Phase: checklist.Post, Kind: checklist.Public, Title: text.Clean("Public URL answers"), Key: true}}
	for _, it := range during {
		if it.Kind == checklist.Smoke {
			again := item(it)
			again.ID, again.Of, again.Phase = it.ID+"-public", it.ID, checklist.Post
			again.Title = text.Clean(it.Title + " through the public URL")
			all = append(all, again)
		}
	}
	return all
}

func item(it checklist.Item) Item {
	out := Item{ID: it.ID, Phase: it.Phase, Kind: it.Kind, Title: text.Clean(it.Title), Who: it.Who, Key: it.Key, After: it.After}
	if it.Auto() {
		out.Def = hash(it)[:12]
	}
	return out
}

func steps(p Plan, f *checklist.File, o targets.Observed) []Step {
	var all []Step
	for _, it := range f.During {
		switch it.Kind {
		case checklist.RunJob:
			all = append(all, jobSteps(p, f, it, o)...)
		case checklist.Stage:
			all = append(all, stage(p, o), ready(p, o))
		case checklist.Cutover:
			all = append(all, cutovers(p, f.Waves, o)...)
			all = append(all, persist(p, p.Hosts, o))
			if len(p.Settings.Workers) > 0 {
				all = append(all, swap(p, f, o))
			}
		default:
			all = append(all, Step{ID: it.ID, Title: it.Title, Item: it.ID, Cause: "the checklist says so", Undo: "none needed"})
		}
	}
	all = append(all, Step{ID: StepWatch, Title: "watch", Cause: "errors and latency of the new version are judged", Undo: "switch", Estimate: p.Settings.Watch})
	if !p.First() && !p.Settings.UntilNext {
		all = append(all, retire(p, p.From, "it is kept, stopped, for the way back", o))
	}
	return all
}

// each makes one operation a host.
func each(hosts []string, o targets.Observed, template targets.Op) ([]targets.Op, time.Duration) {
	ops := make([]targets.Op, 0, len(hosts))
	var longest time.Duration
	for _, name := range hosts {
		op := template
		op.Host, op.ID = name, template.ID+"@"+name
		if h, ok := o.Host(name); ok && h.Store != nil {
			op.Estimate = h.Store.Took[op.TimedAs()]
		}
		longest = max(longest, op.Estimate)
		ops = append(ops, op)
	}
	return ops, longest
}

func stage(p Plan, o targets.Observed) Step {
	cause := fmt.Sprintf("%s goes beside what is live", p.Release.Version)
	if p.First() {
		cause = fmt.Sprintf("%s is the first release", p.Release.Version)
	}
	for _, h := range o.Hosts {
		if was := h.Slots[p.To]; len(was.Instances) > 0 {
			cause = fmt.Sprintf("%s takes the place of %s, which is removed", p.Release.Version, was.Release.Version)
		}
	}
	s := Step{ID: StepStage, Title: "start " + string(p.To), Cause: cause, Undo: "remove " + string(p.To)}
	s.Ops, s.Estimate = each(p.Hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbStage, Slot: p.To, Release: p.Release, Session: p.Session, Cause: s.Cause, Undo: s.Undo})
	return s
}

func ready(p Plan, o targets.Observed) Step {
	s := Step{ID: StepReady, Title: "ready", Cause: "nothing gets traffic before it answers", Undo: "remove " + string(p.To)}
	s.Ops, s.Estimate = each(p.Hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbReady, Slot: p.To, Cause: s.Cause, Undo: s.Undo})
	return s
}

func cutover(p Plan, hosts []string, o targets.Observed) Step {
	undo := "switch back to " + string(p.From)
	if p.First() {
		undo = "stop " + string(p.To) + "; nothing was live before"
	}
	s := Step{ID: StepCutover, Title: "CUTOVER to " + string(p.To), Cause: p.Release.Version.String() + " takes the traffic", Undo: undo}
	s.Ops, s.Estimate = each(hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbRoute, Slot: p.To, From: p.From, Cause: s.Cause, Undo: s.Undo})
	return s
}

func persist(p Plan, hosts []string, o targets.Observed) Step {
	s := Step{ID: StepPersist, Title: "write down", Cause: "a restart of the proxy keeps the switch", Undo: "written again after a switch back"}
	s.Ops, s.Estimate = each(hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbPersist, Slot: p.To, From: p.From,
		Release: p.Release, Before: p.Before, Session: p.Session, Unsafe: p.Unsafe, Cause: s.Cause, Undo: s.Undo})
	return s
}

func retire(p Plan, slot targets.Slot, cause string, o targets.Observed) Step {
	s := Step{ID: StepRetire, Title: "stop " + string(slot), Cause: cause, Undo: "start " + string(slot)}
	s.Ops, s.Estimate = each(p.Hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbRetire, Slot: slot, Drain: p.Settings.Drain, Cause: s.Cause, Undo: s.Undo})
	return s
}
