package player

import (
	"fmt"
	"time"

	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/program"
	"goaround/ui/theme"
)

// events is the list of events, the last that has happened marked and in the middle.
func (m *Model) events(w, h int) []string {
	if h < 1 {
		return nil
	}
	right := fmt.Sprintf(" %s of %s ", pane.Count(m.head.n), pane.Count(m.rec.Len()))
	lines := []string{layout.Spread(m.terminal.Theme, pane.Title(m.terminal.Theme, "EVENTS", m.focus == 0)+m.filtered(w), right, w)}
	rows, at := m.list.shown(), m.list.at(m.head.n)
	from := min(max(at-(h-1)*2/3, 0), max(len(rows)-(h-1), 0))
	for i := from; i < min(from+h-1, len(rows)); i++ {
		lines = append(lines, m.rowOf(rows[i], i == at, w))
	}
	if len(rows) == 0 {
		lines = append(lines, m.terminal.Theme.Paint(theme.Dim, "   none yet"))
	}
	return lines
}

// filtered says what the list shows, and what was looked for.
func (m *Model) filtered(w int) string {
	out := ""
	if m.list.acts {
		out += "  acts and keys only"
	}
	switch {
	case m.find.hit > 0:
		out += fmt.Sprintf("  / %q %s of %s, n N", m.find.text, pane.Count(m.find.hit), pane.Count(m.find.all))
	case m.find.text != "":
		out += fmt.Sprintf("  / %q not found", m.find.text)
	case w >= program.FullWidth && !m.list.acts:
		out += "  / find   e next alarm   a acts only"
	}
	return out
}

// rowOf is an event in one row.
func (m *Model) rowOf(e entry, here bool, w int) string {
	t := m.terminal.Theme
	point, at := "   ", e.mono
	if here {
		point = " " + t.Paint(theme.Strong, ">") + " "
	}
	clock := m.wall(at).Format(time.TimeOnly)
	if m.terminal.Width >= largeWidth {
		clock = fmt.Sprintf("#%-5d ", e.n-1) + m.wall(at).Format("15:04:05.000")
	}
	return layout.Fit(t, point+t.Paint(theme.Dim, clock)+" "+t.Paint(e.tone(), fmt.Sprintf("%-6s %s", e.word, e.text)), w)
}

func (e entry) tone() theme.Tone {
	switch {
	case e.alarm:
		return theme.Warn
	case e.word == "log":
		return theme.Dim
	case e.word == "key", e.note:
		return theme.Strong
	}
	return theme.Plain
}
