package player

import (
	tea "charm.land/bubbletea/v2"

	"goaround/targets/text"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
)

// largeWidth and largeHeight are the size from which there is room for all panes.
const largeWidth, largeHeight = 110, 34

// View is the whole screen.
func (m *Model) View() tea.View {
	return m.terminal.View("replay "+text.Clean(m.rec.ID()).String(), m.Frame())
}

// Frame is the rows of the screen, each as wide as the terminal.
func (m *Model) Frame() []string {
	return m.terminal.Frame(m.full, m.single, m.tiny)
}

// full has what is replayed and the verdict on it, the clock, the guard, the graphs, a
// pane, the chapter bar, and the keys, between double rules.
func (m *Model) full(w, h int) []string {
	s := m.sight()
	rule := layout.DoubleRule(m.terminal.Theme, w)
	rows := []string{m.header(s, w), rule, m.clockRow(s, w)}
	if large := w >= largeWidth && h >= largeHeight; large {
		rows = append(append(rows, layout.Block(m.terminal.Theme, pane.Verdicts(s, w), w, 3)...), rule)
	} else {
		rows = append(rows, pane.Verdict(s, w))
	}
	rows = append(rows, m.body(s, w, h-len(rows)-6)...)
	rows = append(rows, rule)
	rows = append(rows, m.bar(w)...)
	return append(rows, m.again(w), m.under(rule, w), m.keys(w))
}

// single has one pane at a time.
func (m *Model) single(w, h int) []string {
	s := m.sight()
	rows := []string{m.header(s, w), m.clockRow(s, w), pane.Verdict(s, w)}
	if over := m.over(w, h-6); over != nil {
		rows = append(rows, over...)
	} else {
		rows = append(rows, layout.Block(m.terminal.Theme, m.pane(s, w, h-6), w, h-6)...)
	}
	return append(rows, m.under(m.bar(w)[1], w), m.again(w), m.keys(w))
}

// tiny has a line of state, what happened last, and that it is a replay.
func (m *Model) tiny(w, h int) []string {
	s := m.sight()
	state := layout.Fit(m.terminal.Theme, " REPLAY "+m.clockText()+" "+pane.Phase(s, w), w)
	last := layout.Fit(m.terminal.Theme, " REPLAY  space play  q leave", w)
	switch {
	case m.ask != nil:
		last = m.ask.field.Row(m.terminal.Theme, w)
	case m.notice != "":
		last = layout.Fit(m.terminal.Theme, " REPLAY  "+m.notice, w)
	}
	switch h {
	case 1:
		return []string{state}
	case 2:
		return []string{state, last}
	}
	return append(append([]string{state}, layout.Block(m.terminal.Theme, m.events(w, h-2), w, h-2)...), last)
}

func (m *Model) body(s pane.Sight, w, h int) []string {
	switch over := m.over(w, h); {
	case over != nil:
		return over
	case m.zoom:
		return layout.Block(m.terminal.Theme, m.pane(s, w, h), w, h)
	}
	graphs := min(6+max(h-14, 0)/3, 12)
	rows := m.upper(s, w, graphs)
	if w < largeWidth || h < largeHeight-16 {
		return append(rows, layout.Block(m.terminal.Theme, m.pane(s, w, h-graphs), w, h-graphs)...)
	}
	rows = append(rows, layout.DoubleRule(m.terminal.Theme, w))
	return append(rows, m.beside(s, w, h-graphs-1)...)
}

// over is what stands in the place of what is replayed: the palette, or help; else nil.
func (m *Model) over(w, h int) []string {
	switch {
	case m.ask != nil && m.ask.palette != nil:
		return m.ask.palette.View(m.terminal.Theme, m.choices(), w, h)
	case m.help != nil:
		return m.help.View(m.terminal.Theme, m.helpLines(w), w, h)
	}
	return nil
}

// upper is the graphs; before the cutover, the steps beside the checklist.
func (m *Model) upper(s pane.Sight, w, h int) []string {
	if s.State.Cut {
		return layout.Block(m.terminal.Theme, pane.Graphs(s, m.graph, false, w, h), w, h)
	}
	left := w / 2
	steps, at := pane.Steps(s, s.Current(), left, h-1)
	items, foremost := pane.Items(s, s.State.Items, pane.Foremost(s, s.State.Items), w-left-1, h-1)
	return layout.Beside(m.terminal.Theme, append([]string{pane.Title(m.terminal.Theme, "STEPS", false)}, layout.Scroll(steps, at, h-1)...),
		append([]string{layout.Spread(m.terminal.Theme, pane.Title(m.terminal.Theme, "CHECKLIST", false), pane.Done(s.State.Items)+" ", w-left-1)}, layout.Scroll(items, foremost, h-1)...), left, w, h)
}

// beside has the pane with the details of the event below it, and the chapters and the
// numbers at the right.
func (m *Model) beside(s pane.Sight, w, h int) []string {
	left := w * 2 / 3
	detail := m.detail(left)
	rows := layout.Block(m.terminal.Theme, m.pane(s, left, h-len(detail)), left, h-len(detail))
	rows = append(rows, detail...)
	return layout.Beside(m.terminal.Theme, rows, m.side(w-left-1, h), left, w, h)
}

// pane is the one that has the focus.
func (m *Model) pane(s pane.Sight, w, h int) []string {
	switch panes()[m.focus] {
	case keys.Hosts:
		rows := pane.Hosts(s, w)
		return append([]string{pane.Marked(m.terminal.Theme, rows[0])}, scrolled(rows[1:], m.top, h-1)...)
	case keys.Logs:
		return pane.Logs(s, m.logs, true, w, h)
	case keys.Steps:
		rows, at := pane.Steps(s, s.Current(), w, h-1)
		if m.top > 0 {
			return append([]string{pane.Title(m.terminal.Theme, "STEPS", true)}, scrolled(rows, m.top, h-1)...)
		}
		return append([]string{pane.Title(m.terminal.Theme, "STEPS", true)}, layout.Scroll(rows, at, h-1)...)
	}
	return m.events(w, h)
}

// scrolled is rows from one on, but never fewer than there is room for.
func scrolled(rows []string, top, h int) []string {
	return rows[min(top, max(len(rows)-max(h, 0), 0)):]
}

// under is the row above the keys: the line that is typed, or what stands there.
func (m *Model) under(otherwise string, w int) string {
	if m.ask == nil {
		return otherwise
	}
	return m.ask.field.Row(m.terminal.Theme, w)
}

func (m *Model) keys(w int) string {
	if m.ask != nil {
		return layout.Fit(m.terminal.Theme, " enter goes  esc never mind  every other key types", w)
	}
	return layout.Fit(m.terminal.Theme, " "+keys.Row(w-2, m.places()...), w)
}
