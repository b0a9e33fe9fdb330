package pane

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// LogView is what a visitor has chosen of the log.
type LogView struct {
	Filter string // lines that contain it, whatever the case; empty: all
	Until  int    // lines before this count of State.Logs; 0: follow the newest
	Said   int    // with Until: marks before this count of State.Words
	Up     int    // how many lines above the newest the last shown one is
	Wrap   bool
}

// Logs is the title and the newest lines that fit, alike lines folded into one.
func Logs(s Sight, v LogView, focused bool, width, height int) []string {
	if height < 1 {
		return nil
	}
	lines := []string{layout.Spread(s.Theme, Title(s.Theme, "LOG", focused)+" "+v.says(), s.logCount(v), width)}
	room := height - 1
	var shown []string
	groups := s.fold(v)
	for i := len(groups) - 1 - v.Up; i >= 0 && len(shown) < room; i-- {
		shown = append(s.logLines(groups[i], v, width), shown...)
	}
	if len(shown) > room {
		shown = shown[len(shown)-room:]
	}
	if len(groups) == 0 {
		shown = []string{s.Theme.Paint(theme.Dim, "  no line yet")}
	}
	return append(lines, shown...)
}

func (v LogView) says() string {
	parts := []string{"following"}
	if v.Until > 0 {
		parts[0] = "held back, f follows"
	}
	if v.Filter != "" {
		parts = append(parts, fmt.Sprintf("with %q", v.Filter))
	}
	return strings.Join(parts, ", ")
}

func (s Sight) logCount(v LogView) string {
	fresh := ""
	if v.Until > 0 && s.State.Logs > v.Until {
		fresh = fmt.Sprintf("%s newer, ", Count(s.State.Logs-v.Until))
	}
	return fmt.Sprintf("%s%s lines, %s dropped ", fresh, Count(s.State.Logs), Count(s.State.Dropped))
}

// group is lines that are alike but for their digits, of which last is the newest; or a
// mark that somebody set.
type group struct {
	last targets.Line
	n    int
	mark *release.Word
}

func (g group) at() time.Time {
	if g.mark != nil {
		return g.mark.At
	}
	return g.last.At
}

// fold joins lines of one slot and service that are alike, each at the place of its
// newest one, with the marks between them.
func (s Sight) fold(v LogView) []group {
	lines := s.State.Lines
	if v.Until > 0 {
		first := s.State.Logs - len(lines)
		lines = lines[:min(max(v.Until-first, 0), len(lines))]
	}
	filter := strings.ToLower(v.Filter)
	count := make(map[uint64]int, 64)
	var back []group
	for i := len(lines) - 1; i >= 0; i-- {
		l := lines[i]
		if filter != "" && !strings.Contains(strings.ToLower(l.Text.String()), filter) {
			continue
		}
		key := likeness(l)
		if at, ok := count[key]; ok {
			back[at].n++
			continue
		}
		count[key] = len(back)
		back = append(back, group{last: l, n: 1})
	}
	slices.Reverse(back)
	return s.marked(back, v)
}

// marked puts the marks of the crew where they were set.
func (s Sight) marked(groups []group, v LogView) []group {
	words := s.State.Words
	if v.Until > 0 {
		words = words[:min(v.Said, len(words))]
	}
	for i, w := range words {
		if w.Said.Mark {
			at := slices.IndexFunc(groups, func(g group) bool { return g.at().After(w.At) })
			if at < 0 {
				at = len(groups)
			}
			groups = slices.Insert(groups, at, group{mark: &words[i]})
		}
	}
	return groups
}

// likeness is the same for lines that differ in numbers alone: digits, and letters and
// digits in one word with them.
func likeness(l targets.Line) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	line := uint64(offset)
	for _, s := range []string{string(l.Slot), "/", l.Service} {
		for i := range len(s) {
			line = (line ^ uint64(s[i])) * prime
		}
	}
	word, digits, text := line, false, l.Text.String()
	for i := 0; i <= len(text); i++ {
		switch {
		case i < len(text) && text[i] != ' ' && text[i] != '=' && text[i] != '/':
			word = (word ^ uint64(text[i])) * prime
			digits = digits || text[i] >= '0' && text[i] <= '9'
			continue
		case digits:
			word = line ^ '#'
		case word == line:
			continue
		}
		line = (word ^ ' ') * prime
		word, digits = line, false
	}
	return line
}

// said is a mark in one line.
func (s Sight) said(w release.Word) string {
	return w.At.In(s.State.Started.Location()).Format(time.TimeOnly) + " * " + w.By.Name + " " + w.Text.String()
}

func (s Sight) logLines(g group, v LogView, width int) []string {
	if g.mark != nil {
		return []string{"  " + s.Theme.Paint(theme.Strong, s.said(*g.mark))}
	}
	l := g.last
	head := "  " + l.At.In(s.State.Started.Location()).Format(time.TimeOnly) + " " + s.name(l.Where) + " "
	if width >= 70 {
		head += string(l.Slot) + " "
	}
	text := l.Text.String()
	alike := ""
	if g.n > 1 {
		alike = fmt.Sprintf(" (%s alike)", Count(g.n))
	}
	tone := theme.Plain
	if l.Bad {
		tone = theme.Caution
	}
	room := width - layout.Width(head)
	if !v.Wrap || room < 20 {
		text = strings.TrimRight(layout.Fit(s.Theme, text, min(layout.Width(text), room-len(alike))), " ")
		return []string{s.Theme.Paint(theme.Dim, head) + s.Theme.Paint(tone, text) + s.Theme.Paint(theme.Strong, alike)}
	}
	var out []string
	for _, part := range layout.Wrap(text+alike, room) {
		out = append(out, s.Theme.Paint(theme.Dim, head)+s.Theme.Paint(tone, part))
		head = strings.Repeat(" ", layout.Width(head))
	}
	return out
}
