package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/ui/keys"
)

// places are where keys have their meaning now, the nearest first.
func (m *Model) places() []keys.Place {
	var out []keys.Place
	switch pause := m.state.Pause; {
	case pause == release.PauseVote:
		out = append(out, keys.AtVote)
	case m.state.Held != nil:
	case pause == release.PauseStart, pause == release.PauseCutover, pause == release.PauseClose && m.state.RolledBack():
		out = append(out, keys.AtPause)
	case pause == release.PauseClose:
		out = append(out, keys.AtClose)
	}
	if _, open := m.state.Unexplained(); open && m.state.Ended == nil {
		out = append(out, keys.Unreasoned)
	}
	if it, ok := m.item(); ok && m.state.Ended == nil {
		out = append(out, m.itemPlaces(it)...)
	}
	out = append(out, m.screen().Place())
	switch {
	case m.state.Ended != nil:
		return append(out, keys.Everywhere)
	case m.state.RolledBack() && m.state.Closing == nil:
		out = append(out, keys.Returned)
	case m.state.Phase == release.PhaseWatch && m.state.Closing == nil:
		out = append(out, keys.Watch)
	}
	return append(out, keys.Live, keys.Panes, keys.Everywhere)
}

// itemPlaces are the keys that act on an item, as far as it has come.
func (m *Model) itemPlaces(it release.Item) []keys.Place {
	var out []keys.Place
	if m.state.Asks(it, m.sight().Clock) {
		out = append(out, keys.Asked)
	}
	if it.Auto() && it.Status == release.StatusFailed {
		out = append(out, keys.Failed)
	}
	if it.Status.Over() || it.Status == release.StatusRunning {
		return out
	}
	if it.Key {
		return append(out, keys.Kept)
	}
	return append(out, keys.Open)
}

// act does what a key of the table means.
func (m *Model) act(a keys.Action, at time.Time, repeat bool) tea.Cmd {
	switch a {
	case keys.None:
		return nil
	case keys.Leave:
		return m.leave()
	case keys.Help:
		m.page = &page{}
	case keys.Palette:
		m.askAction()
	case keys.Copy:
		return m.copy(at)
	case keys.Redraw:
		return tea.ClearScreen
	case keys.Filter:
		m.askFilter()
	case keys.Say, keys.Mark:
		m.askSay(a == keys.Mark)
	case keys.Forward:
		return m.forward(at)
	case keys.Explain:
		m.askReason()
	case keys.Vote:
		m.askVote()
	case keys.Extend:
		return m.submit(release.Extend{})
	case keys.Proceed, keys.Yes:
		return m.confirm(a, at, repeat)
	case keys.No, keys.Rerun, keys.Skip, keys.Why:
		return m.onItem(a, at)
	default:
		m.screen().Act(a, m.sight())
		m.note(at.Add(-grace))
	}
	return nil
}

// confirm is a key that answers what is asked; too soon after that has appeared it was
// not meant for it.
func (m *Model) confirm(a keys.Action, at time.Time, repeat bool) tea.Cmd {
	if repeat || at.Sub(m.asked.since) < grace {
		m.say("too soon after the question appeared: press it again", at)
		return nil
	}
	if a == keys.Proceed {
		return m.submit(release.Proceed{Pause: m.state.Pause})
	}
	it, ok := m.item()
	if !ok {
		return nil
	}
	m.screen().Act(a, m.sight())
	return m.submit(release.Answer{Item: it.ID, Yes: true})
}

func (m *Model) onItem(a keys.Action, at time.Time) tea.Cmd {
	it, ok := m.item()
	switch {
	case a == keys.Why:
		m.openDetails(it, ok)
		return nil
	case !ok:
		return nil
	case a == keys.Rerun:
		m.screen().Act(a, m.sight())
		return m.submit(release.Rerun{Item: it.ID})
	case a == keys.Skip && it.Key:
		m.say("a KEY item: it cannot be left out", at)
	case a == keys.Skip:
		m.askSkip(it)
	case a == keys.No:
		m.askNo(it)
	}
	return nil
}

func (m *Model) forward(at time.Time) tea.Cmd {
	b := m.state.Bar(m.sight().Clock)
	if !b.Forward {
		m.say("F goes forward again after a rollback; there was none", at)
		return nil
	}
	m.askForward(b)
	return nil
}
