package checklist

import "slices"

// Crowd is how many items of the file a person meets before one pause.
type Crowd struct {
	Pause string // as a person says it: "the vote"
	Items int
}

// Most is how many items one pause should have at most: more are ticked, not read.
const Most = 9

// Crowds are the pauses that have more than Most items. Jobs are no items: nobody answers
// them.
func (f *File) Crowds() []Crowd {
	cut := slices.IndexFunc(f.During, func(it Item) bool { return it.Kind == Cutover })
	var all []Crowd
	for _, c := range []Crowd{
		{"the vote", answers(f.Pre)}, {"the cutover", answers(f.During[:cut])}, {"the close", answers(f.During[cut:]) + answers(f.Post)},
	} {
		if c.Items > Most {
			all = append(all, c)
		}
	}
	return all
}

func answers(items []Item) int {
	n := 0
	for _, it := range items {
		if it.Kind != Stage && it.Kind != Cutover && it.Kind != RunJob {
			n++
		}
	}
	return n
}
