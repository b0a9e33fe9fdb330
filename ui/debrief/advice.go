package debrief

import (
	"fmt"
	"strings"

	"goaround/engine/release"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/theme"
)

// word is the end in a word; hosts are mixed only where one of them has switched.
func word(s pane.Sight, e release.End) string {
	if moved, _ := pane.Outcome(s); e == release.EndMixed && len(moved) == 0 {
		return "NOT SWITCHED"
	}
	return strings.ToUpper(string(e))
}

func tone(e release.End) theme.Tone {
	switch e {
	case release.EndShipped, release.EndLive, release.EndRolledBack:
		return theme.Good
	case release.EndMixed, release.EndFailed:
		return theme.Alarm
	}
	return theme.Strong
}

// meaning is what an end state means for the site.
func meaning(s pane.Sight, e release.End) string {
	old, fresh := pane.Versions(s)
	if s.State.Session.Demo {
		return demoMeaning(s, e)
	}
	switch e {
	case release.EndShipped:
		return fresh + " is live and has been watched"
	case release.EndLive:
		return fresh + " was live already; nothing was changed"
	case release.EndRolledBack:
		if sw, ok := s.State.Moved(); ok && !sw.Way.Release.Version.IsZero() {
			old = sw.Way.Release.Version.String()
		}
		return old + " is live, as before; that is what the way back is for"
	case release.EndAborted:
		return "nothing was switched; " + old + " has been live all along"
	case release.EndHeld:
		return "all stays as it is: " + pane.Live(s) + " has the traffic"
	case release.EndMixed:
		return pane.Divided(s)
	case release.EndRefused:
		return "nothing was changed; a check refused"
	case release.EndLocked:
		return "nothing more is done from here; somebody else has the lease"
	}
	return "the engine stopped; the site is as it was"
}

// demoMeaning is in the past tense: what served in a demo ended with it.
func demoMeaning(s pane.Sight, e release.End) string {
	old, fresh := pane.Versions(s)
	said := "a check refused, nothing was changed"
	switch e {
	case release.EndShipped:
		said = fresh + " went live and was watched"
	case release.EndRolledBack:
		said = old + " had the traffic again; that is what the way back is for"
	case release.EndAborted:
		said = "nothing was switched, " + old + " was live all along"
	case release.EndHeld:
		said = pane.Live(s) + " had the traffic when the demo was left"
	case release.EndMixed, release.EndFailed, release.EndLocked, release.EndLive:
		said = "it broke off"
	}
	return said + ". The demo is over, nothing of it runs any more"
}

// tip is a command and what it is for.
type tip struct{ command, use string }

// advice is what to do next.
func advice(s pane.Sight, e release.End) []tip {
	if s.State.Session.Demo {
		return []tip{
			{"goaround demo --release bad", "a version that fails: see the guard act"},
			{"goaround replay latest", "this demo once more, at any speed"},
			{"README, The first real deploy", "the same with containers of your own"},
		}
	}
	var out []tip
	if s.State.Resumable() == nil {
		out = append(out, tip{"goaround resume", "goes on where the hosts are"})
	}
	switch e {
	case release.EndHeld, release.EndMixed, release.EndFailed, release.EndLocked:
		out = append(out, tip{"goaround status", "what is live on each host"})
	case release.EndRolledBack, release.EndAborted, release.EndRefused:
		out = append(out, tip{"goaround deploy IMAGE", "another circuit, once it is mended"})
	}
	if pane.Returns(s) {
		use := "the way back, still one command"
		if e == release.EndMixed {
			use = "tries again on all hosts"
		}
		out = append(out, tip{"goaround rollback", use})
	}
	return append(out,
		tip{"goaround replay " + s.State.Session.ID, "what happened, in order"},
		tip{"goaround sessions verify latest", "the recording is whole"},
	)
}

// rows are the commands, aligned; a use that does not fit beside its command stands
// below it, so that what is copied is never cut.
func rows(tips []tip, width int) []string {
	var out []string
	for _, t := range tips {
		line := fmt.Sprintf("   %-31s  %s", t.command, t.use)
		if layout.Width(line) > width {
			out = append(out, "   "+t.command)
			line = "      " + t.use
		}
		out = append(out, line)
	}
	return out
}
