package help

import (
	"fmt"
	"slices"
	"strings"

	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// Choice is an action of the palette.
type Choice struct {
	Action keys.Action
	Key    string
	Text   string
	Not    string // why it is not possible now; empty: it is
}

// Choices are the actions that have a key in one of the places, each once; those without
// one here are not possible now.
func Choices(places, here []keys.Place) []Choice {
	var out []Choice
	at := map[keys.Action]int{}
	for _, b := range inOrder(places) {
		c := Choice{Action: b.Action, Key: b.Keys[0], Text: b.Long}
		possible := meet(b.Places, here)
		if why, dead := strings.CutPrefix(b.Long, "nothing: "); dead {
			c.Not = why
		}
		if !possible {
			c.Not = "only " + string(b.Places[0])
		}
		i, known := at[b.Action]
		switch {
		case !known:
			at[b.Action] = len(out)
			out = append(out, c)
		case out[i].Not != "" && possible:
			out[i] = c
		}
	}
	return out
}

// inOrder are the bindings of places that are actions by themselves.
func inOrder(places []keys.Place) []keys.Binding {
	var out []keys.Binding
	for _, place := range places {
		out = append(out, keys.In(place)...)
	}
	return slices.DeleteFunc(out, func(b keys.Binding) bool {
		return b.Long == "" || b.Action == keys.Palette || b.Action == keys.DeadKey || b.Action == keys.Tenth
	})
}

func meet(a, b []keys.Place) bool {
	return slices.ContainsFunc(a, func(p keys.Place) bool { return slices.Contains(b, p) })
}

// Palette is where a visitor is in the choices: what was typed, and which is marked.
type Palette struct {
	typed string
	at    int
}

// Type narrows the choices to those with a text.
func (p *Palette) Type(text string) {
	if text != p.typed {
		p.typed, p.at = text, 0
	}
}

// Move marks another choice.
func (p *Palette) Move(a keys.Action, all []Choice) { p.at = pane.Move(a, p.at, len(p.found(all))) }

// Marked is the choice that enter runs; ok is false if none is left.
func (p Palette) Marked(all []Choice) (c Choice, ok bool) {
	found := p.found(all)
	if len(found) == 0 {
		return Choice{}, false
	}
	return found[min(p.at, len(found)-1)], true
}

// found are the choices with what was typed: those whose name begins with it first, then
// those that have it in the name, then those that have it in what they do.
func (p Palette) found(all []Choice) []Choice {
	ranks := [3][]Choice{}
	for _, c := range all {
		name := strings.ToLower(string(c.Action))
		switch typed := strings.ToLower(p.typed); {
		case strings.HasPrefix(name, typed):
			ranks[0] = append(ranks[0], c)
		case strings.Contains(name, typed):
			ranks[1] = append(ranks[1], c)
		case contains(c.Text, typed):
			ranks[2] = append(ranks[2], c)
		}
	}
	return slices.Concat(ranks[0], ranks[1], ranks[2])
}

// Say is what enter would do.
func (p Palette) Say(all []Choice) string {
	c, ok := p.Marked(all)
	switch {
	case !ok:
		return fmt.Sprintf("no action has %q", p.typed)
	case c.Not != "":
		return fmt.Sprintf("%s is not possible now: %s", c.Action, c.Not)
	}
	return fmt.Sprintf("%s (%s): %s", c.Action, c.Key, c.Text)
}

// View is the choices around the marked one.
func (p Palette) View(t theme.Theme, all []Choice, width, height int) []string {
	found := p.found(all)
	title := layout.Spread(t, pane.Title(t, "ACTIONS", true)+"  by name", fmt.Sprintf("%d of %d ", len(found), len(all)), width)
	var rows []string
	at := min(p.at, max(len(found)-1, 0))
	for i, c := range found {
		row, tone := fmt.Sprintf("%-16s %-10s %s", c.Action, c.Key, c.Text), theme.Plain
		if c.Not != "" {
			row, tone = fmt.Sprintf("%-16s %-10s -- %s", c.Action, c.Key, c.Not), theme.Dim
		}
		point := "   "
		if i == at {
			point = " " + t.Paint(theme.Strong, ">") + " "
		}
		rows = append(rows, point+t.Paint(tone, row))
	}
	return layout.Block(t, append([]string{title}, layout.Scroll(rows, at, height-1)...), width, height)
}
