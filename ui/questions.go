package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/field"
	"goaround/ui/pane"
)

// submits is an answer that is an intent.
func submits(make func(text.Safe) release.Intent) func(*Model, text.Safe) tea.Cmd {
	return func(m *Model, typed text.Safe) tea.Cmd { return m.submit(make(typed)) }
}

// leaves is an answer that is an intent and ends the program with the session.
func leaves(in release.Intent) func(*Model, text.Safe) tea.Cmd {
	return func(m *Model, _ text.Safe) tea.Cmd {
		m.leaving = true
		return m.submit(in)
	}
}

func (m *Model) askRollback(b release.Bar) {
	q := question{say: fmt.Sprintf("ROLL BACK to %s?", b.To), grave: true, lapses: true}
	if b.Kind == release.BarCold {
		q.say = fmt.Sprintf("ROLL BACK to %s? %s is stopped: it is started first, about %s", b.To, b.Slot, pane.Span(b.Took))
	}
	confirm := b.To
	if b.Slot == targets.NoSlot {
		confirm = m.state.Plan.Release.Version
		q.say = fmt.Sprintf("TAKE %s OUT OF TRAFFIC and stop it? nothing ran before", confirm)
	}
	q.answers = []answer{{"y", "roll back", submits(func(text.Safe) release.Intent { return release.Rollback{Confirm: confirm} })}}
	m.ask(q)
}

// askUnsafe asks for the version that an unsafe way back goes to.
func (m *Model) askUnsafe(b release.Bar) {
	s := m.sight()
	to, took := b.Type.String(), ""
	if b.Took > 0 {
		took = "; one proxy call takes " + pane.Span(b.Took)
	}
	m.ask(question{
		say:   "THE WAY BACK IS NOT SAFE: type " + to + " and enter to ROLL BACK anyway",
		why:   []string{s.Doubt(b.Unsafe), to + " may not work with the data as it is" + took},
		grave: true, lapses: true, word: b.Type, field: &field.Field{},
		answers: []answer{{"enter", "roll back, once " + to + " is typed", submits(func(typed text.Safe) release.Intent { return release.Rollback{Confirm: typed} })}},
	})
}

func (m *Model) askForward(b release.Bar) {
	_, fresh := pane.Versions(m.sight())
	m.ask(question{
		say: "FORWARD again to " + fresh + "? all traffic moves", grave: true, lapses: true,
		answers: []answer{{"y", "go forward", submits(func(text.Safe) release.Intent { return release.Forward{} })}},
	})
}

// askAbort is for the time before the cutover; do is leaves or submits.
func (m *Model) askAbort(do func(*Model, text.Safe) tea.Cmd) {
	m.ask(question{
		say: "ABORT? nothing is live yet; what was started is taken down", lapses: true,
		answers: []answer{{"y", "abort (exit code 11)", do}},
	})
}

func (m *Model) askLeave() {
	if !m.state.Cut {
		m.askAbort(leaves(release.Abort{}))
		return
	}
	live := pane.Live(m.sight())
	q := question{
		say:     "LEAVE? " + live + " keeps the traffic, both versions stay up, nobody watches",
		answers: []answer{{"h", "leave it held (exit code 12)", leaves(release.Leave{})}, {"R", "rolls back instead", nil}},
	}
	if m.state.Session.Demo {
		q.say = "LEAVE? the demo ends, and both versions with it"
	}
	if m.state.RolledBack() {
		q.say = "LEAVE? " + live + " has the traffic again"
		q.answers = q.answers[:1]
		if m.state.Pause == release.PauseClose {
			q.answers = []answer{{"y", "close (exit code 10)", leaves(release.Proceed{Pause: release.PauseClose})}, q.answers[0]}
		}
	}
	m.ask(q)
}

// askReason asks what a rollback was for. Leaving it is no loss.
func (m *Model) askReason() {
	var answers []answer
	for _, r := range release.Reasons() {
		answers = append(answers, answer{string(r[:1]), string(r), func(m *Model, _ text.Safe) tea.Cmd { m.askWords(r); return nil }})
	}
	m.ask(question{say: "WHAT WAS THE ROLLBACK FOR? for the record, and only if you like", answers: answers})
}

func (m *Model) askWords(r release.Reason) {
	m.askText(fmt.Sprintf("rolled back for %q: what was seen? enter alone is an answer", r), "record it", true, submits(func(t text.Safe) release.Intent {
		return release.Explain{Reason: r, Text: t}
	}))
}

func (m *Model) askVote() {
	plan := m.state.Plan
	m.ask(question{
		say: fmt.Sprintf("GO / NO-GO on plan %s: %s goes to %d hosts", plan.Short(), plan.Release.Version, len(plan.Hosts)),
		answers: []answer{
			{"y", "GO", submits(func(text.Safe) release.Intent { return release.Vote{Plan: plan.Digest, Go: true} })},
			{"n", "NO-GO, with a reason", func(m *Model, _ text.Safe) tea.Cmd { m.askNoGo(plan.Digest); return nil }},
		},
	})
}

func (m *Model) askNoGo(digest string) {
	m.askText("NO-GO: why? it ends this deploy, nothing has changed", "no-go", false, submits(func(why text.Safe) release.Intent {
		return release.Vote{Plan: digest, Why: why}
	}))
}

func (m *Model) askNo(it release.Item) {
	m.askText(fmt.Sprintf("NO to %q: why?", it.Title), "no", false, submits(func(why text.Safe) release.Intent {
		return release.Answer{Item: it.ID, Why: why}
	}))
}

func (m *Model) askSkip(it release.Item) {
	m.askText(fmt.Sprintf("leave out %q: why?", it.Title), "leave out", false, submits(func(why text.Safe) release.Intent {
		return release.Skip{Item: it.ID, Why: why}
	}))
}

func (m *Model) askSay(mark bool) {
	say := "SAY to the crew, for the record"
	if mark {
		say = "MARK this moment"
	}
	m.askText(say, "send", mark, submits(func(t text.Safe) release.Intent { return release.Say{Text: t, Mark: mark} }))
}

// finder is a screen with a log.
type finder interface{ Find(text string) }

func (m *Model) askFilter() {
	f, ok := m.screen().(finder)
	if !ok {
		return
	}
	m.askText("lines with this text; empty for all", "filter", true, func(_ *Model, t text.Safe) tea.Cmd {
		f.Find(t.String())
		return nil
	})
}

func (m *Model) askSearch() {
	m.askText("keys with this text; empty for all", "keep it", true, func(*Model, text.Safe) tea.Cmd { return nil })
	m.top().search = true
}

func (m *Model) askText(say, label string, empty bool, do func(*Model, text.Safe) tea.Cmd) {
	m.ask(question{say: say, field: &field.Field{}, empty: empty, answers: []answer{{"enter", label, do}}})
}
