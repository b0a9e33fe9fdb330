package player

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// side is the chapters, the current one in sight, and below them what can be counted.
func (m *Model) side(w, h int) []string {
	numbers := m.numbers(w)
	room := max(h-len(numbers)-1, 1)
	lines := []string{pane.Title(m.terminal.Theme, "CHAPTERS", false)}
	begun := m.chapters.begun(m.head.n) - 1
	var rows []string
	for i, c := range m.chapters {
		point := "   "
		if i == begun {
			point = " " + m.terminal.Theme.Paint(theme.Strong, ">") + " "
		}
		rows = append(rows, fmt.Sprintf("%s%2d %s %s", point, i+1, m.wall(c.mono).Format(time.TimeOnly), c.title))
	}
	lines = append(lines, layout.Scroll(rows, max(begun, 0), room-1)...)
	return append(layout.Block(m.terminal.Theme, lines, w, room), numbers...)
}

// numbers are how long what mattered took, of the last way back.
func (m *Model) numbers(w int) []string {
	var out []string
	put := func(what string, from, to turn) {
		i, ok := m.chapters.last(from, to)
		if !ok {
			return
		}
		j, ok := m.chapters.after(i, to)
		if ok {
			out = append(out, layout.Spread(m.terminal.Theme, "   "+what, pane.Span(m.chapters[j].mono-m.chapters[i].mono)+" ", w))
		}
	}
	put("new version live for", turnCut, turnThere)
	put("amber to red", turnAmber, turnRed)
	put("red to rollback", turnRed, turnBack)
	put("rollback to traffic back", turnBack, turnThere)
	if len(out) > 0 {
		out = append([]string{pane.Title(m.terminal.Theme, "NUMBERS", false)}, out...)
	}
	return out
}

// last is the last chapter of a kind that one of another kind follows.
func (c chapters) last(kind, followed turn) (int, bool) {
	for i := len(c) - 1; i >= 0; i-- {
		if c[i].kind != kind {
			continue
		}
		if _, ok := c.after(i, followed); ok {
			return i, true
		}
	}
	return 0, false
}

// detail is the event that the list marks, as it was written.
func (m *Model) detail(w int) []string {
	t := m.terminal.Theme
	lines := []string{pane.Title(t, "DETAIL", false)}
	at := m.list.at(m.head.n)
	if at < 0 {
		return layout.Block(t, lines, w, 3)
	}
	rec, err := m.rec.Record(m.list.shown()[at].n - 1)
	if err != nil {
		return layout.Block(t, append(lines, "  "+text.Clean(err.Error()).String()), w, 3)
	}
	by := rec.By
	if rec.Role != string(release.RoleEngine) {
		by += ", " + rec.Role
	}
	lines[0] += fmt.Sprintf("  #%d %s  by %s  hash %s", rec.N, rec.Kind, by, text.Clean(rec.Hash[:min(4, len(rec.Hash))]))
	payload := "erased"
	if rec.Payload != nil {
		payload = text.Clean(string(rec.Payload)).String()
	}
	for _, l := range strings.Split(ansi.Hardwrap(layout.Fit(t, payload, 2*(w-3)), w-3, true), "\n") {
		lines = append(lines, t.Paint(theme.Dim, "  "+l))
	}
	return layout.Block(t, lines, w, 3)
}
