package pane

import (
	"fmt"
	"strings"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Mark is the shape of a status.
func Mark(t theme.Theme, status release.Status) string {
	switch status {
	case release.StatusOK:
		return t.Paint(theme.Good, "[ok]")
	case release.StatusRunning:
		return "[..]"
	case release.StatusFailed:
		return t.Paint(theme.Warn, "[!!]")
	case release.StatusSkipped:
		return t.Paint(theme.Dim, "[--]")
	case release.StatusUnknown:
		return t.Paint(theme.Warn, "[??]")
	}
	return "[  ]"
}

// Items is a list of checklist items, one a row, the one under the cursor marked. Where
// twice as many rows fit, each has its evidence below it; one that failed opens in place.
// at is the row of the cursor.
func Items(s Sight, items []release.Item, cursor, width, height int) (lines []string, at int) {
	roomy := height >= 2*len(items)
	for i, it := range items {
		if i == cursor {
			at = len(lines)
		}
		point := " "
		if i == cursor {
			point = s.Theme.Paint(theme.Strong, ">")
		}
		left := point + Mark(s.Theme, it.Status) + " " + it.Title.String()
		right := s.answer(it)
		if it.Key && (width >= 50 || !it.Status.Over()) {
			right = s.Theme.Paint(theme.Dim, "KEY ") + right
		}
		lines = append(lines, layout.Spread(s.Theme, left, " "+right+" ", width))
		switch {
		case i == cursor && it.Status == release.StatusFailed:
			problem := &text.Problem{Say: it.Evidence, More: it.More}
			lines = append(lines, opened(s.Theme, problem, width, height-len(items))...)
		case roomy:
			lines = append(lines, "      "+s.Theme.Paint(theme.Dim, layout.Fit(s.Theme, it.Evidence.String(), width-7)))
		}
	}
	return lines, at
}

// answer is who answered an item and when, or who is waited for.
func (s Sight) answer(it release.Item) string {
	switch it.Status {
	case release.StatusOpen:
		if it.Auto() {
			return "auto"
		}
		return who(it) + " ?"
	case release.StatusRunning:
		return "for " + Seconds(s.since(it.Since))
	}
	by := it.By.Name
	if it.Auto() && it.By == release.Engine() {
		by = "auto"
	}
	return by + " " + it.At.In(s.State.Started.Location()).Format("15:04")
}

func who(it release.Item) string {
	if it.Who == "" {
		return "anyone"
	}
	return it.Who
}

// meant says who is asked an item, if somebody is named. Where they are not here, nobody
// has to wait for them.
func (s Sight) meant(it release.Item) string {
	switch {
	case it.Who == "":
		return ""
	case s.State.Absent(it):
		return " (" + it.Who + " or anyone)"
	}
	return " (" + it.Who + ")"
}

// Done counts items that are answered well or left out: "5 of 7".
func Done(items []release.Item) string {
	n := 0
	for _, it := range items {
		if it.Status.Over() {
			n++
		}
	}
	return fmt.Sprintf("%d of %d", n, len(items))
}

// Details is all there is to say about an item.
func Details(s Sight, it release.Item, width int) []string {
	lines := []string{s.Theme.Paint(theme.Strong, " "+it.Title.String()), " " + s.kind(it)}
	if !it.Evidence.IsZero() {
		lines = append(lines, indented(it.Evidence.String(), width)...)
	}
	for _, l := range it.More {
		lines = append(lines, "   "+l.String())
	}
	return lines
}

func (s Sight) kind(it release.Item) string {
	parts := []string{string(it.Status)}
	if it.Auto() {
		parts = append(parts, "answered by a check")
	} else {
		parts = append(parts, "asked of "+who(it))
		if s.State.Absent(it) {
			parts = append(parts, "whoever is here may answer")
		}
	}
	if it.Key {
		parts = append(parts, "KEY: cannot be left out")
	} else {
		parts = append(parts, "can be left out with a reason")
	}
	if it.Took > 0 {
		parts = append(parts, "took "+Span(it.Took))
	}
	return strings.Join(parts, ", ")
}

func indented(text string, width int) []string {
	lines := layout.Wrap(text, max(width-4, 8))
	for i := range lines {
		lines[i] = "   " + lines[i]
	}
	return lines
}
