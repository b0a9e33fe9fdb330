package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// View is the whole screen.
func (m *Model) View() tea.View {
	return m.terminal.View(m.state.Session.App+" "+m.state.Session.Env, m.Frame())
}

// Frame is the rows of the screen, each as wide as the terminal.
func (m *Model) Frame() []string {
	return m.terminal.Frame(m.full, m.single, m.tiny)
}

// full has the header, the screen, what is going on and comes next, the rollback bar in
// the rows before the last, and the keys.
func (m *Model) full(w, h int) []string {
	s := m.sight()
	foot := 3
	if h >= 30 {
		foot = 5
	}
	if q := m.top(); q != nil && len(q.why) > 0 {
		foot = max(foot, 4+len(q.why))
	}
	rows := []string{pane.Header(s, w), layout.Rule(m.terminal.Theme, w)}
	rows = append(rows, m.body(s, false, w, h-foot-6)...)
	rows = append(rows, layout.Rule(m.terminal.Theme, w))
	if foot > 3 {
		foot--
		rows = append(append(rows, m.foot(s, w, foot)...), layout.Rule(m.terminal.Theme, w))
	} else {
		rows = append(rows, m.foot(s, w, foot)...)
	}
	bar := pane.Bar(s, m.barNote(), w)
	if !s.State.Cut && strings.TrimSpace(bar[1]) == "" {
		bar[1] = pane.Verdict(s, w)
	}
	return append(append(rows, bar...), m.keys(w))
}

// single has one pane at a time, with header, guard line and rollback bar.
func (m *Model) single(w, h int) []string {
	s := m.sight()
	rows := []string{pane.Header(s, w), pane.Verdict(s, w)}
	foot := 2
	if m.typing() {
		foot = 3
	}
	rows = append(rows, m.body(s, true, w, h-4-foot)...)
	rows = append(rows, m.foot(s, w, foot)...)
	return append(rows, pane.Bar(s, m.barNote(), w)[0], m.keys(w))
}

// tiny has a line of state and the rollback bar.
func (m *Model) tiny(w, h int) []string {
	s := m.sight()
	bar := pane.Bar(s, m.barNote(), w)[0]
	rows := []string{pane.Line(s, w)}
	if h > 4 {
		rows = append(rows, layout.Block(m.terminal.Theme, m.brief(s, w, h-3), w, h-3)...)
	}
	last := layout.Fit(m.terminal.Theme, " R back  H hold  q leave", w)
	switch {
	case m.typing():
		last = layout.Fit(m.terminal.Theme, " enter answers  esc  "+keys.FieldRollback+" rolls back", w)
	case s.State.Ended != nil:
		last = layout.Fit(m.terminal.Theme, " q leaves", w)
	}
	switch {
	case h == 1:
		return []string{bar}
	case h == 2:
		return []string{rows[0], bar}
	case h == 4:
		rows = append(rows, layout.Fit(m.terminal.Theme, "", w))
	}
	return append(rows, bar, last)
}

// brief is what the foot says, in as many rows as it takes.
func (m *Model) brief(s pane.Sight, w, h int) []string {
	if m.top() != nil {
		return m.foot(s, w, min(h, 3))
	}
	var rows []string
	for _, text := range slices.Concat(m.notices(w), pane.Urgent(s), []string{pane.Now(s), m.next(s)}) {
		rows = append(rows, layout.Wrap(text, w)...)
	}
	return rows
}

func (m *Model) body(s pane.Sight, alone bool, w, h int) []string {
	switch q := m.top(); {
	case q != nil && q.palette != nil:
		return q.palette.View(m.terminal.Theme, m.choices(), w, h)
	case m.page != nil:
		return m.page.View(m.terminal.Theme, m.pageLines(w), w, h)
	}
	return m.screen().View(s, alone, w, h)
}

// foot is the question on top, or what is to be known, what is going on, what is next.
func (m *Model) foot(s pane.Sight, w, h int) []string {
	if q := m.top(); q != nil {
		if q.palette != nil {
			q.say = q.palette.Say(m.choices())
		}
		return q.rows(m.terminal.Theme, m.now, w, h)
	}
	if h < 3 {
		first := layout.Fit(m.terminal.Theme, pane.Now(s), w)
		if urgent := append(m.notices(w), pane.Urgent(s)...); len(urgent) > 0 && s.State.Countdown == nil {
			first = layout.Fit(m.terminal.Theme, urgent[0], w)
		}
		return []string{first, layout.Fit(m.terminal.Theme, m.next(s), w)}[:h]
	}
	return append(m.notes(s, w, h-2), layout.Fit(m.terminal.Theme, pane.Now(s), w), layout.Fit(m.terminal.Theme, m.next(s), w))
}

// next is what comes next: while a page covers the screen, that it has to be closed.
func (m *Model) next(s pane.Sight) string {
	if m.page != nil {
		return " NEXT " + m.terminal.Theme.Paint(theme.Strong, "esc") + " closes this page"
	}
	return pane.Next(s)
}

func (m *Model) keys(w int) string {
	switch {
	case m.typing():
		return layout.Fit(m.terminal.Theme, " enter answers  esc never mind  "+keys.FieldRollback+" rolls back  every other key types", w)
	case m.top() != nil:
		return layout.Fit(m.terminal.Theme, " the keys above answer; R and H work as ever", w)
	case m.page != nil:
		return layout.Fit(m.terminal.Theme, " j k scroll  esc closes this page; R and H work as ever", w)
	}
	return layout.Fit(m.terminal.Theme, " "+keys.Row(w-2, m.places()...), w)
}
