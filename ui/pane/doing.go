package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goaround/engine/release"
	"goaround/targets"
)

// gerund is what an operation is doing.
func gerund(v targets.Verb) string {
	switch v {
	case targets.VerbStage, targets.VerbStart:
		return "starting"
	case targets.VerbReady:
		return "waiting until it answers"
	case targets.VerbRoute:
		return "moving traffic"
	case targets.VerbPersist:
		return "writing down what is live"
	case targets.VerbSwap:
		return "swapping the workers"
	case targets.VerbWarn:
		return "writing down the risk"
	case targets.VerbJob:
		return "running"
	case targets.VerbRetire:
		return "stopping"
	case targets.VerbRemove:
		return "removing"
	}
	return string(v)
}

// act is an operation in words: "starting blue".
func act(o release.Op) string {
	switch o.Verb {
	case targets.VerbReady:
		return fmt.Sprintf("waiting until %s answers", o.Slot)
	case targets.VerbRoute:
		if o.Slot == targets.NoSlot {
			return "taking the traffic away"
		}
		return fmt.Sprintf("moving traffic to %s", o.Slot)
	case targets.VerbPersist, targets.VerbWarn:
		return gerund(o.Verb)
	case targets.VerbSwap:
		return fmt.Sprintf("swapping the workers to %s", o.Slot)
	case targets.VerbJob:
		return "running job " + o.Job.Name
	case targets.VerbRetire:
		if o.Last.InFlight > 0 {
			return "draining " + string(o.Slot)
		}
	}
	return gerund(o.Verb) + " " + string(o.Slot)
}

// after is how long something has been running, said once it is over a second.
func (s Sight) after(since time.Duration) string {
	d := s.since(since)
	if d < time.Second {
		return ""
	}
	return " for " + Seconds(d)
}

// doing is the running acts, one a line: operations, alike ones of several hosts
// together, then steps without any, then items.
func (s Sight) doing() []string {
	out := s.running()
	for _, st := range s.State.Steps {
		if st.Status == release.StatusRunning && st.Item == "" && !s.covered(st.ID) {
			out = append(out, st.Title+s.after(st.Since)+moving(st))
		}
	}
	for _, it := range s.State.Items {
		if it.Status == release.StatusRunning {
			out = append(out, "checking: "+it.Title.String()+s.after(it.Since))
		}
	}
	return out
}

// running is the operations that run: "starting blue on web-1, web-2 for 12 s".
func (s Sight) running() []string {
	var acts []string
	hosts, alike := map[string][]string{}, map[string][]release.Op{}
	for _, o := range s.State.Ops {
		if o.Status != release.StatusRunning {
			continue
		}
		name := act(o)
		if len(hosts[name]) == 0 {
			acts = append(acts, name)
		}
		alike[name] = append(alike[name], o)
		hosts[name] = append(hosts[name], o.Host)
	}
	for i, name := range acts {
		acts[i] = name + " on " + strings.Join(hosts[name], ", ") + s.after(alike[name][0].Since) + s.progress(alike[name]...)
	}
	return acts
}

// covered reports whether a step has operations, which say what it does.
func (s Sight) covered(step string) bool {
	return slices.ContainsFunc(s.State.Ops, func(o release.Op) bool { return o.Step == step })
}

// moving is how far each host is in a step without operations.
func moving(st release.Step) string {
	var parts []string
	for _, p := range st.Hosts {
		if moved := p.Progress().Moved(); moved != "" {
			parts = append(parts, p.Host+" "+moved)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, "; ")
}

// progress is what operations that do the same said last: the first of them, or how much
// is in flight on all.
func (s Sight) progress(ops ...release.Op) string {
	var parts []string
	o, d := ops[0], release.Drain{}
	for _, o := range ops {
		d.N += o.Last.InFlight
		d.Left = max(d.Left, o.Since+o.Drain-s.Clock)
	}
	if d.N > 0 {
		return fmt.Sprintf(" (%s in flight, %s left)", Some(d.N, "request"), Seconds(d.Left))
	}
	if moved := o.Last.Progress().Moved(); moved != "" {
		parts = append(parts, moved)
	}
	if !o.Last.Text.IsZero() {
		parts = append(parts, o.Last.Text.String())
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}
