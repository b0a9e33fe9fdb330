package player

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/replay"
)

const (
	// first and more are how many events are read at a time: few until the first frame
	// is there.
	first = 256
	more  = 2048
)

type (
	// readMsg is what was read ahead.
	readMsg struct {
		entries  []entry
		chapters chapters
		err      error // replay.ErrEnd: all was read
	}
	// checkedMsg is what verification found.
	checkedMsg struct {
		check replay.Check
		err   error
		asked bool // a person wants to know
	}
	// notesMsg is the notes that were there.
	notesMsg struct {
		notes []replay.Note
		err   error
	}
	// notedMsg is what became of a new note.
	notedMsg struct {
		note replay.Note
		err  error
	}
)

// ahead reads the next events. Exactly one is in flight, so that order is kept.
func (m *Model) ahead(limit int) tea.Cmd {
	rec := m.rec
	return func() tea.Msg {
		var msg readMsg
		msg.err = rec.Ahead(limit, func(before, after release.State, e release.Event) {
			msg.entries = append(msg.entries, entries(before, after, e)...)
			if c, ok := turning(before, e); ok {
				msg.chapters = append(msg.chapters, c)
			}
		})
		return msg
	}
}

func (m *Model) onRead(msg readMsg) tea.Cmd {
	m.list.add(msg.entries)
	m.chapters = append(m.chapters, msg.chapters...)
	if msg.err == nil {
		return tea.Batch(m.pursue(), m.ahead(more))
	}
	m.read = true
	m.list.flush()
	if !errors.Is(msg.err, replay.ErrEnd) {
		m.broken = msg.err
		m.say("the recording ends here: " + msg.err.Error())
	}
	return m.shorten()
}

// verify checks the recording on disk; asked: a person wants to know.
func (m *Model) verify(asked bool) tea.Cmd {
	m.checking = true
	rec := m.rec
	return func() tea.Msg {
		check, err := rec.Check()
		return checkedMsg{check, err, asked}
	}
}

func (m *Model) onChecked(msg checkedMsg) tea.Cmd {
	m.checking = false
	if msg.err != nil {
		m.say("it cannot be verified: " + msg.err.Error())
		return nil
	}
	m.check = msg.check
	if msg.asked || !msg.check.OK() {
		m.say(msg.check.Full)
	}
	return m.shorten()
}

// shorten forgets what turned out not to be good.
func (m *Model) shorten() tea.Cmd {
	n := m.rec.Len()
	m.list.cut(n)
	m.chapters = m.chapters[:m.chapters.begun(n)]
	if m.want.n > n {
		return m.move(m.end())
	}
	return m.pursue()
}

func (m *Model) notes() tea.Cmd {
	rec := m.rec
	return func() tea.Msg {
		notes, err := rec.Notes()
		return notesMsg{notes, err}
	}
}

func (m *Model) onNotes(msg notesMsg) {
	for _, n := range msg.notes {
		m.list.remark(noted(n, m.rec), m.rec.Read())
	}
	if msg.err != nil {
		m.say(msg.err.Error())
	}
}

// remark writes a note on where it is now.
func (m *Model) remark(typed text.Safe) tea.Cmd {
	rec, n, at, by := m.rec, m.head.n, m.clock(), m.by
	note := replay.Note{At: at, By: by, N: uint64(max(n-1, 0)), Text: typed}
	return func() tea.Msg { return notedMsg{note, rec.AddNote(n, at, by, typed)} }
}

func (m *Model) onNoted(msg notedMsg) {
	if msg.err != nil {
		m.say(msg.err.Error())
		return
	}
	m.list.remark(noted(msg.note, m.rec), m.rec.Read())
	m.say("noted beside the record")
}
