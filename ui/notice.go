package ui

import (
	"errors"
	"time"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/pane"
)

// linger is how long a notice stays.
const linger = 8 * time.Second

// notice is what the last key led to, where that needs a word: a refusal, a hint.
type notice struct {
	problem *text.Problem
	bar     string // stands in the rollback bar
	until   time.Time
}

// refusedMsg is what became of an intent; err nil: it is in the log.
type refusedMsg struct {
	intent release.Intent
	err    error
}

func (m *Model) onRefused(msg refusedMsg) {
	if msg.err == nil {
		return
	}
	m.leaving = false
	p := &text.Problem{Say: text.Clean(msg.err.Error())}
	errors.As(msg.err, &p)
	m.notice = notice{problem: p, until: m.clock().Add(linger)}
}

// say shows a line for a while.
func (m *Model) say(line string, at time.Time) {
	m.notice = notice{problem: &text.Problem{Say: text.Clean(line)}, until: at.Add(linger)}
}

// warn says in the bar that a key did not count.
func (m *Model) warn(line string, at time.Time) { m.notice = notice{bar: line, until: at.Add(linger)} }

// again says that the dangerous key did not.
func (m *Model) again(at time.Time) { m.warn("R AGAIN, other keys came with it", at) }

func (m *Model) barNote() string {
	if m.now.After(m.notice.until) {
		return ""
	}
	return m.notice.bar
}

// notes are the rows above what is going on: the notice of the last key first.
func (m *Model) notes(s pane.Sight, width, height int) []string {
	rows := m.notices(width)
	return layout.Block(m.terminal.Theme, append(rows, pane.Notes(s, width, max(height-len(rows), 1))...), width, height)
}

// notices are what this visitor alone is told.
func (m *Model) notices(width int) []string {
	var rows []string
	switch {
	case m.notice.problem != nil && !m.now.After(m.notice.until):
		rows = append(rows, pane.Problem(m.terminal.Theme, m.notice.problem, width))
	case m.lost != nil:
		rows = append(rows, pane.Problem(m.terminal.Theme, &text.Problem{Say: text.Clean("the log cannot be read: " + m.lost.Error()), Hint: text.Clean("trying again")}, width))
	case m.over && m.state.Ended == nil:
		rows = append(rows, pane.Problem(m.terminal.Theme, &text.Problem{Say: text.Clean("the engine is gone, without an end"), Hint: text.Clean("`goaround status` says what is live")}, width))
	}
	return rows
}
