package keys

import (
	"fmt"
	"slices"
	"strings"
)

// Row is the last row of the screen: the keys of the places that count, the nearest
// first, as many as fit; help and leave are always among them.
func Row(width int, places ...Place) string {
	tail := "q leave  ? help"
	if width >= 76 {
		tail = ": cmd  " + tail
	}
	row, table := "", Table()
	seen := map[Action]bool{}
	for i, place := range places {
		for _, b := range table {
			if b.Short == "" || seen[b.Action] || !slices.Contains(b.Places, place) || shadowed(table, b, places[:i]) {
				continue
			}
			if len(row)+len(b.Short)+2+len(tail) > width-2 {
				continue
			}
			seen[b.Action] = true
			row += b.Short + "  "
		}
	}
	return row + strings.Repeat(" ", max(width-len(row)-len(tail), 0)) + tail
}

// shadowed reports whether a nearer place gives the key another meaning.
func shadowed(table []Binding, b Binding, nearer []Place) bool {
	m := match(table, b.Keys[0], nearer)
	return m != None && m != b.Action
}

// Indent is where in a [Binding.Line] the text begins.
const Indent = 17

// Line is a binding as help shows it: its keys, and what they do.
func (b Binding) Line() string {
	return fmt.Sprintf("%-*s%s", Indent, strings.Join(b.Keys, " ")+" ", b.Long)
}

// Markdown is the table as README holds it.
func Markdown() string {
	var out strings.Builder
	out.WriteString("| key | where | what it does |\n|---|---|---|\n")
	for _, b := range Table() {
		if b.Long == "" {
			continue
		}
		var places []string
		for _, p := range b.Places {
			places = append(places, string(p))
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", strings.Join(b.Keys, "` `"), strings.Join(places, ", "), b.Long)
	}
	fmt.Fprintf(&out, "| `%s` | %s | %s |\n", FieldRollback, "in a text field", "roll back from inside a text field")
	return out.String()
}

// FieldRollback is the key that rolls back from inside a text field.
const FieldRollback = "ctrl+r"
