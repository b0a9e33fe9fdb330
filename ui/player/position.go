package player

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
)

// position is where in a recording one is.
type position struct {
	n    int           // events that have happened
	mono time.Duration // since the session's start; not before the last of them
}

// soughtMsg is the State at a position.
type soughtMsg struct {
	state release.State
	at    position
	err   error
}

// nearby is how many events behind what was read are folded without waiting for it.
const nearby = 2 * first

// at is the position of a moment.
func (m *Model) at(mono time.Duration) position {
	last := m.end()
	if mono >= last.mono {
		return last
	}
	return position{m.rec.Until(max(mono, 0)), max(mono, 0)}
}

// end is the last position.
func (m *Model) end() position { return position{m.rec.Len(), m.rec.Time(m.rec.Len())} }

// behind is the position right after n events.
func (m *Model) behind(n int) position { return position{n, m.rec.Time(n)} }

// move goes to a position, as soon as its State is there.
func (m *Model) move(to position) tea.Cmd {
	m.want = to
	return m.pursue()
}

// pursue folds the State at the wanted position. Exactly one is in flight; what is not
// read yet is waited for.
func (m *Model) pursue() tea.Cmd {
	switch {
	case m.seeking:
		return nil
	case m.want.n == m.head.n:
		m.head = m.want
		return nil
	case m.want.n > m.rec.Read()+nearby && !m.read:
		return nil
	}
	m.seeking = true
	rec, to, zone := m.rec, m.want, m.zone
	return func() tea.Msg {
		s, err := rec.At(to.n)
		return soughtMsg{s.In(zone), to, err}
	}
}

func (m *Model) onSought(msg soughtMsg) tea.Cmd {
	m.seeking = false
	m.state, m.head = msg.state, msg.at
	if n := int(msg.state.Next); n < msg.at.n {
		m.head = m.behind(n)
	}
	if msg.err != nil {
		m.broken = msg.err
		m.say("the recording ends here: " + msg.err.Error())
		m.want = m.head
		return nil
	}
	return m.pursue()
}
