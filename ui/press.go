package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/keys"
)

// settledMsg says that nothing followed a press of the dangerous key.
type settledMsg struct{ serial int }

// onKey is a key: the dangerous one, one for the question on top, or one of the table.
func (m *Model) onKey(key tea.KeyPressMsg) tea.Cmd {
	at := m.clock()
	name := key.String()
	switch {
	case name == "R" && !m.typing():
		return m.onRollback(at)
	case name == keys.FieldRollback && m.typing():
		m.drop()
		return m.fire(at, false)
	}
	if m.trigger.disturb(at) {
		m.again(at)
	}
	action := keys.Match(name, m.places()...)
	switch {
	case action == keys.Quit:
		return m.onQuit(at)
	case m.typing():
		return m.onAnswer(key, at)
	case action == keys.Hold:
		return m.hold()
	case m.top() != nil:
		return m.onAnswer(key, at)
	case m.page != nil:
		return m.onPage(name, at)
	}
	return m.act(action, at, key.IsRepeat)
}

// onPaste is text that was pasted: it goes into a text field, and nowhere else.
func (m *Model) onPaste(msg tea.PasteMsg) {
	if m.trigger.disturb(m.clock()) {
		m.again(m.clock())
	}
	if m.typing() {
		m.top().field.Insert(msg.Content)
		m.typed(m.top())
	}
}

// onRollback is the dangerous key outside of a text field.
func (m *Model) onRollback(at time.Time) tea.Cmd {
	switch m.trigger.press(at) {
	case pullDisturbs:
		m.again(at)
	case pullWaits:
		return m.settle(m.trigger.pending)
	}
	return nil
}

// settle waits for what may follow a press.
func (m *Model) settle(serial int) tea.Cmd {
	return tea.Tick(settle, func(time.Time) tea.Msg { return settledMsg{serial} })
}

func (m *Model) onSettled(msg settledMsg) tea.Cmd {
	at := m.clock()
	switch counts, again := m.trigger.settled(msg.serial, at); {
	case again:
		return m.settle(msg.serial)
	case counts:
		return m.fire(at, false)
	}
	return nil
}

// fire is a press of the dangerous key that counts. It asks where one key would not be
// right, and where it was not one key.
func (m *Model) fire(at time.Time, ask bool) tea.Cmd {
	m.notice = notice{}
	m.now = at
	b := m.state.Bar(m.sight().Clock)
	switch {
	case b.Kind == release.BarNothingLive && m.state.Closing == nil:
		m.questions = nil
		m.askAbort(submits(func(text.Safe) release.Intent { return release.Abort{} }))
		return nil
	case b.Unsafe != nil:
		m.questions = nil
		m.askUnsafe(b)
		return nil
	case ask, b.Kind == release.BarCold, b.Kind == release.BarAsks:
		m.questions = nil
		m.askRollback(b)
		return nil
	}
	m.questions = nil
	return m.submit(release.Rollback{})
}

// onQuit is ctrl+c: twice within two seconds leaves.
func (m *Model) onQuit(at time.Time) tea.Cmd {
	if at.Sub(m.quit) > 2*time.Second {
		m.quit = at
		m.say("ctrl+c once more leaves", at)
		return nil
	}
	m.quit = time.Time{}
	return m.leave()
}

func (m *Model) leave() tea.Cmd {
	switch {
	case m.state.Ended != nil, m.over:
		return tea.Quit
	case m.state.Closing != nil:
		m.leaving = true
		m.say("leaving as soon as the session has ended", m.clock())
		return nil
	}
	m.questions = nil
	m.askLeave()
	return nil
}

func (m *Model) hold() tea.Cmd {
	if m.state.Held != nil {
		return m.submit(release.Unhold{})
	}
	return m.submit(release.Hold{})
}

// submit has the session decide an intent, outside of Update.
func (m *Model) submit(in release.Intent) tea.Cmd {
	ctx, session := m.ctx, m.session
	return func() tea.Msg { return refusedMsg{in, session.Do(ctx, in)} }
}
