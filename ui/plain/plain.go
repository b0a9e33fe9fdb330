// Package plain shows a session as lines of text, one an event, for pipes, screen
// readers and terminals that cannot do more: no repaint, no boxes, no colour. Intents
// are typed as words. The same lines are the timeline of a replay.
package plain

import (
	"fmt"
	"strings"
	"time"

	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

// Printer turns events into lines. It folds the session as it goes.
type Printer struct {
	Zone *time.Location // of the clock before each line; nil: the local one

	state release.State
	told  int64  // Unix second up to which traffic has been told
	asked string // the question that was told last
}

// every is how often traffic is told, in seconds, while nothing else happens to it.
const every = 10

// State is what the events so far amount to.
func (p *Printer) State() release.State { return p.state }

// Lines is what there is to say about the next event; often nothing. Whatever the event
// holds, a line has no control character, no line break and no bidirectional override.
func (p *Printer) Lines(e release.Event) []string {
	before := p.state
	p.state = release.Reduce(p.state, e)
	var out []string
	for _, w := range append(p.words(before, e), p.ask()...) {
		head := p.head(e)
		if strings.HasPrefix(w, more) {
			head = strings.Repeat(" ", len(head))
		}
		out = append(out, text.Clean(head+w).String())
	}
	return out
}

// more begins what belongs to the line before it: it has no time of its own.
const more = "  "

func (p *Printer) head(e release.Event) string {
	return e.At.In(p.zone()).Format(time.TimeOnly) + " " + since(e.Mono) + "  "
}

func (p *Printer) zone() *time.Location {
	if p.Zone == nil {
		return time.Local
	}
	return p.Zone
}

func since(d time.Duration) string {
	return fmt.Sprintf("+%02d:%04.1f", int(d.Minutes()), (d % time.Minute).Truncate(100*time.Millisecond).Seconds())
}

func (p *Printer) words(before release.State, e release.Event) []string {
	switch b := e.Body.(type) {
	case release.SessionStarted, release.PhaseEntered, release.PlanFrozen, release.LeaseLost, release.WatchStarted,
		release.Said, release.RecorderLost, release.Closing, release.SessionEnded:
		return p.course(before, e)
	case release.ItemAnswered, release.ItemSkipped, release.ItemReopened, release.Voted, release.Held, release.Unheld, release.PauseOpened, release.PausePassed:
		return p.crew(e)
	case release.StepStarted, release.StepFinished, release.OpFinished, release.SwitchStarted, release.TrafficMoved, release.SwitchFinished:
		return append(p.work(e), p.followed(before)...)
	case release.Explained:
		sw, _ := p.state.Rollback()
		return []string{fmt.Sprintf("reason  %s, by %s", sw.Reasoning(), e.By.Name)}
	case release.Ticked:
		return p.traffic(b)
	case release.Logged:
		return logged(b)
	case release.VitalsSeen:
		return fallen(before, b)
	case release.AlarmRaised:
		return problem("ALARM   "+b.Host, b.Problem)
	case release.AlarmCleared:
		return []string{"ALARM   over: " + strings.TrimSpace(b.Host+" "+b.Code)}
	case release.OpProgressed:
		return append(p.output(b), moved(before, b)...)
	case release.Judged:
		return append(judged(before, b), p.doubt(before, b)...)
	case release.CountdownStarted:
		return []string{fmt.Sprintf("guard   RED, rolling back in %s (%s); type hold to stop it", seconds(b.Until-e.Mono), b.Why)}
	case release.CountdownStopped:
		return []string{"guard   countdown stopped: " + b.Why.String()}
	case release.Erased:
		return []string{"erased  " + b.Name}
	case release.Unknown:
		return []string{"event   " + b.Name + " (of a newer version)"}
	}
	return nil
}

func (p *Printer) course(before release.State, e release.Event) []string {
	switch b := e.Body.(type) {
	case release.SessionStarted:
		return []string{fmt.Sprintf("session %s: %s %s by %s, on %s", b.ID, b.App, b.Env, e.By.Name, strings.Join(b.Hosts, " ")) + p.planned(", starts at ")}
	case release.PhaseEntered:
		return []string{"phase   " + string(b.Phase)}
	case release.PlanFrozen:
		return frozen(before.Plan, b.Plan)
	case release.LeaseLost:
		return []string{"LEASE   taken over by " + b.To.String() + ", nothing more is done from here"}
	case release.WatchStarted:
		return []string{fmt.Sprintf("watch   until %s, for %s", e.At.Add(b.Until-e.Mono).Local().Format("15:04:05"), (b.Until - e.Mono).Round(time.Second))}
	case release.Said:
		if b.Mark {
			return []string{"mark    " + e.By.Name + ": " + b.Text.String()}
		}
		return []string{"say     " + e.By.Name + ": " + b.Text.String()}
	case release.RecorderLost:
		return []string{fmt.Sprintf("REC     %d events were lost while the recording could not be written", b.N)}
	case release.Closing:
		return []string{"closing " + string(b.End)}
	case release.SessionEnded:
		return p.ended(b)
	}
	return nil
}

// frozen is the plan without its first line and the empty ones. One that takes the place
// of another says so.
func frozen(was *plan.Plan, p plan.Plan) []string {
	out := []string{"plan    " + p.Short() + " frozen"}
	if was != nil {
		out[0] += ": the hosts have changed, " + was.Short() + " and its answers and votes count no more"
	}
	for _, l := range strings.Split(p.String(), "\n")[1:] {
		if l != "" {
			out = append(out, more+l)
		}
	}
	return out
}

// ended says how it ended and why. The evidence was told when it was found. A rollback
// that was asked for and done is a success.
func (p *Printer) ended(b release.SessionEnded) []string {
	code := b.End.ExitCode()
	if p.state.Session.Back && b.End == release.EndRolledBack {
		code = 0
	}
	out := p.timing()
	if sw, open := p.state.Unexplained(); open {
		out = append(out, "reason  "+sw.Reasoning())
	}
	head := fmt.Sprintf("END     %s (exit %d)", b.End, code)
	if b.Problem == nil {
		return append(out, head)
	}
	return append(out, problem(head, &text.Problem{Say: b.Problem.Say, Hint: b.Problem.Hint})...)
}

// timing is what the session took, and each of its steps, beside what was planned.
func (p *Printer) timing() []string {
	t, ok := p.state.Timing(p.state.Mono)
	if !ok {
		return nil
	}
	out := []string{fmt.Sprintf("time    %s from STAGE on, planned %s", seconds(t.Took), seconds(t.Planned))}
	if at := p.planned(""); at != "" {
		out[0] += fmt.Sprintf("; start planned for %s, was %s", at, p.state.Started.Add(p.state.StagedAt).In(p.zone()).Format(time.TimeOnly))
	}
	if t.Unknown > 0 {
		out[0] += fmt.Sprintf("; %d of its steps had not been measured before", t.Unknown)
	}
	for _, st := range t.Steps {
		line := more + st.Title + " " + seconds(st.Took)
		if st.Estimate > 0 {
			line += ", planned " + seconds(st.Estimate)
		}
		out = append(out, line)
	}
	return out
}

// problem says what a Problem says: its sentence behind head, its evidence and its hint.
func problem(head string, p *text.Problem) []string {
	if p == nil {
		return []string{head}
	}
	out := append([]string{strings.TrimSpace(head) + ": " + p.Say.String()}, evidence(p.More)...)
	if !p.Hint.IsZero() {
		out = append(out, more+"hint: "+p.Hint.String())
	}
	return out
}

func evidence(lines []text.Safe) []string {
	var out []string
	for _, l := range lines {
		out = append(out, more+"| "+l.String())
	}
	return out
}

func (p *Printer) work(e release.Event) []string {
	switch b := e.Body.(type) {
	case release.StepStarted:
		return []string{"step    " + b.Title + " ..."}
	case release.StepFinished:
		st, _ := p.state.Step(b.Step)
		if b.Problem != nil {
			return problem("step    "+st.Title+" FAILED", b.Problem)
		}
		return []string{fmt.Sprintf("step    %s ok, %s", st.Title, seconds(b.Took))}
	case release.OpFinished:
		return p.op(b)
	case release.SwitchStarted:
		word := "FORWARD"
		if b.Way.Back {
			word = "ROLLING BACK"
		}
		if b.Way.To == targets.NoSlot {
			return []string{fmt.Sprintf("TAKING %s OUT OF TRAFFIC by %s: %s", b.Way.Before.Version, e.By.Name, b.Why)}
		}
		return []string{fmt.Sprintf("%s to %s by %s: %s", word, b.Way.Release.Version, e.By.Name, b.Why)}
	case release.TrafficMoved:
		if b.Switch == "" {
			return []string{fmt.Sprintf("CUTOVER traffic is on %s, %s", b.To, seconds(b.Took))}
		}
		sw, _ := p.state.Switch()
		word := "TRAFFIC IS THERE"
		if sw.Way.Back {
			word = "TRAFFIC IS BACK"
		}
		if sw.Way.To == targets.NoSlot {
			return []string{fmt.Sprintf("OUT OF TRAFFIC %s, %d of %d hosts, %s", sw.Way.Before.Version, len(sw.Way.Route), len(sw.Way.Route), seconds(b.Took))}
		}
		return []string{fmt.Sprintf("%s on %s, %d of %d hosts, %s", word, sw.Way.Release.Version, len(sw.Way.Route), len(sw.Way.Route), seconds(b.Took))}
	case release.SwitchFinished:
		return finished(b)
	}
	return nil
}

func (p *Printer) op(b release.OpFinished) []string {
	for _, o := range p.state.Ops {
		if o.ID != b.ID {
			continue
		}
		name := fmt.Sprintf("host    %s: %s %s", o.Host, o.Verb, o.Slot)
		if b.Unknown {
			return []string{name + ": nobody knows whether it was done"}
		}
		if b.Problem != nil {
			return []string{name + ": " + b.Problem.Error()}
		}
		return []string{fmt.Sprintf("%s ok, %s", name, seconds(b.Took))}
	}
	return nil
}

// followed says once that the workers have followed a switch, or that they could not.
func (p *Printer) followed(before release.State) []string {
	sw, ok := p.state.Moved()
	w := p.state.Workers()
	if !ok || !sw.Arrived || w.Status == before.Workers().Status {
		return nil
	}
	word := "THERE"
	if sw.Way.Back {
		word = "BACK"
	}
	switch w.Status {
	case release.StatusOK:
		return []string{fmt.Sprintf("WORKERS ARE %s on %s, %s", word, sw.Way.Release.Version, seconds(w.Took))}
	case release.StatusFailed:
		return problem(fmt.Sprintf("WORKERS NOT %s on %s", word, strings.Join(w.Hosts, " ")), w.Problem)
	}
	return nil
}

func finished(b release.SwitchFinished) []string {
	switch {
	case len(b.Mixed) > 0:
		return problem("MIXED   "+strings.Join(b.Mixed, " ")+" still elsewhere", b.Problem)
	case b.Problem != nil:
		return problem("switch  nothing was moved", b.Problem)
	case len(b.Unwritten) > 0:
		return []string{"switch  live, not written down on " + strings.Join(b.Unwritten, " ") + ": a restart of the proxy there would forget it"}
	}
	return []string{"switch  written down"}
}

// seconds is a duration as people say it.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
}

// traffic is told every ten seconds, each slot that has any.
func (p *Printer) traffic(b release.Ticked) []string {
	if len(b.Ticks) == 0 || p.state.CutAt == 0 && p.state.Phase == release.PhasePreflight {
		return nil
	}
	newest := b.Ticks[len(b.Ticks)-1].At
	if newest < p.told+every {
		return nil
	}
	p.told = newest
	var parts []string
	for _, slot := range []targets.Slot{targets.Base, targets.Blue, targets.Green} {
		c := tick.Columns(p.state.Ticks, newest-every+1, newest+1, 1, func(w targets.Where) bool { return w.Slot == slot })[0]
		if c.N > 0 {
			parts = append(parts, fmt.Sprintf("%s %.1f/s errors %.1f %% p50 %d ms p95 %d ms", slot, c.PerSecond(), 100*c.ErrorRate(),
				c.Hist.Quantile(0.5).Milliseconds(), c.Hist.Quantile(0.95).Milliseconds()))
		}
	}
	if d := p.state.Drain(p.state.Mono); d.N > 0 {
		parts = append(parts, fmt.Sprintf("%s %d still in flight", d.Slot, d.N))
	}
	if len(parts) == 0 {
		parts = []string{"none"}
	}
	return []string{"traffic " + strings.Join(parts, " | ")}
}

func logged(b release.Logged) []string {
	var out []string
	for _, l := range b.Lines {
		out = append(out, fmt.Sprintf("log     %s %s %s: %s", l.Host, l.Service, l.Slot, l.Text))
	}
	if b.Dropped > 0 {
		out = append(out, fmt.Sprintf("log     %d more lines were too many", b.Dropped))
	}
	return out
}

func judged(before release.State, b release.Judged) []string {
	if before.Guard.Level == b.Verdict.Level && before.GuardSlot == b.Slot {
		return nil
	}
	line := fmt.Sprintf("guard   %s on %s", b.Verdict.Level, b.Slot)
	if b.Verdict.Why != "" {
		line += ": " + b.Verdict.Why
	}
	if b.Verdict.Level == guard.OK {
		line += fmt.Sprintf(", %d requests seen, it takes %d", b.Verdict.Seen, b.Verdict.Needs)
	}
	return []string{line}
}

// output is what a job says, and how a drain goes.
func (p *Printer) output(b release.OpProgressed) []string {
	for _, o := range p.state.Ops {
		switch {
		case o.ID != b.ID || b.Text.IsZero():
		case o.Verb == targets.VerbJob:
			return []string{"job     " + o.Job.Name + ": " + b.Text.String()}
		case o.Verb == targets.VerbRetire && b.InFlight > 0:
			return []string{fmt.Sprintf("host    %s: %s %s: %s, %s left", o.Host, o.Verb, o.Slot, b.Text, seconds(o.Since+o.Drain-p.state.Mono))}
		case o.Verb == targets.VerbRetire && b.Cut > 0:
			return []string{fmt.Sprintf("host    %s: %s %s: %s", o.Host, o.Verb, o.Slot, b.Text)}
		}
	}
	return nil
}

// moved tells what a host gets, and each tenth of it.
func moved(before release.State, b release.OpProgressed) []string {
	if b.Host == "" {
		return nil
	}
	var last targets.Progress
	st, _ := before.Step(b.ID)
	for _, p := range st.Hosts {
		if p.Host == b.Host {
			last = p.Progress()
		}
	}
	if p := b.Progress(); p.News(last) {
		return []string{fmt.Sprintf("host    %s: %s", b.Host, p)}
	}
	return nil
}

// doubt says what a RED verdict does not do where the way back is not safe.
func (p *Printer) doubt(before release.State, b release.Judged) []string {
	back := p.state.Bar(p.state.Mono)
	if back.Unsafe == nil || b.Verdict.Level != guard.Red || before.Guard.Level == guard.Red {
		return nil
	}
	return []string{fmt.Sprintf("guard   nothing is done by itself, the way back is not safe (%s): type rollback %s to go back anyway", back.Unsafe.Why, back.Type)}
}
