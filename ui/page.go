package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// page is something to read in the place of the screen; the rows around it stay.
type page struct {
	help bool
	item string // details of that item
	top  int
}

func (m *Model) openDetails(it release.Item, ok bool) {
	if ok {
		m.page = &page{item: it.ID}
	}
}

// onPage scrolls or closes the page. No other key acts on what the page covers.
func (m *Model) onPage(key string, at time.Time) tea.Cmd {
	switch a := keys.Match(key, keys.Items, keys.Everywhere); a {
	case keys.Up, keys.Down, keys.Top, keys.Bottom, keys.PageUp, keys.PageDown:
		m.page.top = pane.Move(a, m.page.top, len(m.pageLines(m.terminal.Width)))
	case keys.Back, keys.Leave, keys.Help, keys.Why:
		m.page = nil
	case keys.Redraw:
		return tea.ClearScreen
	default:
		m.say("esc closes this page first", at)
	}
	return nil
}

func (m *Model) pageLines(width int) []string {
	s := m.sight()
	if !m.page.help {
		it, _ := m.state.Item(m.page.item)
		return pane.Details(s, it, width)
	}
	lines := []string{pane.Title(m.terminal.Theme, "KEYS", true) + "  capital letters act on the release, small on the view"}
	seen := map[string]bool{}
	for _, place := range m.places() {
		for _, b := range keys.In(place) {
			if line := b.Line(); b.Long != "" && !seen[line] {
				seen[line] = true
				lines = append(lines, helpLine(line, width)...)
			}
		}
	}
	lines = append(lines, "   "+keys.FieldRollback+"           roll back from inside a text field", "", pane.Title(m.terminal.Theme, "ELSEWHERE", false))
	for _, b := range keys.Table() {
		if line := b.Line(); b.Long != "" && !seen[line] {
			lines = append(lines, helpLine(line+" ("+string(b.Places[0])+")", width)...)
		}
	}
	return lines
}

// helpLine is a key and what it does; a long text goes on below its begin.
func helpLine(line string, width int) []string {
	text := min(keys.Indent, len(line))
	rows := layout.Wrap(line[text:], max(width-3-text, 20))
	for i, r := range rows {
		head := strings.Repeat(" ", text)
		if i == 0 {
			head = line[:text]
		}
		rows[i] = "   " + head + r
	}
	return rows
}

func (m *Model) pageView(width, height int) []string {
	lines := m.pageLines(width)
	first := min(m.page.top, max(len(lines)-height+1, 0))
	shown := layout.Block(m.terminal.Theme, lines[first:], width, height-1)
	foot := "  esc closes"
	if hidden := len(lines) - first - (height - 1); hidden > 0 {
		foot += pane.More(hidden) + " j goes down"
	}
	return append(shown, layout.Fit(m.terminal.Theme, m.terminal.Theme.Paint(theme.Dim, foot), width))
}
