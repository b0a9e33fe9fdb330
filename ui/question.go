package ui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/targets/text"
	"goaround/ui/field"
	"goaround/ui/help"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

const (
	// grace is how long after a question's appearance an answer is dropped: it was
	// typed for something else.
	grace = 400 * time.Millisecond
	// lapse is how long a question about the release waits for its answer.
	lapse = 10 * time.Second
)

// question is something asked of the visitor, above the rollback bar. Leaving it is
// always possible and changes nothing.
type question struct {
	say     string
	why     []string  // what else there is to know, where there is room
	word    text.Safe // the one answer that counts; empty: any
	grave   bool      // drawn as an alarm
	answers []answer
	field   *field.Field  // nil: one key answers
	empty   bool          // an empty field is an answer
	palette *help.Palette // the field chooses from it; it stands in the place of the screen
	search  bool          // the field searches the page
	opened  time.Time
	lapses  bool
}

// answer is one key, what it says, and what it does with what was typed.
type answer struct {
	key, label string
	do         func(m *Model, typed text.Safe) tea.Cmd
}

// ask puts a question on top.
func (m *Model) ask(q question) {
	q.opened = m.clock()
	m.questions = append(m.questions, q)
}

// top is the question that keys go to.
func (m *Model) top() *question {
	if len(m.questions) == 0 {
		return nil
	}
	return &m.questions[len(m.questions)-1]
}

func (m *Model) drop() { m.questions = m.questions[:max(len(m.questions)-1, 0)] }

// typing reports whether keys are text now.
func (m *Model) typing() bool { return m.top() != nil && m.top().field != nil }

// onAnswer is a key while a question is open.
func (m *Model) onAnswer(key tea.KeyPressMsg, at time.Time) tea.Cmd {
	q := m.top()
	name := key.String()
	if name == "esc" {
		if q.search {
			m.page.Search("")
		}
		m.drop()
		return nil
	}
	for _, a := range q.answers {
		if a.key == name {
			return m.answer(*q, a, at, key.IsRepeat)
		}
	}
	move := keys.Match(name, keys.Everywhere)
	switch {
	case q.field == nil:
	case q.palette != nil && key.Text == "" && move != keys.Top && move != keys.Bottom:
		q.palette.Move(move, m.choices())
		fallthrough
	default:
		q.field.Press(key)
		m.typed(q)
	}
	return nil
}

// typed passes on what a field holds to what it filters.
func (m *Model) typed(q *question) {
	switch {
	case q.palette != nil:
		q.palette.Type(q.field.Text().String())
	case q.search:
		m.page.Search(q.field.Text().String())
	}
}

func (m *Model) answer(q question, a answer, at time.Time, repeat bool) tea.Cmd {
	var typed text.Safe
	if q.field != nil {
		typed = q.field.Text()
	}
	switch {
	case repeat || at.Sub(q.opened) < grace:
		m.warn("TOO SOON after the question, press it again", at)
		return nil
	case q.palette != nil:
		return m.choose(at)
	case !q.word.IsZero() && typed != q.word:
		m.warn(fmt.Sprintf("THAT IS NOT %s, nothing was done", q.word), at)
		return nil
	case q.field != nil && typed.IsZero() && !q.empty:
		m.warn("A WORD IS NEEDED, for the record", at)
		return nil
	}
	m.drop()
	m.notice = notice{}
	return a.do(m, typed)
}

// lapse drops a question that nobody answered.
func (m *Model) lapse(now time.Time) {
	if q := m.top(); q != nil && q.lapses && now.Sub(q.opened) >= lapse {
		m.drop()
		m.say("the question lapsed: nothing was done", now)
	}
}

// rows draws the question in that many rows: what is asked, what is typed, the answers.
func (q question) rows(t theme.Theme, now time.Time, width, height int) []string {
	tone := theme.Strong
	if q.grave {
		tone = theme.Alarm
	}
	rows := []string{" " + t.Paint(tone, "!! "+q.say)}
	for _, line := range q.why[:min(len(q.why), max(height-3, 0))] {
		rows = append(rows, " "+t.Paint(tone, "!!")+" "+line)
	}
	if q.field != nil {
		rows = append(rows, q.field.Row(t, width))
	}
	keys := q.keys(t, "   ")
	if layout.Width(keys) > width {
		keys = q.keys(t, "  ")
	}
	right := ""
	if q.lapses {
		right = fmt.Sprintf("lapses in %d s ", int(max(lapse-now.Sub(q.opened), 0).Seconds()))
	}
	if q.field != nil && height < 3 {
		half := width / 2
		rows = []string{layout.Fit(t, rows[0], half) + q.field.Row(t, width-half)}
	}
	if q.field == nil && height >= 3 {
		rows = append(rows, "")
	}
	return layout.Block(t, append(rows, layout.Spread(t, keys, right, width)), width, height)
}

// keys are the answers, with the gap between them.
func (q question) keys(t theme.Theme, gap string) string {
	row := gap
	for _, a := range q.answers {
		row += t.Paint(theme.Strong, a.key) + " " + a.label + gap
	}
	return row + t.Paint(theme.Strong, "esc") + " never mind"
}
