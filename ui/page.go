package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/ui/help"
	"goaround/ui/keys"
	"goaround/ui/pane"
)

// page is something to read in the place of the screen; the rows around it stay.
type page struct {
	help.Page
	item string // details of that item; empty: help
}

func (m *Model) openDetails(it release.Item, ok bool) {
	if ok {
		m.page = &page{item: it.ID}
	}
}

// onPage scrolls, searches or closes the page. No other key acts on what the page covers.
func (m *Model) onPage(key string, at time.Time) tea.Cmd {
	a := keys.Match(key, m.pagePlaces()...)
	switch {
	case m.page.Move(a, m.pageLines(m.terminal.Width)):
	case a == keys.Back, a == keys.Leave, a == keys.Help, a == keys.Why:
		m.page = nil
	case a == keys.Search:
		m.askSearch()
	case a == keys.Redraw:
		return tea.ClearScreen
	default:
		m.say("esc closes this page first", at)
	}
	return nil
}

// pagePlaces are where the keys of a page have their meaning.
func (m *Model) pagePlaces() []keys.Place {
	if m.page.item == "" {
		return []keys.Place{keys.Page, keys.Everywhere}
	}
	return []keys.Place{keys.Items, keys.Everywhere}
}

func (m *Model) pageLines(width int) []string {
	if m.page.item != "" {
		it, _ := m.state.Item(m.page.item)
		return pane.Details(m.sight(), it, width)
	}
	lines := help.Keys(m.terminal.Theme, "capital letters act on the release, small on the view", width, m.places(), anywhere())
	return append(lines, "   "+keys.FieldRollback+"           roll back from inside a text field")
}

// anywhere are the places of the cockpit.
func anywhere() []keys.Place {
	return []keys.Place{
		keys.Live, keys.AtVote, keys.AtPause, keys.AtClose, keys.Watch, keys.Returned, keys.Unreasoned, keys.Asked, keys.Failed, keys.Open, keys.Kept,
		keys.Items, keys.Steps, keys.Plan, keys.Graphs, keys.Hosts, keys.Logs, keys.Words, keys.Panes, keys.Page, keys.Everywhere,
	}
}
