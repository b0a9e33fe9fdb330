// Package preflight is the screen before anything changes: the plan and the way back on
// one side, the checklist, what was agreed and the votes on the other.
package preflight

import (
	"goaround/checklist"
	"goaround/engine/release"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
)

// Screen is where one visitor is looking.
type Screen struct {
	plan   bool // the plan has the focus, not the checklist
	zoom   bool
	cursor int  // in the checklist, once the visitor has moved it
	moved  bool // the cursor no longer follows the question
	top    int  // of the plan
}

// Act changes where the visitor looks.
func (p *Screen) Act(a keys.Action, s pane.Sight) {
	switch a {
	case keys.Next, keys.Previous:
		p.plan = !p.plan
	case keys.Pane1:
		p.plan = true
	case keys.Pane2:
		p.plan = false
	case keys.Zoom:
		p.zoom = !p.zoom
	case keys.Back:
		p.zoom, p.moved = false, false
	case keys.Yes, keys.No, keys.Rerun, keys.Skip:
		p.moved = false
	default:
		p.move(a, s)
	}
}

func (p *Screen) move(a keys.Action, s pane.Sight) {
	if p.plan {
		p.top = pane.Move(a, p.top, len(pane.Plan(s, 80, 0)))
		return
	}
	n := len(items(s))
	if at := pane.Move(a, p.at(s), n); at != p.at(s) {
		p.cursor, p.moved = at, true
	}
}

// Place is the pane that has the focus.
func (p *Screen) Place() keys.Place {
	if p.plan {
		return keys.Plan
	}
	return keys.Items
}

// Item is the item under the cursor.
func (p *Screen) Item(s pane.Sight) (release.Item, bool) {
	all := items(s)
	if p.plan || len(all) == 0 {
		return release.Item{}, false
	}
	return all[p.at(s)], true
}

// Line is the digest of the plan, or the item under the cursor.
func (p *Screen) Line(s pane.Sight) string {
	if it, ok := p.Item(s); ok {
		return pane.ItemLine(it)
	}
	if s.State.Plan == nil {
		return ""
	}
	return s.State.Plan.Digest
}

// at is the item under the cursor: the one that matters now, until the visitor moves.
func (p *Screen) at(s pane.Sight) int {
	all := items(s)
	if p.moved {
		return min(p.cursor, max(len(all)-1, 0))
	}
	return pane.Foremost(s, all)
}

func items(s pane.Sight) []release.Item { return pane.ItemsOf(s, checklist.Pre) }

// View draws the screen; alone: one pane at a time.
func (p *Screen) View(s pane.Sight, alone bool, width, height int) []string {
	switch {
	case (alone || p.zoom) && p.plan:
		return layout.Block(s.Theme, p.left(s, width, height), width, height)
	case alone || p.zoom:
		return layout.Block(s.Theme, p.right(s, width, height), width, height)
	}
	left := width * 43 / 100
	return layout.Beside(s.Theme, p.left(s, left, height), p.right(s, width-left-1, height), left, width, height)
}

func (p *Screen) left(s pane.Sight, width, height int) []string {
	title := pane.Title(s.Theme, pane.PlanTitle(s), p.plan)
	lines := pane.Plan(s, width, height-1)
	return append([]string{title}, lines[min(p.top, max(len(lines)-height+1, 0)):]...)
}

// right is the checklist, and below it, where there is room, what was agreed.
func (p *Screen) right(s pane.Sight, width, height int) []string {
	all := items(s)
	if s.State.Plan == nil {
		return []string{pane.Title(s.Theme, "READY FOR CUTOVER?", !p.plan), "   the checklist comes with the plan"}
	}
	title := layout.Spread(s.Theme, pane.Title(s.Theme, "READY FOR CUTOVER?", !p.plan), pane.Done(all)+" ", width)
	agreement := pane.Agreement(s, width)
	room := height - 1
	if room < len(all)+len(agreement)+1 {
		agreement = agreement[max(len(agreement)-1, 0):]
	}
	if room < len(all)+len(agreement)+1 {
		agreement = nil
	}
	if len(agreement) > 0 {
		room -= len(agreement) + 1
	}
	rows, at := pane.Items(s, all, p.at(s), width, room)
	lines := append([]string{title}, layout.Block(s.Theme, layout.Scroll(rows, at, room), width, room)...)
	if len(agreement) > 0 {
		lines = append(append(lines, ""), agreement...)
	}
	return lines
}
