// Package watch is the screen while the new version has traffic: the guard, errors and
// latency of old and new, the instances, the log, what is asked, what was said.
package watch

import (
	"slices"

	"goaround/engine/release"
	"goaround/ui/keys"
	"goaround/ui/pane"
)

// Screen is where one visitor is looking.
type Screen struct {
	focus  int // in panes
	zoom   bool
	graph  pane.GraphView
	logs   pane.LogView
	top    [2]int // rows that the hosts and the words are scrolled by
	cursor int
	moved  bool
}

func panes() []keys.Place {
	return []keys.Place{keys.Graphs, keys.Hosts, keys.Logs, keys.Items, keys.Words}
}

// Act changes where the visitor looks.
func (w *Screen) Act(a keys.Action, s pane.Sight) {
	n := len(panes())
	switch a {
	case keys.Next:
		w.focus = (w.focus + 1) % n
	case keys.Previous:
		w.focus = (w.focus + n - 1) % n
	case keys.Pane1, keys.Pane2, keys.Pane3, keys.Pane4, keys.Pane5:
		w.focus = slices.Index([]keys.Action{keys.Pane1, keys.Pane2, keys.Pane3, keys.Pane4, keys.Pane5}, a)
	case keys.Zoom:
		w.zoom = !w.zoom
	case keys.Back:
		w.zoom, w.moved = false, false
		w.logs = w.logs.Newest()
	case keys.Yes, keys.No, keys.Rerun, keys.Skip:
		w.moved = false
	case keys.Wider, keys.Narrower, keys.Baseline:
		w.graph = w.graph.Act(a)
	default:
		w.move(a, s)
	}
}

func (w *Screen) move(a keys.Action, s pane.Sight) {
	switch w.Place() {
	case keys.Logs:
		w.logs = w.logs.Act(a, s)
	case keys.Hosts:
		w.top[0] = pane.Move(a, w.top[0], len(s.State.Vitals))
	case keys.Words:
		w.top[1] = pane.Move(a, w.top[1], len(pane.Words(s, 40)))
	case keys.Items:
		if at := pane.Move(a, w.at(s), len(items(s))); at != w.at(s) {
			w.cursor, w.moved = at, true
		}
	}
}

// Find shows lines of the log with that text alone.
func (w *Screen) Find(text string) { w.logs.Filter = text }

// Place is the pane that has the focus.
func (w *Screen) Place() keys.Place { return panes()[w.focus] }

// Item is the item under the cursor.
func (w *Screen) Item(s pane.Sight) (release.Item, bool) {
	all := items(s)
	if w.Place() != keys.Items || len(all) == 0 {
		return release.Item{}, false
	}
	return all[w.at(s)], true
}

// Line is the item under the cursor, or the last line of the log that is shown.
func (w *Screen) Line(s pane.Sight) string {
	if it, ok := w.Item(s); ok {
		return pane.ItemLine(it)
	}
	if w.Place() == keys.Logs {
		return pane.LogLine(s, w.logs)
	}
	return ""
}

func (w *Screen) at(s pane.Sight) int {
	all := items(s)
	if w.moved {
		return min(w.cursor, max(len(all)-1, 0))
	}
	return pane.Foremost(s, all)
}

func items(s pane.Sight) []release.Item { return pane.Watched(s) }
