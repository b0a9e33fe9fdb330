// Package debrief is the screen after the end: how the session ended, what is live, what
// to do next, and where the recording is. It words what happened, never who was at fault.
package debrief

import (
	"fmt"
	"slices"
	"strings"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/keys"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// Screen is where one visitor is looking.
type Screen struct{ top int }

// Act changes where the visitor looks.
func (d *Screen) Act(a keys.Action, s pane.Sight) {
	d.top = pane.Move(a, d.top, len(lines(s, 80, 200)))
}

// Place is the pane that has the focus: the only one.
func (d *Screen) Place() keys.Place { return keys.Words }

// Item is none: nothing is asked any more.
func (d *Screen) Item(pane.Sight) (release.Item, bool) { return release.Item{}, false }

// Line is none: the id of the session is what is copied.
func (d *Screen) Line(pane.Sight) string { return "" }

// View draws the screen.
func (d *Screen) View(s pane.Sight, _ bool, width, height int) []string {
	all := lines(s, width, height)
	first := min(d.top, max(len(all)-height, 0))
	shown := layout.Block(s.Theme, all[first:], width, height)
	if hidden := len(all) - first - height; hidden > 0 && height > 0 {
		shown[height-1] = layout.Spread(s.Theme, shown[height-1], pane.More(hidden+1)+"j goes down ", width)
	}
	return shown
}

// Text is the page as plain lines, for the terminal once the full screen is gone. It
// leaves a terminal of 24 rows room for the command and the next prompt.
func Text(st release.State, width int) []string {
	const height = 22
	all := lines(pane.Sight{State: st, Clock: st.Mono}, width, height)
	if len(all) > height {
		steps := len(timing(pane.Sight{State: st}, width))
		return all[:len(all)-steps]
	}
	return all
}

// lines are the page: with a problem, as many of its last lines as fit. Where there is
// little room, what to do next stands above the figures.
func lines(s pane.Sight, width, height int) []string {
	e := s.State.Ended
	if e == nil {
		return nil
	}
	head := hanging(" "+s.Theme.Paint(tone(e.End), " "+word(s, e.End)+" ")+"  ", meaning(s, e.End), width)
	next := append([]string{" " + s.Theme.Paint(theme.Strong, "NEXT")}, rows(advice(s, e.End), width)...)
	var figures []string
	for _, l := range facts(s, width-3) {
		figures = append(figures, hanging("   ", l, width)...)
	}
	if height < 12 {
		return slices.Concat(head, next, figures, problem(s, width, height))
	}
	gap := []string{""}
	if height < 18 {
		gap = nil
	}
	out := slices.Concat(gap, head, gap, figures)
	if room := height - len(out) - len(next) - 2; e.Problem != nil {
		out = slices.Concat(out, []string{""}, problem(s, width, max(room, 4)))
	}
	return slices.Concat(out, []string{""}, next, timing(s, width))
}

// timing is each step that was begun: what it took, and what was planned.
func timing(s pane.Sight, width int) []string {
	t, ok := s.State.Timing(s.State.Mono)
	if !ok || len(t.Steps) == 0 {
		return nil
	}
	row := func(mark, title, took, planned string) string {
		title = layout.Fit(s.Theme, title, max(min(width-32, 40), 8))
		return layout.Fit(s.Theme, fmt.Sprintf(" %s %s %10s  %s", mark, title, took, planned), width)
	}
	out := []string{"", s.Theme.Paint(theme.Strong, row("STEP", "", "took", "planned"))}
	for _, st := range t.Steps {
		planned := ""
		if st.Estimate > 0 {
			planned = pane.Span(st.Estimate)
		}
		out = append(out, row(pane.Mark(s.Theme, st.Status), st.Title, pane.Span(st.Took), planned))
	}
	if t.Unknown > 0 {
		out = append(out, "   "+s.Theme.Paint(theme.Dim, pane.Some(t.Unknown, "step")+" of the plan had not been measured before"))
	}
	return out
}

// problem is why the session ended, if something went wrong. Of a demo there is nothing
// left that its hint could be about.
func problem(s pane.Sight, width, height int) []string {
	if s.State.Ended.Problem == nil {
		return nil
	}
	p := *s.State.Ended.Problem
	if s.State.Session.Demo {
		p.Hint = text.Safe{}
	}
	return pane.Failure(s, &p, width, height)
}

// hanging is a text after a head; where it is too long, it goes on below the head's end.
func hanging(head, text string, width int) []string {
	indent := layout.Width(head)
	var out []string
	for _, l := range layout.Wrap(text, max(width-indent, 20)) {
		out = append(out, head+l)
		head = strings.Repeat(" ", indent)
	}
	return out
}

// facts are the figures of the session; an id that is copied stands on a line whole.
func facts(s pane.Sight, width int) []string {
	st := s.State
	code, id := fmt.Sprintf("exit code %d", st.Ended.End.ExitCode()), "session "+st.Session.ID
	out := []string{code + ", " + id}
	if layout.Width(out[0]) > width {
		out = []string{code, id}
	}
	took := "took " + pane.Clock(st.Mono)
	if st.CutAt > 0 {
		took += ", cutover " + st.Started.Add(st.CutAt).Format("15:04:05")
	}
	if t, ok := st.Timing(st.Mono); ok {
		took += fmt.Sprintf("; from STAGE on %s, planned %s", pane.Clock(t.Took), pane.Clock(t.Planned))
	}
	out = append(out, took)
	if at := st.Planned(st.Mono); at != "" && st.StagedAt > 0 {
		out = append(out, fmt.Sprintf("start planned for %s, was %s", at, st.Started.Add(st.StagedAt).Format("15:04:05")))
	}
	earlier := max(len(st.Switches)-3, 0)
	if earlier > 0 {
		out = append(out, pane.Some(earlier, "move")+" of traffic back or forward, then")
	}
	for _, sw := range st.Switches[earlier:] {
		out = append(out, switched(s, sw))
	}
	if st.Guard.Seen > 0 {
		out = append(out, fmt.Sprintf("guard: %s requests judged, last word %s", pane.Count(st.Guard.Seen), st.Guard.Level))
	}
	if st.Lost > 0 {
		out = append(out, s.Theme.Paint(theme.Alarm, fmt.Sprintf(" the recorder lost %d events: the recording has a gap ", st.Lost)))
	}
	return out
}

// switched is a move of traffic, and whether it arrived.
func switched(s pane.Sight, sw release.Switch) string {
	way, tried := "rolled back", "tried to roll back"
	if !sw.Way.Back {
		way, tried = "went forward again", "tried to go forward again"
	}
	result := "all traffic moved in " + pane.Span(sw.Moved)
	switch {
	case sw.Arrived:
		result += workers(s.State.WorkersOf(sw))
	case len(sw.End.Mixed) > 0:
		way, result = tried, strings.Join(sw.End.Mixed, ", ")+" did not switch"
	case sw.Finished:
		way, result = tried, "no traffic was moved"
	default:
		way, result = tried, "nobody knows how far it came"
	}
	by := sw.By.Name
	if sw.Way.Back {
		by += fmt.Sprintf(" (%s)", sw.Why)
	}
	said := fmt.Sprintf("%s %s by %s, %s", way, s.State.Started.Add(sw.Mono).Format("15:04:05"), by, result)
	if sw.Way.Back && sw.Arrived && sw.By != release.Engine() {
		said += "; " + sw.Reasoning()
	}
	return said
}

// workers is how they followed a switch.
func workers(w release.Workers) string {
	switch w.Status {
	case "":
		return ""
	case release.StatusOK:
		return ", workers in " + pane.Span(w.Took)
	case release.StatusFailed:
		return ", workers did not follow on " + strings.Join(w.Hosts, ", ")
	}
	return ", workers did not follow"
}
