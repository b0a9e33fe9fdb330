package player

import (
	tea "charm.land/bubbletea/v2"

	"goaround/targets/text"
	"goaround/ui/help"
	"goaround/ui/keys"
	"goaround/ui/pane"
)

// anywhere are the places of a replay.
func anywhere() []keys.Place {
	return []keys.Place{keys.Replay, keys.Graphs, keys.Hosts, keys.Logs, keys.Steps, keys.Page, keys.Everywhere}
}

// helpLines are the keys, in the place of what is replayed.
func (m *Model) helpLines(width int) []string {
	return help.Keys(m.terminal.Theme, " of a replay: nothing is connected, nothing acts", width, m.places(), anywhere())
}

// onHelp scrolls or searches, or closes it with any other key.
func (m *Model) onHelp(key string) {
	a := keys.Match(key, keys.Page, keys.Everywhere)
	switch {
	case m.help.Move(a, m.helpLines(m.terminal.Width)), a == keys.None:
	case a == keys.Search:
		m.ask = &ask{says: "keys with this text; esc for all", typed: m.help.Search}
	default:
		m.help = nil
	}
}

func (m *Model) choices() []help.Choice { return help.Choices(anywhere(), m.places()) }

func (m *Model) askAction() {
	p := &help.Palette{}
	m.ask = &ask{palette: p, typed: p.Type, do: func(text.Safe) tea.Cmd {
		c, ok := p.Marked(m.choices())
		switch {
		case !ok:
			m.say(p.Say(m.choices()))
			return nil
		case c.Not != "":
			m.say(p.Say(m.choices()))
			return nil
		}
		return m.run(c.Action)
	}}
}

// copy puts the line of the list, or of the log, on the clipboard of this terminal.
func (m *Model) copy() tea.Cmd {
	line := m.rec.ID()
	if at := m.list.at(m.head.n); panes()[m.focus] == keys.Logs {
		line = pane.LogLine(m.sight(), m.logs)
	} else if at >= 0 {
		line = m.list.shown()[at].line()
	}
	safe := text.Clean(line).String()
	m.say("to your clipboard, if this terminal takes it: " + safe)
	return tea.SetClipboard(safe)
}
