package player

import (
	"time"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/replay"
)

// entry is a line of the list of events.
type entry struct {
	n     int // events that have happened once this one has
	at    time.Time
	mono  time.Duration
	word  string // "guard", "key": what kind of thing it is
	text  string // what happened, in the past tense; safe
	act   bool   // something was done, or a key pressed
	alarm bool   // something went wrong
	note  bool   // stands beside the record, not in it
}

// said is what an event has to say, before it has a place in the list.
type said struct {
	word, text string
	act, alarm bool
}

// entries are the lines of an event; often none.
func entries(before, after release.State, e release.Event) []entry {
	var out []entry
	for _, s := range tell(before, after, e) {
		out = append(out, entry{
			n: int(e.N) + 1, at: e.At, mono: e.Mono, word: s.word, text: text.Clean(s.text).String(), act: s.act, alarm: s.alarm,
		})
	}
	return out
}

// line is the entry as a visitor copies it.
func (e entry) line() string { return e.at.Format(time.DateTime) + " " + e.word + " " + e.text }

// noted is the line of a note, at the time of its event.
func noted(n replay.Note, r *replay.Recording) entry {
	at := min(int(n.N)+1, max(r.Len(), 1))
	return entry{n: at, at: n.At, mono: r.Time(at), word: "note", text: n.By.String() + ": " + n.Text.String(), act: true, note: true}
}
