package player

import (
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// help is the keys, in the place of what is replayed.
type help struct{ top int }

// onHelp scrolls, or closes it with any other key.
func (m *Model) onHelp(a keys.Action) {
	switch a {
	case keys.Up, keys.Down, keys.Top, keys.Bottom, keys.PageUp, keys.PageDown:
		m.help.top = pane.Move(a, m.help.top, len(m.helpLines()))
	case keys.None:
	default:
		m.help = nil
	}
}

func (m *Model) helpLines() []string {
	lines := []string{pane.Title(m.terminal.Theme, "KEYS", true) + "   of a replay: nothing is connected, nothing acts"}
	seen := map[string]bool{}
	for _, place := range []keys.Place{keys.Replay, keys.Graphs, keys.Logs, keys.Everywhere} {
		for _, b := range keys.In(place) {
			if line := b.Line(); b.Long != "" && b.Action != keys.Filter && !seen[line] {
				seen[line] = true
				lines = append(lines, "   "+line)
			}
		}
	}
	return lines
}

func (m *Model) helpView(w, h int) []string {
	lines := m.helpLines()
	first := min(m.help.top, max(len(lines)-h+1, 0))
	foot := "  esc closes"
	if hidden := len(lines) - first - (h - 1); hidden > 0 {
		foot += pane.More(hidden) + " j goes down"
	}
	return append(layout.Block(m.terminal.Theme, lines[first:], w, h-1), layout.Fit(m.terminal.Theme, m.terminal.Theme.Paint(theme.Dim, foot), w))
}
