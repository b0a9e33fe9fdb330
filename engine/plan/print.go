package plan

import (
	"fmt"
	"strings"
	"time"
)

// String is the plan for people: one line a step, with where, cause, undo and expected
// time, then what it goes back to. It is the same for the same plan.
func (p Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "plan %s: %s %s, %s", p.Short(), p.App, p.Env, p.Release.Version)
	if p.First() {
		fmt.Fprintf(&b, " to slot %s, a first release\n", p.To)
	} else {
		fmt.Fprintf(&b, " to slot %s beside %s in %s\n", p.To, p.Before.Version, p.From)
	}
	for _, svc := range p.Settings.Released() {
		im := p.Release.Images[svc]
		fmt.Fprintf(&b, "  %-10s %s  %s\n", svc, im.Ref, im.Pin)
	}
	b.WriteString("\n")
	for _, it := range p.Items {
		if it.Phase == "pre" {
			fmt.Fprintf(&b, "  pre  %-34s %s\n", it.Title, answerer(it))
		}
	}
	for i, s := range p.Steps {
		fmt.Fprintf(&b, "  %2d   %-22s %-14s %s; undo: %s%s\n", i+1, s.Title, places(s), s.Cause, s.Undo, about(s.Estimate))
	}
	for _, it := range p.Items {
		if it.Phase == "post" {
			fmt.Fprintf(&b, "  post %-34s %s%s\n", it.Title, answerer(it), after(it.After))
		}
	}
	b.WriteString("\n" + p.back())
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "\nnote: %s\n      %s", f.Say, f.Hint)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (p Plan) back() string {
	if p.First() {
		return fmt.Sprintf("nothing runs now: R takes %s out of traffic and stops %s\n", p.Release.Version, p.To)
	}
	warm, after := "for "+short(p.Settings.Watch), "; then cold"+expected(p.ColdTook)
	if p.Settings.UntilNext {
		warm, after = "until the next release", ""
	}
	s := fmt.Sprintf("way back: R, %s in %s stays warm %s", p.Before.Version, p.From, warm)
	if p.BackTook > 0 {
		s += fmt.Sprintf("; one proxy call, %s (measured)", Call(p.BackTook))
	}
	s += after
	switch {
	case !p.Ahead.IsZero():
		s += "\nNOT SAFE: R asks for the version: " + p.Ahead.String() + " was begun before"
	case !p.Unsafe.IsZero():
		s += "\nNOT SAFE once it has begun: R asks for the version after " + p.Unsafe.String()
	}
	return s + "\n"
}

// Call is the time of a proxy call as people read it.
func Call(d time.Duration) string {
	if d < 100*time.Microsecond {
		return "under 0.1 ms"
	}
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

func answerer(it Item) string {
	who := "asked"
	if it.Auto() {
		who = "auto"
	} else if it.Who != "" {
		who = "asked of " + it.Who
	}
	if it.Key {
		who += ", key"
	}
	return who
}

func places(s Step) string {
	var names []string
	for _, op := range s.Ops {
		names = append(names, op.Host)
	}
	return strings.Join(names, " ")
}

func about(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return ";" + expected(d)[1:]
}

// short is d as a person writes it: 30m, not 30m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func after(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return ", " + short(d) + " after the cutover"
}
