// Package layout puts lines of styled text into rectangles: every line it returns is
// exactly as wide as asked, every block exactly as high, whatever goes in.
package layout

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"goaround/ui/theme"
)

// Fit cuts or pads a line to a width.
func Fit(t theme.Theme, line string, width int) string {
	width = max(width, 0)
	w := Width(line)
	if w > width {
		line = ansi.Truncate(line, width, t.Ellipsis())
		w = Width(line)
	}
	return line + strings.Repeat(" ", max(width-w, 0))
}

// Block makes lines a block of that size; what does not fit below is cut.
func Block(t theme.Theme, lines []string, width, height int) []string {
	out := make([]string, max(height, 0))
	for i := range out {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		out[i] = Fit(t, line, width)
	}
	return out
}

// Beside puts two blocks next to each other with a wall between them; left is as wide
// as asked, right gets the rest.
func Beside(t theme.Theme, left, right []string, leftWidth, width, height int) []string {
	leftWidth = min(leftWidth, max(width-1, 0))
	l, r := Block(t, left, leftWidth, height), Block(t, right, width-leftWidth-1, height)
	wall := t.Paint(theme.Dim, t.Wall())
	for i := range l {
		l[i] = Fit(t, l[i]+wall+r[i], width)
	}
	return l
}

// Spread puts one text at the left and one at the right end of a line. Where there is
// not room for both, the left one is cut.
func Spread(t theme.Theme, left, right string, width int) string {
	room := width - Width(right)
	if room < 1 {
		return Fit(t, right, width)
	}
	return Fit(t, left, room) + right
}

// Rule is a line across.
func Rule(t theme.Theme, width int) string {
	return t.Paint(theme.Dim, strings.Repeat(t.Rule(), max(width, 0)))
}

// DoubleRule is a line across a screen that shows what is past.
func DoubleRule(t theme.Theme, width int) string {
	return t.Paint(theme.Dim, strings.Repeat(t.DoubleRule(), max(width, 0)))
}

// Scroll is the part of lines that a pane of that height shows so that line at is in it.
func Scroll(lines []string, at, height int) []string {
	if height <= 0 || len(lines) <= height {
		return lines
	}
	first := min(max(at-height/2, 0), len(lines)-height)
	return lines[first : first+height]
}

// Wrap breaks a text into lines of at most a width, between words where it can.
func Wrap(text string, width int) []string {
	if width < 1 {
		return nil
	}
	return strings.Split(ansi.Wrap(text, width, ""), "\n")
}

// Width is how many cells a text takes.
func Width(text string) int {
	cells, toning := 0, false
	for _, r := range text {
		switch {
		case toning && r == 'm':
			toning = false
		case toning && (r >= '0' && r <= '9' || r == ';' || r == '['):
		case r == '\x1b':
			toning = true
		case !toning && (r >= ' ' && r <= '~' || r >= '─' && r <= '▟' || r == '…' || r == '·'):
			cells++
		default:
			return ansi.StringWidth(text)
		}
	}
	if toning {
		return ansi.StringWidth(text)
	}
	return cells
}
