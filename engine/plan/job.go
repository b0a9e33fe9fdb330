package plan

import (
	"fmt"
	"strings"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/text"
)

// jobSteps are those of an item that runs a job, once, on the first host. Before one that
// makes the way back unsafe that is written down on all hosts where something is live, so
// that it is known whoever goes back, whatever becomes of the session.
func jobSteps(p Plan, f *checklist.File, it checklist.Item, o targets.Observed) []Step {
	j := jobOf(f, it.Job)
	run := Step{ID: it.ID, Title: fmt.Sprintf("job %s, %s", j.Name, j.Class), Cause: "runs once, in the new image of " + j.Service, Undo: "none: what it did to data stays"}
	if j.Class == targets.ClassNone {
		run.Undo = "none needed"
	}
	var why text.Safe
	var steps []Step
	if j.Class.Unsafe() {
		why = p.Unsafe
		run.Cause += "; from here on the way back asks"
		if !p.First() {
			steps = append(steps, warn(p, it, o))
		}
	}
	first := p.Hosts[:min(1, len(p.Hosts))]
	run.Ops, run.Estimate = each(first, o, targets.Op{ID: run.ID, Verb: targets.VerbJob, Slot: p.To, Release: p.Release, Session: p.Session,
		Job: &j, Unsafe: why, Cause: run.Cause, Undo: run.Undo})
	return append(steps, run)
}

func warn(p Plan, it checklist.Item, o targets.Observed) Step {
	s := Step{ID: it.ID + "-warn", Title: "write down the risk", Cause: "whoever goes back is asked first, also after this session", Undo: "the next release writes it anew"}
	s.Ops, s.Estimate = each(p.Hosts, o, targets.Op{ID: s.ID, Verb: targets.VerbWarn, Slot: p.From, Release: p.Before, Session: p.Session,
		Unsafe: p.Unsafe, Cause: s.Cause, Undo: s.Undo})
	return s
}

func jobOf(f *checklist.File, name string) targets.Job {
	j, _ := f.Job(name)
	return targets.Job{Name: name, Service: j.Service, Command: j.Command, Class: targets.Class(j.Class), Timeout: j.Timeout}
}

// unsafe says why the way back is not safe after the release: its own jobs, or what an
// earlier session ran ahead of what is live.
func unsafe(p Plan, f *checklist.File) text.Safe {
	var jobs []string
	for _, it := range f.During {
		if j := jobOf(f, it.Job); it.Kind == checklist.RunJob && j.Class.Unsafe() {
			jobs = append(jobs, fmt.Sprintf("%s (%s)", j.Name, j.Class))
		}
	}
	if len(jobs) == 0 {
		return p.Ahead
	}
	return text.Clean("job " + strings.Join(jobs, ", ") + " for " + p.Release.Version.String())
}
