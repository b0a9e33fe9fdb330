package player

import (
	"fmt"
	"strings"
	"time"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/pane"
)

// tell says what an event was, in the past tense. What comes every second says nothing.
func tell(before, after release.State, e release.Event) []said {
	switch b := e.Body.(type) {
	case release.StepStarted, release.StepFinished, release.OpStarted, release.OpFinished,
		release.SwitchStarted, release.TrafficMoved, release.SwitchFinished:
		return work(after, e)
	case release.ItemAnswered, release.ItemSkipped, release.ItemReopened, release.Voted, release.Held, release.Unheld,
		release.PauseOpened, release.PausePassed, release.Said:
		return crew(after, e)
	case release.BaselineLearned, release.Judged, release.CountdownStarted, release.CountdownStopped, release.AlarmRaised, release.AlarmCleared:
		return judgement(before, e)
	case release.Logged:
		return logged(b)
	case release.Explained:
		sw, _ := after.Rollback()
		return []said{{word: "reason", text: sw.Reasoning() + ", by " + e.By.Name, act: true}}
	case release.Erased:
		return []said{{word: "erased", text: b.Name}}
	case release.Unknown:
		return []said{{word: "event", text: b.Name + ", of another version of goaround"}}
	}
	return course(e)
}

// course is how the session went.
func course(e release.Event) []said {
	switch b := e.Body.(type) {
	case release.SessionStarted:
		return []said{{word: "start", text: fmt.Sprintf("%s began %s %s on %s", e.By.Name, b.App, b.Env, strings.Join(b.Hosts, ", ")), act: true}}
	case release.PhaseEntered:
		return []said{{word: "phase", text: string(b.Phase), act: true}}
	case release.HostsObserved:
		return []said{{word: "look", text: pane.Some(len(b.Observed.Hosts), "host") + " observed"}}
	case release.PlanFrozen:
		return []said{{word: "plan", text: fmt.Sprintf("%s frozen, %s", b.Plan.Short(), pane.Some(len(b.Plan.Steps), "step")), act: true}}
	case release.LeaseTaken:
		return []said{{word: "lease", text: "taken", act: true}}
	case release.LeaseReleased:
		return []said{{word: "lease", text: "given back", act: true}}
	case release.LeaseLost:
		return []said{{word: "lease", text: "taken over by " + b.To.String(), act: true, alarm: true}}
	case release.WatchStarted:
		return []said{{word: "watch", text: "until " + pane.Clock(b.Until) + " after the start", act: true}}
	case release.RecorderLost:
		return []said{{word: "rec", text: "LOST " + pane.Some(b.N, "event"), alarm: true}}
	case release.Closing:
		return []said{{word: "close", text: string(b.End) + because(b.Problem), act: true}}
	case release.SessionEnded:
		return []said{{word: "end", text: fmt.Sprintf("%s, exit code %d", b.End, b.End.ExitCode()) + because(b.Problem), act: true}}
	}
	return nil
}

// because is a problem behind a sentence.
func because(p *text.Problem) string {
	if p == nil {
		return ""
	}
	return ": " + p.Say.String()
}

// work is what became of steps, operations and switches.
func work(after release.State, e release.Event) []said {
	switch b := e.Body.(type) {
	case release.StepStarted:
		return []said{{word: "step", text: b.Title + " was begun", act: true}}
	case release.StepFinished:
		st, _ := after.Step(b.Step)
		return ended("step", st.Title, b.Took, b.Problem)
	case release.OpStarted:
		return []said{{word: "intent", text: fmt.Sprintf("%s %s %s", b.Op.Host, b.Op.Verb, b.Op.Slot)}}
	case release.OpFinished:
		return operation(after, b)
	case release.SwitchStarted:
		return []said{switched(e, b)}
	case release.TrafficMoved:
		return []said{moved(after, b)}
	case release.SwitchFinished:
		return finished(b)
	}
	return nil
}

func ended(word, what string, took time.Duration, p *text.Problem) []said {
	if p != nil {
		return []said{{word: word, text: what + " FAILED" + because(p), act: true, alarm: true}}
	}
	return []said{{word: word, text: what + " ok, " + pane.Span(took), act: true}}
}

func operation(after release.State, b release.OpFinished) []said {
	for _, o := range after.Ops {
		if o.ID != b.ID {
			continue
		}
		what := fmt.Sprintf("%s %s %s", o.Host, o.Verb, o.Slot)
		if b.Unknown {
			return []said{{word: "act", text: what + ": nobody knew whether it was done", act: true, alarm: true}}
		}
		return append(ended("act", what, b.Took, b.Problem), followed(after, o)...)
	}
	return nil
}

// followed says that the last of the workers has followed a switch.
func followed(after release.State, o release.Op) []said {
	sw, ok := after.Moved()
	w := after.Workers()
	if !ok || o.Verb != targets.VerbSwap || o.Step != sw.Name || w.Status != release.StatusOK {
		return nil
	}
	return []said{{word: "act", text: fmt.Sprintf("the workers of %s followed after %s", sw.Way.Release.Version, pane.Span(w.Took)), act: true}}
}

func switched(e release.Event, b release.SwitchStarted) said {
	what := "forward again to "
	if b.Way.Back {
		what = "rollback to "
	}
	what += b.Way.Release.Version.String() + " began (" + b.Why.String() + ")"
	if e.By == release.Engine() {
		return said{word: "act", text: what, act: true}
	}
	key := "F"
	if b.Way.Back {
		key = "R"
	}
	return said{word: "key", text: fmt.Sprintf("%s pressed %s, %s", e.By.Name, key, what), act: true}
}

func moved(after release.State, b release.TrafficMoved) said {
	sw, ok := after.Switch()
	switch {
	case b.Switch == "" || !ok:
		return said{word: "act", text: fmt.Sprintf("CUTOVER, traffic was on %s after %s", b.To, pane.Span(b.Took)), act: true}
	case sw.Way.Back:
		return said{word: "act", text: fmt.Sprintf("TRAFFIC WAS BACK on %s after %s", sw.Way.Release.Version, pane.Span(b.Took)), act: true}
	}
	return said{word: "act", text: fmt.Sprintf("traffic was on %s again after %s", sw.Way.Release.Version, pane.Span(b.Took)), act: true}
}

func finished(b release.SwitchFinished) []said {
	switch {
	case len(b.Mixed) > 0:
		return []said{{word: "act", text: "MIXED, " + strings.Join(b.Mixed, ", ") + " did not switch" + because(b.Problem), act: true, alarm: true}}
	case b.Problem != nil:
		return []said{{word: "act", text: "nothing was moved" + because(b.Problem), act: true, alarm: true}}
	case len(b.Unwritten) > 0:
		return []said{{word: "act", text: "not written down on " + strings.Join(b.Unwritten, ", "), act: true, alarm: true}}
	}
	return []said{{word: "act", text: "written down", act: true}}
}

// judgement is what the guard and the hosts gave to think about.
func judgement(before release.State, e release.Event) []said {
	switch b := e.Body.(type) {
	case release.BaselineLearned:
		return []said{{word: "guard", text: "the old version was learned"}}
	case release.Judged:
		return verdict(before, b)
	case release.CountdownStarted:
		return []said{{word: "guard", text: fmt.Sprintf("rollback counted down from %s: %s", pane.Span(b.Until-e.Mono), b.Why), act: true, alarm: true}}
	case release.CountdownStopped:
		return []said{{word: "guard", text: "countdown stopped: " + b.Why.String(), act: true}}
	case release.AlarmRaised:
		return []said{{word: "alarm", text: strings.TrimPrefix(b.Host+because(b.Problem), ": "), alarm: true}}
	case release.AlarmCleared:
		return []said{{word: "alarm", text: strings.TrimSpace(b.Host + " over: " + b.Code), act: false}}
	}
	return nil
}

// verdict is told when it is another than before.
func verdict(before release.State, b release.Judged) []said {
	level := b.Verdict.Level
	if level == before.Guard.Level && b.Slot == before.GuardSlot {
		return nil
	}
	line := fmt.Sprintf("%s on %s", level, b.Slot)
	if b.Verdict.Why != "" {
		line += ", " + b.Verdict.Why
	}
	return []said{{word: "guard", text: line, alarm: level == guard.Amber || level == guard.Red}}
}

func logged(b release.Logged) []said {
	var out []said
	for _, l := range b.Lines {
		out = append(out, said{word: "log", text: fmt.Sprintf("%s %s %s", l.Host, l.Slot, l.Text)})
	}
	if b.Dropped > 0 {
		out = append(out, said{word: "log", text: pane.Some(b.Dropped, "line") + " more were too many"})
	}
	return out
}
