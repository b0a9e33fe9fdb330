// Package keys is the one table of keys: it feeds matching, the last row of the screen,
// the help, README, and a test that no two meanings meet in one place.
//
// Capital letters act on the release, small ones on what you look at.
package keys

import "slices"

// Action is what a key does.
type Action string

// The actions.
const (
	None     Action = ""
	Rollback Action = "rollback"
	Forward  Action = "forward"
	Explain  Action = "explain"
	Hold     Action = "hold"
	Leave    Action = "leave"
	Quit     Action = "quit" // ctrl+c, twice
	Help     Action = "help"
	Search   Action = "search help"
	Palette  Action = "actions"
	Copy     Action = "copy"
	Back     Action = "back"
	Say      Action = "say"
	Mark     Action = "mark"
	Next     Action = "next pane"
	Previous Action = "previous pane"
	Pane1    Action = "pane 1"
	Pane2    Action = "pane 2"
	Pane3    Action = "pane 3"
	Pane4    Action = "pane 4"
	Pane5    Action = "pane 5"
	Up       Action = "up"
	Down     Action = "down"
	Top      Action = "top"
	Bottom   Action = "bottom"
	PageUp   Action = "page up"
	PageDown Action = "page down"
	Zoom     Action = "zoom"
	Redraw   Action = "redraw"
	Vote     Action = "vote"
	Proceed  Action = "proceed"
	Extend   Action = "extend"
	Yes      Action = "yes"
	No       Action = "no"
	Why      Action = "why"
	Rerun    Action = "run again"
	Skip     Action = "leave out"
	Wider    Action = "longer window"
	Narrower Action = "shorter window"
	Baseline Action = "baseline"
	Follow   Action = "follow"
	Wrap     Action = "wrap"
	Filter   Action = "filter"
)

// Place is where a key has its meaning: everywhere, at a pause, or in the pane that
// has the focus.
type Place string

// The places.
const (
	Everywhere Place = "everywhere"
	Live       Place = "until the end"
	Panes      Place = "with several panes"
	Returned   Place = "after a rollback"
	Unreasoned Place = "while a rollback has no reason"
	AtVote     Place = "at the vote"
	AtPause    Place = "at a pause"
	AtClose    Place = "at the end of the watch"
	Watch      Place = "in the watch"
	Asked      Place = "at a question"
	Failed     Place = "at a failed check"
	Open       Place = "at an open item"
	Kept       Place = "at an open KEY item"
	Items      Place = "in the items"
	Steps      Place = "in the steps"
	Plan       Place = "in the plan"
	Graphs     Place = "in the graphs"
	Hosts      Place = "in the hosts"
	Logs       Place = "in the logs"
	Words      Place = "in what was said"
	Page       Place = "in the help"
)

// Binding is one line of the table.
type Binding struct {
	Keys   []string // as Bubble Tea names keys; the first is shown
	Action Action
	Places []Place
	Short  string // for the last row; empty: not shown there
	Long   string // for help and README; empty: another one speaks for it
}

// Match returns what a key does, given the places that count, the first before the next.
func Match(key string, places ...Place) Action { return match(Table(), key, places) }

func match(table []Binding, key string, places []Place) Action {
	for _, place := range places {
		for _, b := range table {
			if slices.Contains(b.Places, place) && slices.Contains(b.Keys, key) {
				return b.Action
			}
		}
	}
	return None
}

// In returns the bindings of a place, in the order of the table.
func In(place Place) []Binding {
	return slices.DeleteFunc(Table(), func(b Binding) bool { return !slices.Contains(b.Places, place) })
}
