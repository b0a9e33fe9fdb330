package ui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/field"
	"goaround/ui/help"
	"goaround/ui/keys"
)

// choices are all actions; those that are not possible now say why, in the words with
// which the engine would refuse them.
func (m *Model) choices() []help.Choice {
	all := help.Choices(anywhere(), m.places())
	for i, c := range all {
		if in, ok := m.intent(c.Action); ok && c.Not == "" {
			var p *text.Problem
			if _, err := release.Decide(m.state, m.opts.By, in); errors.As(err, &p) {
				all[i].Not = p.Say.String()
			}
		}
	}
	return all
}

// intent is what an action would submit, where no more than its key is needed.
func (m *Model) intent(a keys.Action) (release.Intent, bool) {
	b := m.state.Bar(m.sight().Clock)
	switch {
	case a == keys.Rollback && b.Kind == release.BarNothingLive:
		return release.Abort{}, true
	case a == keys.Rollback && b.Unsafe != nil:
		return release.Rollback{Confirm: b.Type}, true
	case a == keys.Rollback:
		return release.Rollback{Confirm: b.To}, true
	case a == keys.Forward:
		return release.Forward{}, true
	case a == keys.Extend:
		return release.Extend{}, true
	case a == keys.Hold && m.state.Held != nil:
		return release.Unhold{}, true
	case a == keys.Hold:
		return release.Hold{}, true
	}
	return nil, false
}

func (m *Model) askAction() {
	m.ask(question{field: &field.Field{}, palette: &help.Palette{}, answers: []answer{{"enter", "run it", nil}}})
}

// choose runs the marked action of the palette. The rollback asks first: its key came with
// others.
func (m *Model) choose(at time.Time) tea.Cmd {
	c, ok := m.top().palette.Marked(m.choices())
	if !ok || c.Not != "" {
		return nil
	}
	m.drop()
	switch c.Action {
	case keys.Rollback:
		return m.fire(at, true)
	case keys.Hold:
		return m.hold()
	case keys.Quit:
		return m.onQuit(at)
	}
	m.page = nil
	return m.act(c.Action, at, false)
}

// copied is the line under this visitor's cursor, else the id of the session.
func (m *Model) copied() string {
	if line := m.screen().Line(m.sight()); line != "" {
		return line
	}
	return m.state.Session.ID
}

// copy puts a line on the clipboard of this visitor's terminal, and of no other.
func (m *Model) copy(at time.Time) tea.Cmd {
	line := text.Clean(m.copied())
	m.say("to your clipboard, if this terminal takes it: "+line.String(), at)
	return tea.SetClipboard(line.String())
}
