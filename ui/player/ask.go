package player

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/targets/text"
	"goaround/ui/field"
	"goaround/ui/help"
	"goaround/ui/keys"
)

// ask is a line that is being typed.
type ask struct {
	says    string
	field   field.Field
	typed   func(string)            // nil, or what takes in each change
	palette *help.Palette           // nil, or what the field chooses from
	do      func(text.Safe) tea.Cmd // nil: enter only closes it
}

// find is what was looked for.
type find struct {
	text string
	hit  int // which of all, from 1; 0: none
	all  int
}

func (m *Model) askTime() {
	m.ask = &ask{says: "go to a time: 14:12, 14:12:41, or +8:31 after the start", do: m.goTo}
}

func (m *Model) askFind() {
	m.ask = &ask{says: "find in the events", do: func(typed text.Safe) tea.Cmd {
		m.find = find{text: typed.String()}
		return m.seekText(1)
	}}
}

func (m *Model) askNote() {
	m.playing = false
	m.ask = &ask{says: "note beside the record, at " + m.wall(m.head.mono).Format(time.TimeOnly), do: m.remark}
}

// onAsk is a key while a line is typed.
func (m *Model) onAsk(key tea.KeyPressMsg) tea.Cmd {
	a := m.ask
	switch name := key.String(); {
	case name == "esc", name == "ctrl+c":
		m.ask = nil
		a.field = field.Field{}
		a.changed()
	case name == "enter":
		m.ask = nil
		if typed := a.field.Text(); a.do != nil && (!typed.IsZero() || a.palette != nil) {
			return a.do(typed)
		}
	case a.palette != nil && (name == "up" || name == "down"):
		a.palette.Move(keys.Match(name, keys.Everywhere), m.choices())
	default:
		a.field.Press(key)
		a.changed()
	}
	return nil
}

// changed passes on what the field holds.
func (a *ask) changed() {
	if a.typed != nil {
		a.typed(a.field.Text().String())
	}
}

// goTo goes to a time that was typed.
func (m *Model) goTo(typed text.Safe) tea.Cmd {
	mono, err := m.moment(typed.String())
	if err != nil {
		m.say(err.Error())
		return nil
	}
	m.playing = m.playing && mono < m.end().mono
	return m.move(m.at(mono))
}

// moment is a time of day, the first one after the start, or a time since the start
// with a plus before it.
func (m *Model) moment(typed string) (time.Duration, error) {
	rest, since := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(typed), "T"), "+")
	parts := strings.Split(rest, ":")
	values := make([]int, len(parts))
	for i, p := range parts {
		var end string
		if n, _ := fmt.Sscanf(p+"\n", "%d%s", &values[i], &end); n != 1 || values[i] < 0 || i > 0 && values[i] > 59 {
			return 0, fmt.Errorf("%q is no time: 14:12, 14:12:41, or +8:31 after the start", typed)
		}
	}
	switch {
	case len(values) > 3 || len(values) < 2 || !since && values[0] > 23:
		return 0, fmt.Errorf("%q is no time: 14:12, 14:12:41, or +8:31 after the start", typed)
	case since && len(values) == 2:
		values = append([]int{0}, values...)
	case len(values) == 2:
		values = append(values, 0)
	}
	d := time.Duration(values[0])*time.Hour + time.Duration(values[1])*time.Minute + time.Duration(values[2])*time.Second
	if since {
		return d, nil
	}
	start := m.state.Started
	y, month, day := start.Date()
	at := time.Date(y, month, day, 0, 0, 0, 0, start.Location()).Add(d)
	if at.Before(start.Truncate(time.Minute)) {
		at = at.AddDate(0, 0, 1)
	}
	return max(at.Sub(start), 0), nil
}

// seekText goes to the next event with the text, or the one before: by is 1 or -1.
// Behind the last comes the first.
func (m *Model) seekText(by int) tea.Cmd {
	if m.find.text == "" {
		m.say("nothing was looked for: / finds")
		return nil
	}
	hits := m.list.find(m.find.text)
	m.find.hit, m.find.all = 0, len(hits)
	if len(hits) == 0 {
		m.say(fmt.Sprintf("no event has %q%s", m.find.text, m.soFar()))
		return nil
	}
	m.playing = false
	i := m.hit(hits, by)
	m.find.hit = i + 1
	return m.move(m.behind(m.list.shown()[hits[i]].n))
}

// hit is the index in hits of the next one from where it is.
func (m *Model) hit(hits []int, by int) int {
	rows, n := m.list.shown(), m.want.n
	if by > 0 {
		for i, row := range hits {
			if rows[row].n > n {
				return i
			}
		}
		return 0
	}
	for i := len(hits) - 1; i >= 0; i-- {
		if rows[hits[i]].n < n {
			return i
		}
	}
	return len(hits) - 1
}

// soFar says that not all was read yet.
func (m *Model) soFar() string {
	if m.read {
		return ""
	}
	return " as far as it was read"
}
