package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
)

type (
	// foldedMsg is the State after everything that was new.
	foldedMsg struct{ state release.State }
	// lostMsg says that the log cannot be followed: it ended, or with err.
	lostMsg struct{ err error }
	// secondMsg is a second later.
	secondMsg struct{ now time.Time }
)

// retry is how long to wait before a log that broke off is followed again.
const retry = time.Second

// follow takes the next batch of the log. Exactly one is in flight, so that order is
// kept, and folding is done off the screen.
func (m *Model) follow() tea.Cmd {
	ctx, session, state, zone := m.ctx, m.session, m.state, m.opts.Zone
	return func() tea.Msg {
		for batch, err := range session.Follow(ctx, state.Next) {
			if err != nil {
				return lostMsg{err}
			}
			if len(batch) > 0 {
				return foldedMsg{release.Fold(state, batch...).In(zone)}
			}
		}
		return lostMsg{}
	}
}

func (m *Model) second() tea.Cmd {
	clock := m.clock
	return tea.Every(time.Second, func(time.Time) tea.Msg { return secondMsg{clock()} })
}

func (m *Model) onFolded(msg foldedMsg) tea.Cmd {
	m.state, m.lost = msg.state, nil
	m.arrived = m.clock()
	m.now = m.arrived
	m.note(m.now)
	if m.leaving && m.state.Ended != nil {
		return tea.Quit
	}
	return m.follow()
}

func (m *Model) onLost(msg lostMsg) tea.Cmd {
	if msg.err == nil || m.ctx.Err() != nil {
		m.over = true
		return nil
	}
	m.lost = msg.err
	follow := m.follow()
	return tea.Tick(retry, func(time.Time) tea.Msg { return follow() })
}

func (m *Model) onSecond(msg secondMsg) tea.Cmd {
	m.now = msg.now
	m.lapse(msg.now)
	m.note(msg.now)
	return m.second()
}

// asked is what a person is waited for, and since when it is on the screen.
type asked struct {
	what  string
	since time.Time
}

// note sees whether something else is asked than before: a key that answers it too soon
// was not meant for it.
func (m *Model) note(at time.Time) {
	what := string(m.state.Pause)
	if m.state.Held != nil {
		what += " held"
	}
	if it, ok := m.item(); ok {
		what += " " + it.ID
	}
	if what != m.asked.what {
		m.asked = asked{what, at}
	}
}

// item is what space, n, r and x act on: the item under the cursor, else the one that
// stands in the way.
func (m *Model) item() (release.Item, bool) {
	s := m.sight()
	if it, ok := m.screen().Item(s); ok {
		return it, true
	}
	return m.state.Stuck(s.Clock)
}
