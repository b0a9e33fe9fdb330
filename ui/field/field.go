// Package field is a line of text that a visitor types.
package field

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// limit is how many characters a field takes.
const limit = 500

// Field is a line of text that is typed. The zero value is empty.
type Field struct {
	runes []rune
	at    int // where the next character goes
}

// Text is what was typed, made safe.
func (f *Field) Text() text.Safe { return text.Clean(strings.TrimSpace(string(f.runes))) }

// Insert types or pastes text.
func (f *Field) Insert(raw string) {
	more := []rune(text.Clean(raw).String())
	more = more[:min(len(more), limit-len(f.runes))]
	f.runes = slices.Insert(f.runes, f.at, more...)
	f.at += len(more)
}

// Press edits; keys that neither edit nor type do nothing.
func (f *Field) Press(key tea.KeyPressMsg) {
	switch key.String() {
	case "left", "ctrl+b":
		f.at = max(f.at-1, 0)
	case "right", "ctrl+f":
		f.at = min(f.at+1, len(f.runes))
	case "home", "ctrl+a":
		f.at = 0
	case "end", "ctrl+e":
		f.at = len(f.runes)
	case "backspace", "ctrl+h":
		f.erase(max(f.at-1, 0))
	case "ctrl+w":
		word := strings.LastIndexByte(strings.TrimRight(string(f.runes[:f.at]), " "), ' ')
		f.erase(len([]rune(string(f.runes[:f.at])[:word+1])))
	case "ctrl+u":
		f.erase(0)
	default:
		if key.Text != "" {
			f.Insert(key.Text)
		}
	}
}

// erase takes away what stands between from and the cursor.
func (f *Field) erase(from int) {
	f.runes = slices.Delete(f.runes, from, f.at)
	f.at = from
}

// Row draws the field with its cursor; of a long text, what stands before the cursor.
func (f *Field) Row(t theme.Theme, width int) string {
	before, under, after := string(f.runes[:f.at]), " ", ""
	if f.at < len(f.runes) {
		under, after = string(f.runes[f.at]), string(f.runes[f.at+1:])
	}
	for over := layout.Width(before) + 5 - width; over > 0 && before != ""; over = layout.Width(before) + 5 - width {
		before = string([]rune(before)[1:])
	}
	return layout.Fit(t, "  > "+before+t.Paint(theme.Invert, under)+after, width)
}
