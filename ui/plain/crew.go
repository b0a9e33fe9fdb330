package plain

import (
	"fmt"
	"strings"

	"goaround/engine/release"
)

// ask tells a question once, when its turn has come.
func (p *Printer) ask() []string {
	it, ok := p.state.Asking(p.state.Mono)
	if it.ID == p.asked {
		return nil
	}
	p.asked = it.ID
	if !ok {
		return nil
	}
	who := it.Who
	switch {
	case who == "":
		who = "anyone"
	case p.state.Absent(it):
		who += " or anyone"
	}
	return []string{fmt.Sprintf("ask     [ ] %s (%s): type yes, or no WHY", it.Title, who)}
}

func (p *Printer) crew(e release.Event) []string {
	switch b := e.Body.(type) {
	case release.ItemAnswered:
		mark := "[ok]"
		if !b.OK {
			mark = "[!!]"
		}
		head := strings.TrimSpace(fmt.Sprintf("check   %s %s (%s) %s", mark, p.title(b.Item), e.By.Name, b.Evidence))
		return append([]string{head}, evidence(b.More)...)
	case release.ItemSkipped:
		return []string{fmt.Sprintf("check   [--] %s skipped by %s: %s", p.title(b.Item), e.By.Name, b.Why)}
	case release.ItemReopened:
		return []string{fmt.Sprintf("check   [..] %s again, by %s", p.title(b.Item), e.By.Name)}
	case release.Voted:
		word := "GO"
		if !b.Go {
			word = "NO-GO"
		}
		return []string{strings.TrimSpace(fmt.Sprintf("vote    %s by %s %s", word, e.By.Name, b.Why))}
	case release.Held:
		return []string{"HOLD    by " + e.By.Name + ": nothing new is started; type release to go on"}
	case release.Unheld:
		return []string{"hold    released by " + e.By.Name}
	case release.PausePassed:
		if _, waits := p.state.Waits(e.Mono); waits {
			return []string{"waiting for " + p.planned("") + ": nothing is started before; type hold, or abort"}
		}
	case release.PauseOpened:
		if !p.state.Session.Yes {
			return []string{"waiting " + p.prompt(b.Pause)}
		}
	}
	return nil
}

func (p *Printer) title(item string) string {
	if it, ok := p.state.Item(item); ok {
		return it.Title.String()
	}
	return item
}

// planned is the planned time of the start behind some words; nothing where there is none.
func (p *Printer) planned(before string) string {
	if at := p.state.In(p.zone()).Planned(p.state.Mono); at != "" {
		return before + at
	}
	return ""
}

// prompt says what a pause waits for, and the words that answer it.
func (p *Printer) prompt(pause release.Pause) string {
	switch pause {
	case release.PauseVote:
		return "for GO / NO-GO: type go, or no-go WHY"
	case release.PauseStart:
		return "to start, as planned for " + p.planned("") + ": type go, or abort"
	case release.PauseCutover:
		return p.wave()
	case release.PauseFix:
		return p.fix()
	case release.PauseClose:
		if p.state.RolledBack() {
			return p.back()
		}
		return "the watch is over: type close, extend, or rollback"
	}
	return string(pause)
}

// back is what there is to say once the traffic is back. What it was for may be left out.
func (p *Printer) back() string {
	var names []string
	for _, r := range release.Reasons() {
		names = append(names, string(r))
	}
	why := strings.Join(names, ", ")
	switch _, open := p.state.Unexplained(); {
	case p.state.Session.Back:
		return fmt.Sprintf("what was it for? type one of %s, and words; or close; after %s it ends by itself", why, release.AskedFor)
	case open:
		return "the rollback is done: type close, or forward; and what it was for, if you like: reason and one of " + why
	}
	return "the rollback is done: type close, or forward"
}

func (p *Printer) fix() string {
	it, _ := p.state.Stuck(p.state.Mono)
	say := "a check has failed: type again"
	if !it.Auto() {
		say = "the answer was no: type yes"
	}
	if !it.Key {
		say += ", skip WHY"
	}
	return say + ", or abort"
}

// wave says what the next part of the cutover moves. After the first there is no abort.
func (p *Printer) wave() string {
	version := p.state.Plan.Release.Version
	switch w := p.state.Wave(); {
	case w.Of < 2:
		return fmt.Sprintf("before the CUTOVER to %s: type go, or abort", version)
	case w.N == 1:
		return fmt.Sprintf("before the CUTOVER to %s on %s, wave 1 of %d: type go, or abort", version, strings.Join(w.Hosts, ", "), w.Of)
	default:
		return fmt.Sprintf("before the CUTOVER to %s on %s, wave %d of %d: type go, or rollback", version, strings.Join(w.Hosts, ", "), w.N, w.Of)
	}
}
