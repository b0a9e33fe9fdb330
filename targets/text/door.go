package text

import (
	"maps"
	"slices"
	"strings"
)

// minReach is how far behind a cut a token may end and still be found whole, in bytes.
const minReach = 1024

// Door makes text from outside safe and takes secrets out of it. A Door is made once
// a session, from the values that the target and the checklist know, and handed to
// all who read from outside. The nil Door redacts by patterns alone. Safe for
// concurrent use.
type Door struct {
	forms   map[string][]form // by their first minSecret bytes; the longest comes first
	longest int               // bytes of the longest form
}

// NewDoor returns the door that knows secrets, a map from the name of a variable to
// its value. Hand over secrets only, since each value is taken out wherever it
// appears. Of a value of several lines each line counts too, without the space around
// it; what has fewer than 8 bytes is not looked for.
func NewDoor(secrets map[string]string) *Door {
	d := &Door{forms: map[string][]form{}}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		for _, text := range formsOf(secrets[name]) {
			start := text[:minSecret]
			d.forms[start] = append(d.forms[start], form{name: Clean(name).String(), text: text})
			d.longest = max(d.longest, len(text))
		}
	}
	for _, fs := range d.forms {
		slices.SortStableFunc(fs, func(a, b form) int { return len(b.text) - len(a.text) })
	}
	return d
}

// Line redacts and cleans one line. Redaction comes first, on the raw bytes, and
// again if cleaning changed them. Of a line that is much longer than [MaxLine] only
// the start is looked at, so it costs no more than another.
func (d *Door) Line(raw string) Safe {
	once := d.redact(raw, maxRaw)
	safe := Clean(once)
	if safe.s == once {
		return safe
	}
	return Clean(d.Redact(safe.s))
}

// Redact replaces each known secret (as it is, base64, URL-encoded, or escaped in
// JSON) by "<secret NAME>", and each token that a known pattern finds by
// "<secret KIND>". Secrets that overlap become one mark.
func (d *Door) Redact(raw string) string { return d.redact(raw, len(raw)) }

// redact looks at the first limit bytes, and as far behind them as it takes to see
// that a secret which the cut goes through is one.
func (d *Door) redact(raw string, limit int) string {
	head := cutAt(raw, limit)
	var b strings.Builder
	at := 0
	for _, s := range d.spans(raw[:min(len(raw), len(head)+d.reach())]) {
		if s.start >= len(head) {
			break
		}
		b.WriteString(raw[at:s.start])
		b.WriteString("<secret " + s.name + ">")
		at = s.end
	}
	if at == 0 && len(head) == len(raw) {
		return raw
	}
	if at < len(head) {
		b.WriteString(head[at:])
	}
	if len(head) < len(raw) {
		b.WriteString(ellipsis)
	}
	return b.String()
}

func (d *Door) reach() int {
	if d == nil {
		return minReach
	}
	return max(minReach, d.longest)
}

// span is where a secret stands in a line.
type span struct {
	name       string
	start, end int
	known      bool // by its value, not by a pattern
}

// spans returns the secrets of raw in their order, none touching another.
func (d *Door) spans(raw string) []span {
	found := append(d.known(raw), tokens(raw)...)
	slices.SortStableFunc(found, func(a, b span) int { return a.start - b.start })
	apart := found[:0]
	for _, s := range found {
		if n := len(apart); n > 0 && s.start < apart[n-1].end {
			apart[n-1] = apart[n-1].with(s)
			continue
		}
		apart = append(apart, s)
	}
	return apart
}

// with is s made longer by an overlapping o. A variable's name says more than a kind.
func (s span) with(o span) span {
	s.end = max(s.end, o.end)
	if o.known && !s.known {
		s.name, s.known = o.name, true
	}
	return s
}

func (d *Door) known(raw string) []span {
	if d == nil {
		return nil
	}
	var found []span
	for i := 0; i+minSecret <= len(raw); i++ {
		for _, f := range d.forms[raw[i:i+minSecret]] {
			if strings.HasPrefix(raw[i:], f.text) {
				found = append(found, span{f.name, i, i + len(f.text), true})
				break
			}
		}
	}
	return found
}
