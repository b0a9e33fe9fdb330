package watch

import (
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
)

// wide is the width from which a column for checklist and words fits beside the tables.
const wide = 110

// View draws the screen; alone: one pane at a time.
func (w *Screen) View(s pane.Sight, alone bool, width, height int) []string {
	switch {
	case alone:
		return layout.Block(s.Theme, w.one(s, w.Place(), width, height), width, height)
	case w.zoom:
		lines := []string{pane.Verdict(s, width)}
		return layout.Block(s.Theme, append(lines, w.one(s, w.Place(), width, height-1)...), width, height)
	case width >= wide && height >= 24:
		return w.large(s, width, height)
	}
	return w.small(s, width, height)
}

// small has the guard in a row, the graphs, the instances, and below them the pane that
// has the focus, or the log.
func (w *Screen) small(s pane.Sight, width, height int) []string {
	t := s.Theme
	graphs := min(6+(height-15)/3, 12)
	hosts := min(len(pane.Hosts(s, width)), max(2, height-1-graphs-3))
	rest := height - 1 - graphs - hosts
	below := w.Place()
	if below == keys.Graphs || below == keys.Hosts {
		below = keys.Logs
	}
	lines := []string{pane.Verdict(s, width)}
	lines = append(lines, layout.Block(t, w.one(s, keys.Graphs, width, graphs), width, graphs)...)
	lines = append(lines, layout.Block(t, w.one(s, keys.Hosts, width, hosts), width, hosts)...)
	return append(lines, layout.Block(t, w.one(s, below, width, rest), width, rest)...)
}

// large has all panes at once.
func (w *Screen) large(s pane.Sight, width, height int) []string {
	t := s.Theme
	lines := append(pane.Verdicts(s, width), layout.Rule(t, width))
	graphs := min(max(8, (height-4)/3), 14)
	lines = append(lines, layout.Block(t, w.one(s, keys.Graphs, width, graphs), width, graphs)...)
	lines = append(lines, layout.Rule(t, width))
	rest := height - len(lines)
	left := width * 2 / 3
	hosts := min(len(pane.Hosts(s, left))+1, rest/2)
	column := layout.Block(t, w.one(s, keys.Hosts, left, hosts), left, hosts)
	column = append(column, w.one(s, keys.Logs, left, rest-hosts)...)
	right := width - left - 1
	side := layout.Block(t, w.one(s, keys.Items, right, hosts), right, hosts)
	side = append(side, w.one(s, keys.Words, right, rest-hosts)...)
	return layout.Block(t, append(lines, layout.Beside(t, column, side, left, width, rest)...), width, height)
}

// one is one pane.
func (w *Screen) one(s pane.Sight, place keys.Place, width, height int) []string {
	focused := place == w.Place()
	switch place {
	case keys.Graphs:
		return pane.Graphs(s, w.graph, focused, width, height)
	case keys.Hosts:
		return w.hosts(s, focused, width, height)
	case keys.Logs:
		return pane.Logs(s, w.logs, focused, width, height)
	case keys.Items:
		all := items(s)
		title := layout.Spread(s.Theme, pane.Title(s.Theme, "IN THE WATCH", focused), pane.Done(all)+" ", width)
		cursor := -1
		if focused {
			cursor = w.at(s)
		}
		rows, at := pane.Items(s, all, cursor, width, height-1)
		return append([]string{title}, layout.Scroll(rows, at, height-1)...)
	}
	words := pane.Words(s, width)
	last := max(len(words)-1-w.top[1], 0)
	return append([]string{pane.Title(s.Theme, "SAY", focused)}, layout.Scroll(words, last+height, height-1)...)
}

// hosts is the table; its head says how many rows do not fit.
func (w *Screen) hosts(s pane.Sight, focused bool, width, height int) []string {
	rows := pane.Hosts(s, width)
	body := rows[1:]
	room := max(height-1, 0)
	first := min(w.top[0], max(len(body)-room, 0))
	shown := body[first:min(first+room, len(body))]
	head := rows[0]
	if hidden := len(body) - len(shown); hidden > 0 {
		head = layout.Spread(s.Theme, head, pane.More(hidden), width)
	}
	if focused {
		head = pane.Marked(s.Theme, head)
	}
	return append([]string{head}, shown...)
}
