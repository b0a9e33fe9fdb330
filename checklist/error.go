package checklist

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"goaround/targets/text"
)

// Error is one thing wrong with the file. All its text is safe to draw: what it quotes
// of the file is cleaned.
type Error struct {
	File    string
	Line    int    // from 1
	Column  int    // in characters, from 1
	Say     string // one sentence: "unknown field `windw`"
	Hint    string // the fix: "did you mean `window`?"
	Excerpt string // the line before it and its own, with a caret; no colour
}

// Error is the sentence with its position, on one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Say)
}

// Render is the error as a person reads it: position and sentence, excerpt, hint. It
// ends in a line break.
func (e *Error) Render() string {
	return e.Error() + "\n" + e.Excerpt + "hint: " + e.Hint + "\n"
}

const (
	excerptWidth = 100 // characters of a line that an excerpt shows
	quoteWidth   = 60  // characters of a value that a sentence quotes
)

// source is the file's text by lines, for excerpts.
type source [][]rune

func newSource(data string) source {
	var s source
	for line := range strings.SplitSeq(data, "\n") {
		s = append(s, []rune(strings.TrimSuffix(line, "\r")))
	}
	return s
}

// excerpt draws line and the one before it, and a caret under column.
func (s source) excerpt(line, column int) string {
	if line > len(s) {
		return ""
	}
	start, first := max(0, column-1-excerptWidth*3/4), line
	if len(s[line-1]) <= excerptWidth {
		start = 0
	}
	if start == 0 {
		first = max(1, line-1)
	}
	digits := len(fmt.Sprint(line))
	var b strings.Builder
	for n := first; n <= line; n++ {
		fmt.Fprintf(&b, "  %*d | %s\n", digits, n, window(s[n-1], start))
	}
	fmt.Fprintf(&b, "  %*s | %s^\n", digits, "", strings.Repeat(" ", s.width(line, start, column)))
	return b.String()
}

// width is the number of characters drawn between the left edge of an excerpt and column.
func (s source) width(line, start, column int) int {
	runes := s[line-1]
	left := window(runes[:min(len(runes), column-1)], start)
	return utf8.RuneCountInString(left)
}

// window is the part of a line that an excerpt shows, cleaned.
func window(line []rune, start int) string {
	part := line[min(start, len(line)):min(len(line), start+excerptWidth)]
	shown := text.Clean(string(part)).String()
	if start > 0 {
		shown = "…" + shown
	}
	if start+excerptWidth < len(line) {
		shown += "…"
	}
	return shown
}

// quote puts s between backticks, cleaned and cut, to be part of a sentence.
func quote(s string) string {
	runes := []rune(text.Clean(s).String())
	if len(runes) > quoteWidth {
		return "`" + string(runes[:quoteWidth]) + "…`"
	}
	return "`" + string(runes) + "`"
}
