package player

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/ui/help"
	"goaround/ui/keys"
	"goaround/ui/pane"
)

const seconds = 5 * time.Second

// panes are what the lower part can show.
func panes() []keys.Place { return []keys.Place{keys.Replay, keys.Hosts, keys.Logs, keys.Steps} }

// places are where keys have their meaning now, the nearest first.
func (m *Model) places() []keys.Place {
	return []keys.Place{keys.Replay, panes()[m.focus], keys.Graphs, keys.Everywhere}
}

func (m *Model) onKey(key tea.KeyPressMsg) tea.Cmd {
	if m.ask != nil {
		return m.onAsk(key)
	}
	name := key.String()
	a := keys.Match(name, m.places()...)
	if m.help != nil && a != keys.Quit {
		m.onHelp(name)
		return nil
	}
	m.notice = ""
	if a == keys.Tenth {
		return m.jump(m.end().mono / 10 * time.Duration(name[0]-'0'))
	}
	return m.run(a)
}

// run does what a key of the table means, or an action that was chosen by name.
func (m *Model) run(a keys.Action) tea.Cmd {
	switch a {
	case keys.Quit, keys.Leave:
		return tea.Quit
	case keys.Palette:
		m.askAction()
		return nil
	case keys.Copy:
		return m.copy()
	}
	return m.act(a)
}

// act moves about, or looks.
func (m *Model) act(a keys.Action) tea.Cmd {
	switch a {
	case keys.Play:
		return m.play()
	case keys.SecondsBack:
		return m.jump(m.want.mono - seconds)
	case keys.SecondsOn:
		return m.jump(m.want.mono + seconds)
	case keys.TenthBack:
		return m.jump(m.want.mono - m.end().mono/10)
	case keys.TenthOn:
		return m.jump(m.want.mono + m.end().mono/10)
	case keys.ChapterBack, keys.ChapterOn:
		return m.turn(a)
	case keys.EventBack, keys.EventOn, keys.NextAlarm:
		return m.step(a)
	case keys.FindNext:
		return m.seekText(1)
	case keys.FindPrevious:
		return m.seekText(-1)
	case keys.Verify:
		m.say("verifying")
		return m.verify(true)
	case keys.Redraw:
		return tea.ClearScreen
	}
	return m.look(a)
}

// look changes how it plays, what is asked, or what is seen.
func (m *Model) look(a keys.Action) tea.Cmd {
	switch a {
	case keys.Slower:
		m.speed = max(m.speed/2, 1)
	case keys.Faster:
		m.speed = min(m.speed*2, fastest)
	case keys.IdleSkip:
		m.idle = !m.idle
	case keys.ActsOnly:
		m.list.acts = !m.list.acts
	case keys.GoTo:
		m.askTime()
	case keys.Find:
		m.askFind()
	case keys.Remark:
		m.askNote()
	case keys.DeadKey:
		m.say("R and H are dead keys here: this is past, nothing is connected")
	case keys.Help:
		m.help = &help.Page{}
	case keys.Back:
		m.zoom, m.find = false, find{}
	case keys.Zoom:
		m.zoom = !m.zoom
	case keys.Next:
		m.focus, m.top = (m.focus+1)%len(panes()), 0
	case keys.Previous:
		m.focus, m.top = (m.focus+len(panes())-1)%len(panes()), 0
	case keys.Wider, keys.Narrower, keys.Baseline:
		m.graph = m.graph.Act(a)
	default:
		return m.scroll(a)
	}
	return nil
}

// jump goes to a moment; at the end it stops to play.
func (m *Model) jump(mono time.Duration) tea.Cmd {
	to := m.at(mono)
	m.playing = m.playing && to.n < m.rec.Len()
	return m.move(to)
}

// turn goes to the chapter before or the next. Shortly behind the start of a chapter, the
// one before is the one before that.
func (m *Model) turn(a keys.Action) tea.Cmd {
	i := m.chapters.begun(m.want.n)
	if a == keys.ChapterOn {
		if i >= len(m.chapters) {
			m.say("there is no chapter after this" + m.soFar())
			return nil
		}
		return m.after(m.chapters[i].n)
	}
	for i--; i >= 0; i-- {
		if c := m.chapters[i]; m.want.n > c.n && (!m.playing || m.want.mono > c.mono+skip*time.Duration(m.speed)) {
			return m.after(c.n)
		}
	}
	return m.move(m.at(0))
}

// after goes to right after n events.
func (m *Model) after(n int) tea.Cmd {
	m.playing = m.playing && n < m.rec.Len()
	return m.move(m.behind(n))
}

// step goes to another event of the list and stays there.
func (m *Model) step(a keys.Action) tea.Cmd {
	m.playing = false
	var e entry
	var ok bool
	switch a {
	case keys.EventOn:
		e, ok = m.list.next(m.want.n)
	case keys.EventBack:
		e, ok = m.list.previous(m.want.n)
	default:
		e, ok = m.list.alarm(m.want.n)
	}
	if !ok {
		m.say(fmt.Sprintf("there is no %s%s", map[keys.Action]string{keys.EventOn: "later event", keys.EventBack: "earlier event", keys.NextAlarm: "alarm after this"}[a], m.soFar()))
		return nil
	}
	return m.move(m.behind(e.n))
}

// scroll moves in the pane that has the focus; in the list of events that is to go there.
func (m *Model) scroll(a keys.Action) tea.Cmd {
	switch panes()[m.focus] {
	case keys.Logs:
		m.logs = m.logs.Act(a, m.sight())
	case keys.Hosts:
		m.top = pane.Move(a, m.top, len(m.state.Vitals))
	case keys.Steps:
		m.top = pane.Move(a, m.top, len(m.state.Steps))
	default:
		return m.row(a)
	}
	return nil
}

// row goes to a row of the list.
func (m *Model) row(a keys.Action) tea.Cmd {
	rows := m.list.shown()
	switch a {
	case keys.Down:
		return m.step(keys.EventOn)
	case keys.Up:
		return m.step(keys.EventBack)
	case keys.Bottom:
		return m.jump(m.end().mono)
	case keys.Top:
		return m.jump(0)
	case keys.PageDown, keys.PageUp:
		if len(rows) > 0 {
			m.playing = false
			return m.move(m.behind(rows[pane.Move(a, m.list.at(m.want.n), len(rows))].n))
		}
	}
	return nil
}
