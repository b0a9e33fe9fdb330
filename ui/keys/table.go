package keys

import "slices"

// Table is every key there is.
func Table() []Binding {
	return slices.Concat(release(), panes(), replay(), looking())
}

// release are the keys that act on the release, and those of every screen.
func release() []Binding {
	all, live := []Place{Everywhere}, []Place{Live}
	return []Binding{
		{[]string{"R"}, Rollback, live, "", "roll back, at once where that is safe; no other key may come with it"},
		{[]string{"H"}, Hold, live, "H hold", "hold: start nothing new, stop a countdown; again to go on"},
		{[]string{"F"}, Forward, []Place{Returned}, "F forward", "forward again to the new version; asks y"},
		{[]string{"m"}, Explain, []Place{Unreasoned}, "m reason", "what the rollback was for: data, security, third party, behaviour, other"},
		{[]string{"v"}, Vote, []Place{AtVote}, "v vote", "vote: then y go, n no-go with a reason"},
		{[]string{"enter"}, Proceed, []Place{AtPause, AtClose}, "enter go on", "do the next step, as the line above the bar says"},
		{[]string{"e"}, Extend, []Place{Watch}, "e extend", "watch for longer"},
		{[]string{"c"}, Say, live, "c say", "say something to the crew, for the record"},
		{[]string{"m"}, Mark, live, "", "mark this moment with a note"},
		{[]string{"q"}, Leave, all, "", "back; at the top: leave, which asks first while something is live"},
		{[]string{"ctrl+c"}, Quit, all, "", "twice in 2 s: leave, asks first while something is live"},
		{[]string{"?"}, Help, all, "", "these keys"},
		{[]string{"/"}, Search, []Place{Page}, "", "only keys with this text; empty for all"},
		{[]string{":"}, Palette, all, "", "every action by name: type a part of it, enter runs it"},
		{[]string{"esc"}, Back, all, "", "close, back, leave a question"},
	}
}

// panes are the keys that act on an item of the checklist.
func panes() []Binding {
	return []Binding{
		{[]string{"space"}, Yes, []Place{Asked}, "space yes", "yes, to the question under the cursor"},
		{[]string{"n"}, No, []Place{Asked}, "n no", "no, and why"},
		{[]string{"enter"}, Why, []Place{Items, Steps, Failed}, "enter details", "details and evidence"},
		{[]string{"r"}, Rerun, []Place{Failed}, "r again", "run a check that failed again"},
		{[]string{"x"}, Skip, []Place{Open}, "x leave out", "leave an item out, with a reason"},
		{[]string{"x"}, Skip, []Place{Kept}, "", "nothing: a KEY item cannot be left out"},
	}
}

// looking are the keys that change what this visitor sees, and nothing else.
func looking() []Binding {
	all, panes, several := []Place{Everywhere}, []Place{Panes}, []Place{Panes, Replay}
	graphs, logs := []Place{Graphs, Hosts}, []Place{Logs}
	return []Binding{
		{[]string{"+", "="}, Wider, graphs, "+- time", "graphs: longer window, up to 30 min"},
		{[]string{"-"}, Narrower, graphs, "", "graphs: shorter window, down to 1 min"},
		{[]string{"b"}, Baseline, graphs, "b base", "graphs: baseline on and off"},
		{[]string{"f"}, Follow, logs, "f follow", "logs: follow the newest line"},
		{[]string{"w"}, Wrap, logs, "w wrap", "logs: wrap long lines"},
		{[]string{"/"}, Filter, logs, "/ filter", "logs: only lines with this text; empty for all"},
		{[]string{"tab"}, Next, several, "tab pane", "next pane"},
		{[]string{"shift+tab"}, Previous, several, "", "previous pane"},
		{[]string{"1"}, Pane1, panes, "", "the first pane, and so on to 5"},
		{[]string{"2"}, Pane2, panes, "", ""},
		{[]string{"3"}, Pane3, panes, "", ""},
		{[]string{"4"}, Pane4, panes, "", ""},
		{[]string{"5"}, Pane5, panes, "", ""},
		{[]string{"z"}, Zoom, several, "z zoom", "the pane alone, and back"},
		{[]string{"j", "down"}, Down, all, "", "down"},
		{[]string{"k", "up"}, Up, all, "", "up"},
		{[]string{"g", "home"}, Top, all, "", "to the top"},
		{[]string{"G", "end"}, Bottom, all, "", "to the end"},
		{[]string{"pgdown"}, PageDown, all, "", "a page down"},
		{[]string{"pgup"}, PageUp, all, "", "a page up"},
		{[]string{"y"}, Copy, all, "", "copy the selected line, else the session's id, to your clipboard (OSC 52)"},
		{[]string{"ctrl+l"}, Redraw, all, "", "draw the screen anew"},
	}
}
