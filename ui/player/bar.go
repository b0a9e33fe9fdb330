package player

import (
	"slices"
	"strings"
	"time"

	"goaround/ui/layout"
	"goaround/ui/theme"
)

// bar is the chapter bar in two rows: what the chapters are, and where they and the
// position lie in time. What was not read yet is dotted.
func (m *Model) bar(w int) []string {
	cells := w - 4
	if cells < 8 {
		return []string{layout.Fit(m.terminal.Theme, "", w), layout.Fit(m.terminal.Theme, "", w)}
	}
	total := max(m.end().mono, 1)
	column := func(mono time.Duration) int {
		return int(float64(max(min(mono, total), 0)) / float64(total) * float64(cells-1))
	}
	line := []rune(strings.Repeat("-", cells))
	if !m.read {
		for i := column(m.rec.Time(m.rec.Read())); i < cells; i++ {
			line[i] = '.'
		}
	}
	for _, mark := range "*!RF" {
		for _, c := range m.chapters {
			if c.kind.mark() == mark {
				line[column(c.mono)] = mark
			}
		}
	}
	return []string{m.labels(w, column), " " + m.line(line, column(m.head.mono)) + " "}
}

// mark is a chapter on the bar.
func (t turn) mark() rune {
	switch t {
	case turnAmber, turnRed:
		return '!'
	case turnBack, turnForward:
		return rune(t[0])
	}
	return '*'
}

// line draws the bar with the position on it.
func (m *Model) line(cells []rune, at int) string {
	t := m.terminal.Theme
	return t.Paint(theme.Dim, "|") + m.toned(cells[:at]) + t.Paint(theme.Invert, ">") + m.toned(cells[at+1:]) + t.Paint(theme.Dim, "|")
}

func (m *Model) toned(cells []rune) string {
	var out strings.Builder
	for len(cells) > 0 {
		end := slices.IndexFunc(cells, func(r rune) bool { return (r == '!') != (cells[0] == '!') })
		if end < 0 {
			end = len(cells)
		}
		tone := theme.Plain
		if cells[0] == '!' {
			tone = theme.Warn
		}
		out.WriteString(m.terminal.Theme.Paint(tone, string(cells[:end])))
		cells = cells[end:]
	}
	return out.String()
}

// labels are the start, the end, and the chapters where there is room, those that matter
// most first.
func (m *Model) labels(w int, column func(time.Duration) int) string {
	cells := []rune(strings.Repeat(" ", w))
	put := func(at int, label string) {
		at = max(min(at, w-1-len(label)), 1)
		if w < len(label)+2 || strings.TrimSpace(string(cells[max(at-1, 0):min(at+len(label)+1, w)])) != "" {
			return
		}
		copy(cells[at:], []rune(label))
	}
	if m.state.Next > 0 {
		put(1, m.wall(0).Format("15:04"))
		put(w, "end "+m.wall(m.end().mono).Format("15:04"))
	}
	for _, kinds := range [][]turn{{turnCut}, {turnBack, turnForward}, {turnRed}, {turnAmber, turnOK}, {turnThere, turnMark, turnGo, turnReady, turnPlan}} {
		for _, c := range m.chapters {
			if slices.Contains(kinds, c.kind) {
				put(column(c.mono)+2, string(c.kind))
			}
		}
	}
	return m.terminal.Theme.Paint(theme.Dim, string(cells))
}
