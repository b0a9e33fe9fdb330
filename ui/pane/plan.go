package pane

import (
	"fmt"
	"strings"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Plan is what will be done, in order, and the way back; before it is frozen, what is
// being prepared. Where twice as many rows fit, each step says why, and how it is undone.
func Plan(s Sight, width, height int) []string {
	if s.State.Plan == nil {
		lines, _ := Steps(s, -1, width, 40)
		return lines
	}
	back := s.wayBack(width)
	room := (height - len(back) - 1) / max(len(s.State.Plan.Steps), 1)
	var lines []string
	for i, st := range s.State.Plan.Steps {
		lines = append(lines, s.planStep(i+1, st, width))
		for _, note := range notes(st, room-1) {
			lines = append(lines, "     "+s.Theme.Paint(theme.Dim, layout.Fit(s.Theme, note, width-6)))
		}
	}
	lines = append(append(lines, ""), back...)
	for _, p := range s.State.Plan.Findings {
		lines = append(lines, "", " "+s.Theme.Paint(theme.Warn, "! ")+sentence(p))
	}
	return lines
}

// notes are how a step is undone and why it is there, in as many rows as there are.
func notes(st plan.Step, rows int) []string {
	switch {
	case rows < 1:
		return nil
	case rows < 2:
		return []string{"undo: " + st.Undo + "; " + st.Cause}
	}
	return []string{st.Cause, "undo: " + st.Undo}
}

// PlanTitle names the plan that votes bind to.
func PlanTitle(s Sight) string {
	if s.State.Plan == nil {
		return "PREPARING"
	}
	return "PLAN " + s.State.Plan.Short()
}

func (s Sight) planStep(n int, st plan.Step, width int) string {
	estimate := ""
	if st.Estimate > 0 {
		estimate = Span(st.Estimate)
	}
	title := layout.Fit(s.Theme, st.Title, min(18, width/2))
	if plan.Moves(st.ID) {
		title = s.Theme.Paint(theme.Strong, title)
	}
	where := hostNames(st)
	if len(where) > 2 || len(where) > 0 && width < 44 {
		where = []string{Some(len(where), "host")}
	}
	step := fmt.Sprintf("  %d %s ", n, title)
	if on := strings.Join(where, " "); width >= 44 || layout.Width(step+on)+len(estimate)+2 <= width {
		step += on
	}
	return layout.Spread(s.Theme, step, " "+estimate+" ", width)
}

func hostNames(st plan.Step) []string {
	var names []string
	for _, op := range st.Ops {
		names = append(names, op.Host)
	}
	return names
}

func (s Sight) wayBack(width int) []string {
	p, t := s.State.Plan, s.Theme
	if p.First() {
		return []string{
			" " + t.Paint(theme.Strong, "BACK TO") + "  nothing: a first release",
			fmt.Sprintf("   R asks y, takes %s out of traffic", s.new()),
			fmt.Sprintf("   and stops %s", p.To),
		}
	}
	took := "not measured yet"
	if p.BackTook > 0 {
		took = "proxy call " + Span(p.BackTook)
		if width >= 44 {
			took += ", measured"
		}
	}
	cold := "after the watch cold"
	if p.ColdTook > 0 {
		cold += ", " + Span(p.ColdTook)
	}
	if p.Settings.UntilNext {
		cold = "warm until the next release"
	}
	return []string{
		fmt.Sprintf(" %s  %s in %s, kept warm", t.Paint(theme.Strong, "BACK TO"), s.before(), p.From),
		fmt.Sprintf("   one key, %s", took),
		fmt.Sprintf("   %s", cold),
		fmt.Sprintf("   requests in flight get %s", Span(p.Settings.Drain)),
	}
}

// Agreement is what the guard acts on and who has said go, agreed before the go.
func Agreement(s Sight, width int) []string {
	if s.State.Plan == nil {
		return nil
	}
	set, t := s.State.Plan.Settings, s.Theme
	lines := []string{
		" " + t.Paint(theme.Strong, "ABORT IF") + " (agreed before GO)",
		fmt.Sprintf("   errors > %s   p95 > %gx   30%% unhealthy", percent(set.Errors), set.Latency),
		fmt.Sprintf("   silence; guard.auto is %s", set.Auto),
		"",
	}
	return append(lines, s.votes()...)
}

func (s Sight) votes() []string {
	head := " " + s.Theme.Paint(theme.Strong, "GO / NO-GO") + fmt.Sprintf("  %d of %d", s.goes(), s.State.Plan.Settings.Votes)
	var parts []string
	for _, b := range s.State.Votes {
		if b.Plan != s.State.Plan.Digest {
			continue
		}
		word := "GO"
		if !b.Go {
			word = "NO-GO"
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", b.By.Name, word, s.at(b.Mono)))
	}
	if len(parts) == 0 && s.State.Pause == release.PauseVote {
		parts = append(parts, "v votes")
	}
	return []string{head + "  " + strings.Join(parts, ", ")}
}

// Failure is a problem with its evidence, for a page of its own.
func Failure(s Sight, p *text.Problem, width, lines int) []string {
	return opened(s.Theme, p, width, lines)
}
