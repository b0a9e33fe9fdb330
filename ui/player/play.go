package player

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// beats is how often a replay moves on.
	beats = 100 * time.Millisecond
	// longest is the most that one beat counts: a program that was stopped does not
	// leap when it goes on.
	longest = time.Second
	// skip is the longest stretch without an event of the list that idle skip plays.
	skip    = 2 * time.Second
	fastest = 32
)

// beatMsg is a beat while it plays.
type beatMsg struct{}

func (m *Model) beat() tea.Cmd {
	return tea.Tick(m.beats, func(time.Time) tea.Msg { return beatMsg{} })
}

// play begins or ends playing; at the end it begins anew.
func (m *Model) play() tea.Cmd {
	if m.playing {
		m.playing = false
		return nil
	}
	m.playing, m.beaten = true, m.clock()
	if m.want.n < m.rec.Len() {
		return m.beat()
	}
	return tea.Batch(m.move(m.at(0)), m.beat())
}

// onBeat moves on by the time since the last beat; not while a State is waited for.
func (m *Model) onBeat() tea.Cmd {
	if !m.playing {
		return nil
	}
	now := m.clock()
	passed := min(max(now.Sub(m.beaten), 0), longest)
	m.beaten = now
	if m.want != m.head {
		return m.beat()
	}
	to := m.skipped(m.onward(m.head.mono + passed*time.Duration(m.speed)))
	if to.n >= m.rec.Len() {
		m.playing = false
		return m.move(to)
	}
	return tea.Batch(m.move(to), m.beat())
}

// onward is the position of a moment, but never one before where it is.
func (m *Model) onward(mono time.Duration) position {
	to := m.at(mono)
	to.n = max(to.n, m.head.n)
	return to
}

// skipped is a position, or where the next event of the list is if idle skip leaves out
// what lies between.
func (m *Model) skipped(to position) position {
	if !m.idle {
		return to
	}
	next, ok := m.list.next(to.n)
	from := time.Duration(0)
	if i := m.list.at(to.n); i >= 0 {
		from = m.list.shown()[i].mono
	}
	switch {
	case to.mono < from+skip:
		return to
	case ok:
		return m.behind(next.n)
	case m.read:
		return m.end()
	}
	return to
}
