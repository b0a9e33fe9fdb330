// Package help is what the one table of keys says on a screen: a page of the keys, which
// can be searched, and a palette of every action by name.
package help

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// Page is where a visitor is in lines that stand in the place of the screen.
type Page struct {
	Find string // lines with this text alone, whatever the case; empty: all
	top  int
}

// Search shows the lines with a text alone.
func (p *Page) Search(text string) { p.Find, p.top = text, 0 }

// Move scrolls, and reports whether the action was one that does.
func (p *Page) Move(a keys.Action, lines []string) bool {
	switch a {
	case keys.Up, keys.Down, keys.Top, keys.Bottom, keys.PageUp, keys.PageDown:
		p.top = pane.Move(a, p.top, len(p.found(lines)))
		return true
	}
	return false
}

func (p Page) found(lines []string) []string {
	if p.Find == "" {
		return lines
	}
	var out []string
	for _, l := range lines {
		if contains(ansi.Strip(l), p.Find) {
			out = append(out, l)
		}
	}
	return out
}

// View is as many of the lines as there is room for, and how to go on.
func (p Page) View(t theme.Theme, lines []string, width, height int) []string {
	found := p.found(lines)
	first := min(p.top, max(len(found)-height+1, 0))
	foot := "  esc closes"
	if p.Find != "" {
		foot += fmt.Sprintf("   %d with %q", len(found), p.Find)
	}
	if hidden := len(found) - first - (height - 1); hidden > 0 {
		foot += pane.More(hidden) + " j goes down"
	}
	return append(layout.Block(t, found[first:], width, height-1), layout.Fit(t, t.Paint(theme.Dim, foot), width))
}

// Keys are the lines of help: a title, the keys of the places that count, and below them
// those of other places.
func Keys(t theme.Theme, title string, width int, here, elsewhere []keys.Place) []string {
	lines := []string{pane.Title(t, "KEYS", true) + "  " + title}
	seen := map[string]bool{}
	put := func(b keys.Binding, where string) {
		if line := b.Line(); b.Long != "" && !seen[line] {
			seen[line] = true
			lines = append(lines, wrapped(line+where, width)...)
		}
	}
	for _, place := range here {
		for _, b := range keys.In(place) {
			put(b, "")
		}
	}
	if len(elsewhere) == 0 {
		return lines
	}
	lines = append(lines, "", pane.Title(t, "ELSEWHERE", false))
	for _, place := range elsewhere {
		for _, b := range keys.In(place) {
			put(b, " ("+string(place)+")")
		}
	}
	return lines
}

// wrapped is a key and what it does; a long text goes on below its begin.
func wrapped(line string, width int) []string {
	text := min(keys.Indent, len(line))
	rows := layout.Wrap(line[text:], max(width-3-text, 20))
	for i, r := range rows {
		head := strings.Repeat(" ", text)
		if i == 0 {
			head = line[:text]
		}
		rows[i] = "   " + head + r
	}
	return rows
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}
