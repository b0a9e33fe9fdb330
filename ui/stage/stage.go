// Package stage is the screen while the new version comes up beside the old one: the
// steps with what each host is at, a failed one opened in place, and the log.
package stage

import (
	"goaround/engine/release"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
)

// Screen is where one visitor is looking.
type Screen struct {
	focus  keys.Place // "", Steps: the steps
	zoom   bool
	cursor int
	moved  bool
	logs   pane.LogView
}

// Act changes where the visitor looks.
func (v *Screen) Act(a keys.Action, s pane.Sight) {
	switch a {
	case keys.Next, keys.Previous:
		v.focus = map[keys.Place]keys.Place{keys.Steps: keys.Logs, keys.Logs: keys.Steps}[v.Place()]
	case keys.Pane1:
		v.focus = keys.Steps
	case keys.Pane2:
		v.focus = keys.Logs
	case keys.Zoom:
		v.zoom = !v.zoom
	case keys.Back:
		v.zoom, v.moved = false, false
		v.logs = v.logs.Newest()
	case keys.Yes, keys.No, keys.Rerun, keys.Skip:
		v.moved = false
	default:
		v.move(a, s)
	}
}

func (v *Screen) move(a keys.Action, s pane.Sight) {
	if v.Place() == keys.Logs {
		v.logs = v.logs.Act(a, s)
		return
	}
	if at := pane.Move(a, v.at(s), len(s.State.Steps)); at != v.at(s) {
		v.cursor, v.moved = at, true
	}
}

// Find shows lines of the log with that text alone.
func (v *Screen) Find(text string) { v.logs.Filter = text }

// Place is the pane that has the focus.
func (v *Screen) Place() keys.Place {
	if v.focus == "" {
		return keys.Steps
	}
	return v.focus
}

// Item is the item that the step under the cursor is.
func (v *Screen) Item(s pane.Sight) (release.Item, bool) {
	if v.Place() != keys.Steps || len(s.State.Steps) == 0 {
		return release.Item{}, false
	}
	return s.State.Item(s.State.Steps[v.at(s)].Item)
}

// Line is the step under the cursor, or the last line of the log that is shown.
func (v *Screen) Line(s pane.Sight) string {
	switch {
	case v.Place() == keys.Logs:
		return pane.LogLine(s, v.logs)
	case len(s.State.Steps) == 0:
		return ""
	}
	return pane.StepLine(s.State.Steps[v.at(s)])
}

func (v *Screen) at(s pane.Sight) int {
	if v.moved {
		return min(v.cursor, max(len(s.State.Steps)-1, 0))
	}
	return s.Current()
}

// View draws the screen; alone: one pane at a time.
func (v *Screen) View(s pane.Sight, alone bool, width, height int) []string {
	switch {
	case (alone || v.zoom) && v.Place() == keys.Logs:
		return layout.Block(s.Theme, v.log(s, width, height), width, height)
	case alone || v.zoom:
		return layout.Block(s.Theme, v.steps(s, width, height), width, height)
	case width >= wide && height >= 24 && !s.Broken():
		return v.large(s, width, height)
	}
	below := v.below(s, width, max(4, height/4))
	lines := layout.Block(s.Theme, v.steps(s, width, height-len(below)), width, height-len(below))
	return append(lines, below...)
}

// below is what stands under the steps: nothing while one that failed is open, the
// instances while the cutover waits, else the log.
func (v *Screen) below(s pane.Sight, width, height int) []string {
	switch {
	case v.Place() == keys.Logs:
	case s.Broken():
		return nil
	case s.State.Pause == release.PauseCutover:
		rows := pane.Hosts(s, width)
		return layout.Block(s.Theme, rows, width, min(len(rows), height+2))
	case len(s.State.Lines) == 0:
		height = 2
	}
	return layout.Block(s.Theme, v.log(s, width, height), width, height)
}

// wide is the width from which the instances fit beside the steps.
const wide = 110

// large has the instances beside the steps, and the traffic of the version that is live.
func (v *Screen) large(s pane.Sight, width, height int) []string {
	t := s.Theme
	graphs, log := 8, max(4, height/5)
	top := height - graphs - log - 2
	left := width * 55 / 100
	side := append([]string{""}, pane.Hosts(s, width-left-1)...)
	side = append(append(side, ""), pane.Agreement(s, width-left-1)...)
	lines := layout.Beside(t, v.steps(s, left, top), side, left, width, top)
	lines = append(lines, layout.Rule(t, width))
	lines = append(lines, pane.Graphs(s, pane.GraphView{}, false, width, graphs)...)
	lines = append(lines, layout.Rule(t, width))
	return append(lines, layout.Block(t, v.log(s, width, log), width, log)...)
}

func (v *Screen) log(s pane.Sight, width, height int) []string {
	return pane.Logs(s, v.logs, v.Place() == keys.Logs, width, height)
}

func (v *Screen) steps(s pane.Sight, width, height int) []string {
	lines, at := pane.Steps(s, v.at(s), width, height-1)
	title := pane.Title(s.Theme, "STEPS", v.Place() == keys.Steps)
	if s.Broken() {
		at += (height - 1) / 2
	}
	return append([]string{title}, layout.Scroll(lines, at, height-1)...)
}
