package player

import (
	"sort"
	"time"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/pane"
)

// chapter is a moment that a session turns at.
type chapter struct {
	n     int // events that have happened once this one has
	at    time.Time
	mono  time.Duration
	kind  turn
	title string
}

// turn is what kind of moment a chapter is: its label on the chapter bar.
type turn string

// The turns.
const (
	turnPlan    turn = "plan"
	turnReady   turn = "READY"
	turnGo      turn = "GO"
	turnCut     turn = "CUT"
	turnAmber   turn = "amber"
	turnRed     turn = "red"
	turnOK      turn = "ok"
	turnBack    turn = "R"
	turnForward turn = "F"
	turnThere   turn = "back"
	turnMark    turn = "mark"
	turnEnd     turn = "end"
)

// turning is the chapter that an event begins; ok is false for most.
func turning(before release.State, e release.Event) (c chapter, ok bool) {
	c = chapter{n: int(e.N) + 1, at: e.At, mono: e.Mono}
	switch b := e.Body.(type) {
	case release.PlanFrozen:
		c.kind, c.title = turnPlan, "plan frozen"
	case release.PauseOpened:
		if b.Pause == release.PauseVote {
			c.kind, c.title = turnReady, "ready check"
		}
	case release.Voted:
		if b.Go {
			c.kind, c.title = turnGo, "GO by "+e.By.Name
		}
	case release.TrafficMoved:
		c.kind, c.title = turnThere, "traffic back, "+pane.Span(b.Took)
		if b.Switch == "" {
			c.kind, c.title = turnCut, "CUTOVER"
		} else if sw, _ := before.Switch(); !sw.Way.Back {
			c.title = "traffic forward, " + pane.Span(b.Took)
		}
	case release.Judged:
		c.kind, c.title = judged(before, b)
	case release.SwitchStarted:
		c.kind, c.title = turnForward, "FORWARD"
		if b.Way.Back {
			c.kind, c.title = turnBack, "ROLLBACK"
		}
	case release.Said:
		if b.Mark {
			c.kind, c.title = turnMark, "mark "+b.Text.String()
		}
	case release.SessionEnded:
		c.kind, c.title = turnEnd, "end: "+string(b.End)
	}
	c.title = text.Clean(c.title).String()
	return c, c.kind != ""
}

// judged is a chapter where the guard became amber or red, or well after that.
func judged(before release.State, b release.Judged) (turn, string) {
	_, was := before.Judging()
	level := b.Verdict.Level
	switch {
	case level == was:
		return "", ""
	case level == guard.Amber:
		return turnAmber, "guard amber"
	case level == guard.Red:
		return turnRed, "guard RED"
	case level == guard.OK && (was == guard.Amber || was == guard.Red):
		return turnOK, "guard OK"
	}
	return "", ""
}

// chapters are in their order.
type chapters []chapter

// begun is how many chapters have begun after n events.
func (c chapters) begun(n int) int {
	return sort.Search(len(c), func(i int) bool { return c[i].n > n })
}

// after is the first chapter of a kind from an index on.
func (c chapters) after(from int, kind turn) (int, bool) {
	for i := max(from, 0); i < len(c); i++ {
		if c[i].kind == kind {
			return i, true
		}
	}
	return 0, false
}
