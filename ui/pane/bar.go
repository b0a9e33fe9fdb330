package pane

import (
	"fmt"
	"strings"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Bar is the rollback bar: two rows that stand in the same place in every live phase.
// The note, if any, takes the place of the word at its right end.
func Bar(s Sight, note string, width int) []string {
	b := s.State.Bar(s.Clock)
	first, second, word := s.bar(b)
	switch {
	case s.Dead:
		word = "DEAD KEYS"
	case width < 60:
		word = ""
	}
	if note != "" {
		word = s.Theme.Paint(theme.Alarm, " "+note+" ")
	}
	return []string{
		layout.Spread(s.Theme, first, " "+word+" ", width),
		layout.Fit(s.Theme, second, width),
	}
}

func (s Sight) bar(b release.Bar) (first, second, word string) {
	to := named(b.To, "what was live")
	word = string(b.Kind)
	switch b.Kind {
	case release.BarNothingLive:
		return s.nothingLive(word)
	case release.BarOneKey:
		return s.key("to "+to) + "   one key" + call(b) + s.warmth(b), s.wontUndo(b), s.Theme.Paint(theme.Strong, word)
	case release.BarAsks:
		if b.Slot == targets.NoSlot {
			return s.key(fmt.Sprintf("nothing ran before; asks y, then stops %s", s.State.Plan.To)), "   then the proxy answers 503; a mended image goes live by `goaround deploy`", word
		}
		if b.Unsafe != nil {
			return s.key("to "+to) + "   asks for its version" + call(b) + s.warmth(b), s.Theme.Paint(theme.Warn, "   !! NOT SAFE: "+s.Doubt(b.Unsafe)), word
		}
		return s.key("to "+to) + "   asks y first" + call(b) + s.warmth(b), s.wontUndo(b), word
	case release.BarCold:
		return s.key("to "+to) + fmt.Sprintf("   asks y: %s is stopped, starts first", b.Slot), s.wontUndo(b), word + about(" about ", b)
	case release.BarMoving:
		return s.moving(b, to)
	case release.BarBack:
		return s.back(b, to)
	case release.BarClosing:
		return s.closing(b, to)
	case release.BarMixed:
		return s.Theme.Paint(theme.Alarm, fmt.Sprintf(" !! %s %s did not switch to %s ", s.mixedWord(), strings.Join(b.Mixed, ", "), to)),
			s.afterMixed(), s.mixedWord()
	}
	return s.over()
}

// Doubt is why the way back is not safe: what ran, when, and by whom.
func (s Sight) Doubt(u *release.Unsafe) string {
	if u.By.Name == "" {
		return u.Why.String() + ", in an earlier session"
	}
	return fmt.Sprintf("%s, at %s by %s", u.Why, s.at(u.Mono), u.By.Name)
}

func (s Sight) key(text string) string {
	return " " + s.Theme.Paint(theme.Invert, " R ROLL BACK ") + " " + text
}

// call is what was measured of a warm way back: the bare call of the proxy, if that can
// be made now.
func call(b release.Bar) string {
	if b.Unheard != "" {
		return ""
	}
	return about(", proxy call ", b)
}

func about(before string, b release.Bar) string {
	if b.Took == 0 {
		return ""
	}
	return before + Span(b.Took)
}

func (s Sight) nothingLive(word string) (string, string, string) {
	staged, _ := s.State.Step("stage")
	if s.State.Plan == nil || staged.Status == release.StatusOpen {
		return s.key("nothing is live yet; leaving now is free"), "", word
	}
	return s.key(fmt.Sprintf("takes %s down, asks y; it has no traffic yet", s.new())),
		fmt.Sprintf("   %s in slot %s serves all along", s.before(), s.State.Plan.From), word
}

func (s Sight) warmth(b release.Bar) string {
	if b.Unheard != "" {
		return ", " + s.Theme.Paint(theme.Warn, fmt.Sprintf("!! %s not heard of for %s", b.Unheard, Seconds(b.Since)))
	}
	if b.Left > 0 {
		return fmt.Sprintf(", warm %s more", Clock(b.Left))
	}
	return ", warm until you close"
}

func (s Sight) wontUndo(b release.Bar) string {
	return s.Theme.Paint(theme.Dim, fmt.Sprintf("   switches the proxy on %s to slot %s; what %s wrote to databases stays", s.hosts(), b.Slot, s.new()))
}

func (s Sight) moving(b release.Bar, to string) (string, string, string) {
	sw, _ := s.State.Switch()
	arrow, word := "<<", "ROLLING BACK"
	if !b.Back {
		arrow, word = ">>", "GOING FORWARD"
	}
	what := fmt.Sprintf("%s to %s", word, to)
	if b.Slot == targets.NoSlot {
		what = "TAKING " + s.new() + " OUT OF TRAFFIC"
	}
	first := s.Theme.Paint(theme.Alarm, fmt.Sprintf(" %s %s ", arrow, what)) +
		"  by " + sw.By.Name + s.after(sw.Mono)
	var hosts []string
	for _, o := range s.State.Ops {
		if o.Step == sw.Name && (o.Verb == targets.VerbRoute || o.Status == release.StatusRunning) {
			hosts = append(hosts, s.opWord(o))
		}
	}
	return first, "   " + strings.Join(hosts, "   "), fmt.Sprintf("%s %d of %s", word, b.Done, s.hosts())
}

// opWord is an operation of a switch in a few words.
func (s Sight) opWord(o release.Op) string {
	switch o.Status {
	case release.StatusOK:
		return o.Host + " ok " + Span(o.Took)
	case release.StatusRunning:
		return o.Host + " " + gerund(o.Verb) + s.after(o.Since)
	}
	return s.Theme.Paint(theme.Warn, "!! "+o.Host+" "+string(o.Status))
}

func (s Sight) back(b release.Bar, to string) (string, string, string) {
	what := "TRAFFIC IS BACK on " + to
	if b.Slot == targets.NoSlot {
		what = s.new() + " IS OUT OF TRAFFIC"
	}
	first := s.Theme.Paint(theme.Good, " << "+what) + fmt.Sprintf("   %s, %s", s.hosts(), Span(b.Took))
	if sw, ok := s.State.Moved(); ok && !sw.Way.Back {
		first = s.Theme.Paint(theme.Good, " >> TRAFFIC IS ON "+to) + fmt.Sprintf("   %s", Span(b.Took))
	}
	what = Some(b.Drain.N, "request")
	if b.Workers.Status == release.StatusOK {
		first += ", workers " + Span(b.Workers.Took)
		what = fmt.Sprint(b.Drain.N)
	}
	if b.Drain.N > 0 && s.State.Ended == nil {
		first += "   draining " + what + left(b.Drain)
	}
	second := "   what " + s.new() + " wrote to databases stays"
	if following := s.following(b, to); following != "" {
		second = following
	} else if len(s.State.Unwritten) > 0 {
		second = s.Theme.Paint(theme.Warn, fmt.Sprintf("   !! not written down on %s: a restart of its proxy would undo it", strings.Join(s.State.Unwritten, ", ")))
	} else if b.Forward {
		second = "   " + s.Theme.Paint(theme.Strong, "F") + " forward again to " + s.new() + ", asks y; " + s.reason("", "reason; ") + strings.TrimSpace(second)
	}
	return first, second, ""
}

// left is how long what is in flight may take yet.
func left(d release.Drain) string {
	if d.Left <= 0 {
		return ""
	}
	return ", " + Seconds(d.Left)
}

// closing is what the end of a session that is not undone waits for.
func (s Sight) closing(b release.Bar, to string) (string, string, string) {
	first := "   R is over: " + s.new() + " stays"
	if b.Drain.N > 0 {
		first += fmt.Sprintf("   draining %s of %s%s", Some(b.Drain.N, "request"), s.before(), left(b.Drain))
	}
	second := ""
	if Returns(s) {
		second = "   `goaround rollback` in another terminal goes back to " + to
	}
	return first, s.Theme.Paint(theme.Dim, second), string(b.Kind)
}

// following says how far the workers are behind the traffic; empty: they are not.
func (s Sight) following(b release.Bar, to string) string {
	switch b.Workers.Status {
	case "", release.StatusOK:
		return ""
	case release.StatusFailed:
		return s.Theme.Paint(theme.Alarm, fmt.Sprintf(" !! WORKERS are not on %s on %s: %s ", to, strings.Join(b.Workers.Hosts, ", "), b.Workers.Problem.Say))
	}
	sw, _ := s.State.Moved()
	return fmt.Sprintf("   the workers of %s follow%s", to, s.after(sw.Mono))
}

// afterMixed is what a person can do once a switch did not arrive everywhere: a key while
// the session goes on, a command after it.
func (s Sight) afterMixed() string {
	switch {
	case s.mixed():
		return "   " + s.Theme.Paint(theme.Strong, "R") + " tries again; `goaround status` says what each host serves"
	case s.State.Session.Demo:
		return demoOver
	}
	return "   `goaround rollback` tries again; `goaround status` says what each host serves"
}

// demoOver stands where a session says how to look after what it left running.
const demoOver = "   the demo is over: nothing of it runs any more"

func (s Sight) over() (string, string, string) {
	second := "   `goaround status` says what is live"
	switch {
	case s.State.Session.Demo:
		second = demoOver
	case Returns(s):
		second += "; `goaround rollback` goes back"
	}
	return " ENDED  " + string(s.State.Ended.End), s.Theme.Paint(theme.Dim, second), ""
}
