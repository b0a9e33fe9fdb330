package engine

import (
	"fmt"

	"goaround/checklist"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// resumes is the ID of the session that is gone on with, or empty.
func (c Config) resumes() string {
	if c.Resume == nil {
		return ""
	}
	return c.Resume.Session.ID
}

// planned is the plan of a deploy, or what is left of one that is resumed.
func (l *loop) planned(seen targets.Observed) (plan.Plan, error) {
	d := plan.Desired{File: l.cfg.File, Env: l.cfg.Env, Release: l.images, Notes: l.notes, Session: l.cfg.ID}
	if l.cfg.Resume == nil {
		return plan.Make(d, seen)
	}
	begun := l.cfg.Resume.Begun()
	d.Release, d.Session = begun.Plan.Release, begun.Plan.Session
	return plan.Resume(d, begun, seen)
}

// known says where the hosts were found, and what nobody knows of the session before.
func (l *loop) known() []release.Body {
	before, p := l.cfg.Resume, l.state.Plan
	say := "no traffic has moved"
	switch {
	case p.Arrived:
		say = "all hosts send their traffic to " + string(p.To)
	case p.Cut:
		say = "traffic was found here and there: " + plan.Where(*l.state.Observed)
	}
	bodies := []release.Body{release.Said{Mark: true, Text: text.Clean("goes on with " + before.Session.ID + ": " + say)}}
	for _, o := range before.Ops {
		if o.Status == release.StatusRunning || o.Status == release.StatusUnknown {
			bodies = append(bodies, release.Said{Text: text.Clean(fmt.Sprintf("nobody knows how %s of %s on %s ended; the host was looked at", o.Verb, o.Slot, o.Host))})
		}
	}
	return bodies
}

// carryOn takes over from the session that is resumed what still holds after its cutover:
// what the guard knew of the old version, and what people answered in the watch. A way
// back that was begun was confirmed where it had to be, and is gone first.
func (l *loop) carryOn() {
	before := l.cfg.Resume
	if before == nil || l.state.Plan == nil || l.state.Closing != nil {
		return
	}
	l.append(release.Engine(), l.known()...)
	if !l.state.Plan.Cut {
		return
	}
	if len(before.Baselines) > 0 {
		l.append(release.Engine(), release.BaselineLearned{Baselines: before.Baselines, Foresight: before.Foresight})
	}
	for _, it := range before.Items {
		now, there := l.state.Item(it.ID)
		switch {
		case !there || it.Phase != checklist.Post || it.Auto() || now.Title != it.Title:
		case it.Status == release.StatusOK:
			l.append(it.By, release.ItemAnswered{Item: it.ID, OK: true, Evidence: it.Evidence})
		case it.Status == release.StatusSkipped:
			l.append(it.By, release.ItemSkipped{Item: it.ID, Why: it.Evidence})
		}
	}
	if before.Begun().Back {
		confirmed := l.state.Plan.Back(0, false).Word()
		if l.state.Plan.First() {
			confirmed = text.Clean("y")
		}
		bodies, err := release.Decide(l.state, l.cfg.pilot(), release.Rollback{Why: text.Clean("resumed: it was going back"), Confirm: confirmed})
		if err == nil {
			l.append(l.cfg.pilot(), bodies...)
		}
	}
}
