package plain_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/google/go-cmp/cmp"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/plain"
	"goaround/ui/uitest"
)

// told are the lines of a session, without those of its plan, whose words are not ours.
func told(events []release.Event) []string {
	p := plain.Printer{Zone: time.UTC}
	var out []string
	for _, e := range events {
		lines := p.Lines(e)
		if _, ok := e.Body.(release.PlanFrozen); ok {
			lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, " ") || strings.Contains(l, "plan    ") })
		}
		out = append(out, lines...)
	}
	return out
}

// refused is a session that one of its checks ended.
func refused(t *testing.T) *uitest.Flight {
	f := uitest.Start(t).Planned()
	broken := []text.Safe{text.Clean("build 117 failed"), text.Clean("see https://ci.example/117")}
	f.Add(release.ItemStarted{Item: "pre-1"}).Wait(2 * time.Second)
	f.Add(release.ItemAnswered{Item: "pre-1", Evidence: text.Clean("exit 1: CI is red"), More: broken, Took: 2 * time.Second})
	f.Add(release.PauseOpened{Pause: release.PauseFix}).Wait(9 * time.Second)
	p := text.NewProblem("check-failed", "CI is green on this commit: exit 1: CI is red", "mend it, then deploy again")
	p.More = broken
	f.By(uitest.Ana(), release.Closing{End: release.EndRefused, Problem: p})
	f.Step(release.StepRelease, "give the lease back", 40*time.Millisecond)
	return f.Add(release.LeaseReleased{}, release.SessionEnded{End: release.EndRefused, Problem: p})
}

// eventful is a session with everything that the others have not.
func eventful(t *testing.T) *uitest.Flight {
	ana, ben := uitest.Ana(), uitest.Ben()
	f := uitest.Start(t).Checked()
	f.By(ben, release.ItemAnswered{Item: "pre-2", Evidence: text.Clean("nobody picks up")})
	f.Add(release.PauseOpened{Pause: release.PauseFix}).Wait(time.Second)
	f.By(ben, release.ItemReopened{Item: "pre-2"}, release.ItemAnswered{Item: "pre-2", OK: true})
	f.By(ana, release.ItemSkipped{Item: "pre-3", Why: text.Clean("agreed with the team")})
	f.Add(release.PauseOpened{Pause: release.PauseVote})
	f.By(ana, release.Held{}).Wait(3*time.Second).By(ana, release.Unheld{})
	f.By(ben, release.Voted{Plan: f.State().Plan.Digest, Go: true, Why: text.Clean("looks good")})
	f.Add(release.PausePassed{Pause: release.PauseVote}, release.AlarmRaised{Host: "web-2", Problem: text.NewProblem("unreachable", "web-2 cannot be reached", "look whether it is up")})
	f.Wait(2 * time.Second).Add(release.AlarmCleared{Host: "web-2", Code: "unreachable"})
	f.Add(release.RecorderLost{N: 3}, release.Logged{Dropped: 12})
	f.By(ben, release.Said{Text: text.Clean("lunch?")}).By(ana, release.Said{Text: text.Clean("before lunch"), Mark: true})
	f.Add(release.OpStarted{Op: f.State().Plan.Steps[0].Ops[0], Step: "stage"}, release.OpFinished{ID: f.State().Plan.Steps[0].Ops[0].ID, Unknown: true})
	f.Add(release.Unknown{Name: "of.tomorrow"}, release.Erased{Name: "said"})
	return f.Add(release.LeaseLost{To: text.Clean("carl on laptop-7")})
}

// switched is a session that goes back and forward again, and stays.
func switched(t *testing.T) *uitest.Flight {
	f := uitest.Start(t).Back()
	f.By(uitest.Ana(), release.SwitchStarted{Name: "forward-2", Way: f.State().Plan.Forward(2), Why: text.Clean("forward again")})
	f.Wait(9 * time.Millisecond).Add(release.TrafficMoved{Switch: "forward-2", To: targets.Blue, Took: 9 * time.Millisecond})
	f.Add(release.SwitchFinished{Name: "forward-2", Unwritten: []string{"web-1"}})
	f.Traffic(4*time.Second, targets.Blue, 0.082, 95*time.Millisecond).Judge(guard.Red, "errors 8.1 % > 5 %", 1.05, 0.081)
	f.Add(release.CountdownStarted{Until: f.Clock() + 15*time.Second, Why: text.Clean("guard: errors 8.1 % > 5 %")}).Wait(4 * time.Second)
	f.By(uitest.Ben(), release.Held{}, release.CountdownStopped{Why: text.Clean("hold")}).Wait(time.Second)
	f.By(uitest.Ana(), release.WatchStarted{Until: f.Clock() + 10*time.Minute})
	left := &text.Problem{Code: "left", Say: text.Clean("ben looks after it")}
	f.By(uitest.Ana(), release.Closing{End: release.EndHeld, Problem: left})
	return f.Add(release.LeaseReleased{}, release.SessionEnded{End: release.EndHeld, Problem: left})
}

// sessions are told from where they part from each other.
func sessions(t *testing.T) map[string][]string {
	after := func(begun, f *uitest.Flight) []string { return told(f.Events())[len(told(begun.Events())):] }
	return map[string][]string{
		"shipped":              told(uitest.Start(t).Shipped().Events()),
		"rolled back":          after(uitest.Start(t).Watching(), uitest.Start(t).Ended()),
		"never ready":          after(uitest.Start(t).Staging(), uitest.Start(t).Aborted()),
		"mixed":                after(uitest.Start(t).RollingBack(), uitest.Start(t).Mixed()),
		"refused by a check":   after(uitest.Start(t).Planned(), refused(t)),
		"back and forward":     after(uitest.Start(t).Back(), switched(t)),
		"a job that contracts": after(uitest.Start(t).Contracting().Checked(), uitest.Start(t).Dropping()),
		"drained and cut":      after(uitest.Start(t).Watching(), uitest.Start(t).Severed()),
		"RED and not safe":     after(uitest.Start(t).Contracting().Watching(), uitest.Start(t).RedHolding()),
		"workers follow":       after(uitest.Start(t).Working().RollingBack(), uitest.Start(t).Working().Back()),
		"workers do not":       after(uitest.Start(t).Following(), uitest.Start(t).Stranded()),
		"much in a preflight":  after(uitest.Start(t).Checked(), eventful(t)),
	}
}

func TestASessionIsTold(t *testing.T) {
	for name, lines := range sessions(t) {
		t.Run(name, func(t *testing.T) { golden.RequireEqual(t, strings.Join(lines, "\n")+"\n") })
	}
}

func TestWhatIsStillInFlightIsToldWithTheTraffic(t *testing.T) {
	f := uitest.Start(t).Watching()
	before := len(f.Events())
	last := f.State().Ticks[len(f.State().Ticks)-1]
	last.At += 20
	f.Add(release.Ticked{Ticks: []tick.Tick{last}, Active: []release.InFlight{{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Base}, N: 2}}})
	if lines := strings.Join(told(f.Events())[len(told(f.Events()[:before])):], "\n"); !strings.HasSuffix(lines, " | base 2 still in flight") {
		t.Errorf("told is %q", lines)
	}
}

func TestThePlanIsToldAsItIsPrinted(t *testing.T) {
	f := uitest.Start(t).Planned()
	frozen := f.State().Plan
	p := plain.Printer{Zone: time.UTC}
	var got []string
	for _, e := range f.Events() {
		if lines := p.Lines(e); e.Body.Kind() == "plan.frozen" {
			got = lines
		}
	}
	want := []string{"14:00:02 +00:02.5  plan    " + frozen.Short() + " frozen"}
	for _, l := range strings.Split(frozen.String(), "\n")[1:] {
		if l != "" {
			want = append(want, strings.Repeat(" ", 21)+l)
		}
	}
	want = append(want, "14:00:02 +00:02.5  ask     [ ] On-call told in #ops? (copilot or anyone): type yes, or no WHY")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// plainly says what is wrong with a line, if anything is.
func plainly(line string) string {
	switch {
	case strings.TrimSpace(line) == "":
		return "it is empty"
	case strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "it has a character that is not printed"
	case strings.ContainsFunc(line, func(r rune) bool { return r >= 0x2500 && r <= 0x259f || r >= 0x2800 && r <= 0x28ff }):
		return "it has a box, a block or Braille"
	}
	return ""
}

func TestALineIsPlainText(t *testing.T) {
	for name, lines := range sessions(t) {
		for _, l := range lines {
			if why := plainly(l); why != "" {
				t.Errorf("%s: %q: %s", name, l, why)
			}
		}
	}
}

func TestAQuestionIsToldOnceAndInTurn(t *testing.T) {
	f := uitest.Start(t).Staged()
	asked := func() (out []string) {
		for _, l := range told(f.Events()) {
			if _, q, ok := strings.Cut(l, "  ask     [ ] "); ok {
				out = append(out, q)
			}
		}
		return out
	}
	want := []string{"On-call told in #ops? (copilot or anyone): type yes, or no WHY", "No other deploy running? (anyone): type yes, or no WHY"}
	if got := asked(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("before the cutover was asked:\n%s", strings.Join(got, "\n"))
	}
	f = uitest.Start(t).Cut().Traffic(9*time.Minute, targets.Blue, 0, 90*time.Millisecond)
	if got := asked(); len(got) != 2 {
		t.Errorf("9 min after the cutover was asked:\n%s", strings.Join(got, "\n"))
	}
	f.Traffic(2*time.Minute, targets.Blue, 0, 90*time.Millisecond)
	if got := asked(); len(got) != 3 || got[2] != "Orders flowing? (anyone): type yes, or no WHY" {
		t.Errorf("11 min after the cutover was asked:\n%s", strings.Join(got, "\n"))
	}
}

func TestNobodyIsAskedWhatTheEngineAnswers(t *testing.T) {
	events := uitest.Start(t).Cut().Traffic(11*time.Minute, targets.Blue, 0, 90*time.Millisecond).Events()
	first := events[0].Body.(release.SessionStarted)
	first.Yes = true
	events[0].Body = first
	for _, l := range told(events) {
		if strings.Contains(l, "  ask  ") {
			t.Error(l)
		}
	}
}

func TestWhatAHostGetsIsToldByTenths(t *testing.T) {
	f := uitest.Start(t).Add(release.StepStarted{Step: release.StepImages, Title: "pin the images"})
	for done := int64(0); done <= 40e6; done += 1e6 {
		for _, host := range []string{"web-1", "web-2"} {
			f.Add(release.OpProgressed{ID: release.StepImages, Host: host, Text: text.Clean("send shop:v42"), Done: done, Total: 80e6, Rate: 30e6})
		}
	}
	var got []string
	for _, l := range told(f.Events()) {
		if _, l, ok := strings.Cut(l, "host    web-2: "); ok {
			got = append(got, l)
		}
	}
	want := []string{"send shop:v42, 0 of 80 MB, 30 MB/s", "send shop:v42, 8.0 of 80 MB, 30 MB/s", "send shop:v42, 16 of 80 MB, 30 MB/s",
		"send shop:v42, 24 of 80 MB, 30 MB/s", "send shop:v42, 32 of 80 MB, 30 MB/s", "send shop:v42, 40 of 80 MB, 30 MB/s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTrafficIsToldEveryTenSecondsFromStageOn(t *testing.T) {
	f := uitest.Start(t).Checked().Traffic(time.Minute, targets.Base, 0, 90*time.Millisecond)
	times := func() int { return strings.Count(strings.Join(told(f.Events()), "\n"), "  traffic ") }
	if n := times(); n > 0 {
		t.Errorf("traffic is told %d times in preflight", n)
	}
	f = uitest.Start(t).Cut()
	before := times()
	f.Traffic(time.Minute, targets.Blue, 0, 90*time.Millisecond)
	if n := times() - before; n < 5 || n > 6 {
		t.Errorf("traffic was told %d times in a minute", n)
	}
}
