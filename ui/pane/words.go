package pane

import (
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Words is what the crew said, the newest last.
func Words(s Sight, width int) []string {
	var out []string
	for _, w := range s.State.Words {
		mark := ""
		if w.Said.Mark {
			mark = s.Theme.Paint(theme.Strong, "* ")
		}
		head := " " + s.at(w.Mono) + " " + mark + w.By.Name + ": "
		for i, l := range layout.Wrap(w.Text.String(), max(width-layout.Width(head), 12)) {
			if i > 0 {
				head = "             "
			}
			out = append(out, head+l)
		}
	}
	if len(out) == 0 {
		out = append(out, s.Theme.Paint(theme.Dim, " nothing yet; c says something"))
	}
	return out
}
