package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	ellipsis = "…"
	// maxRaw is how much of a raw line is looked at, in bytes.
	maxRaw = 4 * MaxLine
	// maxMarks is how many combining marks one character may carry; towers of them
	// are drawn over the lines above and below.
	maxMarks = 4
)

// invisible holds what takes part in no ordinary text: controls, formats with the
// bidirectional overrides and isolates, private and unassigned characters, fillers,
// and variation selectors, about whose width terminals disagree.
var invisible = []*unicode.RangeTable{
	unicode.C,
	unicode.Other_Default_Ignorable_Code_Point,
	unicode.Variation_Selector,
}

func clean(raw string) string {
	raw = strings.TrimRight(raw, "\r\n")
	if printable(raw) {
		return raw
	}
	head := cutAt(raw, maxRaw)
	var b strings.Builder
	fit, marks, before := 0, 0, ' '
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRuneInString(head[i:])
		out := draw(r, before, head[i:i+n])
		if marks++; !unicode.Is(unicode.M, r) {
			marks = 0
		} else if marks > maxMarks {
			out, marks = "·", 0
		}
		if b.Len()+len(out) > MaxLine {
			return b.String()[:fit] + ellipsis
		}
		b.WriteString(out)
		if b.Len() <= MaxLine-len(ellipsis) {
			fit = b.Len()
		}
		i, before = i+n, r
	}
	if len(head) < len(raw) {
		return b.String()[:fit] + ellipsis
	}
	return b.String()
}

// draw is what stands for r, whose bytes are raw, after the character before.
func draw(r, before rune, raw string) string {
	switch {
	case r == utf8.RuneError:
		return "\uFFFD"
	case r == '\t':
		return "    "
	case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
		return " "
	case (r == '\uFE0E' || r == '\uFE0F') && before > unicode.MaxASCII && unicode.Is(unicode.S, before):
		return ""
	case unicode.In(r, invisible...):
		return "·"
	}
	return raw
}

// printable reports whether raw is plain ASCII that needs no work, as most lines are.
func printable(raw string) bool {
	if len(raw) > MaxLine {
		return false
	}
	for i := range len(raw) {
		if raw[i] < ' ' || raw[i] > '~' {
			return false
		}
	}
	return true
}

// cutAt is the longest start of s of at most n bytes that ends between characters.
func cutAt(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for back := 0; back < utf8.UTFMax && n-back > 0; back++ {
		if utf8.RuneStart(s[n-back]) {
			return s[:n-back]
		}
	}
	return s[:n]
}
