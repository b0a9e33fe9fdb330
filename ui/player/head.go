package player

import (
	"fmt"
	"time"

	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// header is what is replayed, and how much it can be trusted.
func (m *Model) header(s pane.Sight, w int) string {
	left := " " + m.terminal.Theme.Paint(theme.Strong, "REPLAY") + "  "
	if subject := pane.Subject(s); subject != "" {
		left += subject + "  " + m.state.Started.Format(time.DateOnly)
	} else {
		left += text.Clean(m.rec.ID()).String()
	}
	return layout.Spread(m.terminal.Theme, left, "  "+m.verdict()+" ", w)
}

// verdict is what verification says, as far as it has come.
func (m *Model) verdict() string {
	switch {
	case m.check.Short == "" && m.checking:
		return m.terminal.Theme.Paint(theme.Dim, fmt.Sprintf("verifying %s events", pane.Count(m.rec.Len())))
	case m.check.Short == "":
		return m.terminal.Theme.Paint(theme.Alarm, " NOT VERIFIED ")
	case m.check.OK() && m.broken == nil:
		return m.terminal.Theme.Paint(theme.Good, m.check.Short)
	case m.broken != nil && m.check.OK():
		return m.terminal.Theme.Paint(theme.Alarm, " UNREADABLE at "+pane.Count(m.rec.Len())+" ")
	}
	return m.terminal.Theme.Paint(theme.Alarm, " "+m.check.Short+" ")
}

// wall is the wall clock of a moment.
func (m *Model) wall(mono time.Duration) time.Time { return m.state.Started.Add(mono) }

// clockText is the wall clock and the time since the start.
func (m *Model) clockText() string {
	if m.state.Next == 0 {
		return "--:--:--"
	}
	return m.wall(m.head.mono).Format(time.TimeOnly) + " T+" + pane.Clock(m.head.mono)
}

// clockRow is when it is, how it plays, and the phase of the session then.
func (m *Model) clockRow(s pane.Sight, w int) string {
	left := " " + m.terminal.Theme.Paint(theme.Strong, m.clockText()) + "   " + m.pace()
	right := ""
	if w >= 70 {
		right = " " + pane.Phase(s, 0) + " "
	}
	return layout.Spread(m.terminal.Theme, left, right, w)
}

// pace is how it plays.
func (m *Model) pace() string {
	out := "paused"
	switch {
	case m.want.n > m.rec.Read() && !m.read:
		out = fmt.Sprintf("reading %d%%", 100*m.rec.Read()/max(m.rec.Len(), 1))
	case m.playing:
		out = fmt.Sprintf("playing x%d", m.speed)
	case m.head.n >= m.rec.Len():
		out = "at the end"
	}
	if m.speed > 1 && !m.playing {
		out += fmt.Sprintf(" x%d", m.speed)
	}
	if m.idle {
		out += "   idle skip 2 s"
	}
	return out
}

// again says a second time what this is, or what the last key led to.
func (m *Model) again(w int) string {
	says := "nothing is connected, R and H are dead keys"
	switch {
	case m.ask != nil && m.ask.palette != nil:
		says = m.ask.palette.Say(m.choices())
	case m.ask != nil:
		says = m.ask.says
	case m.notice != "":
		says = m.terminal.Theme.Paint(theme.Warn, m.notice)
	}
	right := ""
	if n := len(m.chapters); n > 0 && m.notice == "" {
		right = fmt.Sprintf(" chapter %d of %d ", m.chapters.begun(m.head.n), n)
	}
	return layout.Spread(m.terminal.Theme, " "+m.terminal.Theme.Paint(theme.Strong, "REPLAY")+"  "+says, right, w)
}
