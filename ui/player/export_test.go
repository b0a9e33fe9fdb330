package player

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// Quick has a model wait for no beat, paused at first.
func Quick(m *Model) { m.beats, m.playing = time.Nanosecond, false }

// Beat is a beat of playing.
func Beat() tea.Msg { return beatMsg{} }

// IsBeat reports whether a message is a beat.
func IsBeat(msg tea.Msg) bool {
	_, ok := msg.(beatMsg)
	return ok
}

// Seek goes to right after n events.
func Seek(m *Model, n int) tea.Cmd { return m.move(m.behind(n)) }
