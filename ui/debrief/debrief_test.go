package debrief_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui/debrief"
	"goaround/ui/layout"
	"goaround/ui/pane"
	"goaround/ui/uitest"
)

// page is the debrief of a session, and the bar below it.
func page(st release.State, width int) string {
	bar := pane.Bar(pane.Sight{State: st, Clock: st.Mono}, "", width)
	return ansi.Strip(strings.Join(append(debrief.Text(st, width), bar...), "\n"))
}

// tall is the screen of a session on a terminal that has room for all of it.
func tall(st release.State) string {
	var d debrief.Screen
	return ansi.Strip(strings.Join(d.View(pane.Sight{State: st, Clock: st.Mono}, false, 80, 60), "\n"))
}

func check(t *testing.T, got string, has, hasNot []string) {
	t.Helper()
	for _, w := range has {
		if !strings.Contains(got, w) {
			t.Errorf("no %q in\n%s", w, got)
		}
	}
	for _, w := range hasNot {
		if strings.Contains(got, w) {
			t.Errorf("%q in\n%s", w, got)
		}
	}
}

// refused is a rollback that the proxies of all hosts said no to.
func refused(t *testing.T) *uitest.Flight {
	f := uitest.Start(t).Red()
	way := f.State().Plan.Back(1, false)
	f.By(uitest.Ana(), release.SwitchStarted{Name: "back-1", Way: way, Why: text.Clean("one key")})
	p := text.NewProblem("mixed", "web-1 could not be switched to base", "`goaround rollback` tries again")
	var hosts []string
	for _, op := range way.Route {
		f.Add(release.OpStarted{Op: op, Step: "back-1"}, release.OpFinished{ID: op.ID, Took: time.Millisecond, Problem: p})
		hosts = append(hosts, op.Host)
	}
	return f.Add(release.SwitchFinished{Name: "back-1", Mixed: hosts, Problem: p}, release.Closing{End: release.EndMixed, Problem: p}, release.SessionEnded{End: release.EndMixed, Problem: p})
}

func TestARollbackThatMovedNothingSaysWhereTheTrafficStillIs(t *testing.T) {
	check(t, page(refused(t).State(), 120),
		[]string{"NOT SWITCHED", "nothing moved: the traffic is still on v42, on web-1, web-2", "tried to roll back", "web-1, web-2 did not switch", "`goaround rollback` tries again"},
		[]string{"all traffic moved", "MIXED", "differ", "R tries again"})
}

func TestARollbackThatArrivedOnSomeHostsNamesThem(t *testing.T) {
	f := uitest.Start(t).Mixed().Add(release.Closing{End: release.EndMixed}, release.SessionEnded{End: release.EndMixed})
	check(t, page(f.State(), 120),
		[]string{"MIXED", "the hosts differ: web-1 is on v41, web-2 did not switch", "`goaround rollback` tries again", "tries again on all hosts"},
		[]string{"all traffic moved", "R tries again"})
}

func TestWhatAProxyDidNotAnswerIsNotKnown(t *testing.T) {
	f := uitest.Start(t).RollingBack()
	sw, _ := f.State().Switch()
	for _, op := range sw.Way.Route {
		f.Add(release.OpFinished{ID: op.ID, Took: time.Second, Unknown: true, Problem: text.NewProblem("gone", "no answer", "")})
	}
	f.Add(release.SwitchFinished{Name: "back-1", Mixed: []string{"web-1", "web-2"}}, release.SessionEnded{End: release.EndMixed})
	check(t, page(f.State(), 120), []string{"nobody knows what web-1, web-2 serves"}, []string{"nothing moved", "still on"})
}

func TestARollbackThatNeverStartedTheOldVersionMovedNothing(t *testing.T) {
	f := uitest.Start(t).Watching().By(uitest.Ana(), release.SwitchStarted{Name: "back-1", Way: uitest.Start(t).Cut().State().Plan.Back(1, true), Why: text.Clean("one key")})
	f.Add(release.SwitchFinished{Name: "back-1", Problem: text.NewProblem("start", "base does not start", "")}, release.SessionEnded{End: release.EndHeld})
	check(t, page(f.State(), 120), []string{"HELD", "v42 has the traffic", "tried to roll back", "no traffic was moved", "goaround rollback"}, []string{"all traffic moved"})
}

func TestRollbackIsOfferedOnlyWhereItCanGoBack(t *testing.T) {
	held := func(f *uitest.Flight) release.State {
		return f.Add(release.SessionEnded{End: release.EndHeld}).State()
	}
	check(t, page(held(uitest.Start(t).Watching()), 100), []string{"goaround rollback"}, nil)
	check(t, page(held(uitest.Start(t).Staged()), 100), []string{"goaround status"}, []string{"goaround rollback"})
	check(t, page(held(uitest.Start(t).Back()), 100), []string{"goaround status"}, []string{"goaround rollback"})
	check(t, page(uitest.Start(t).Shipped().State(), 100), []string{"goaround rollback"}, nil)
}

func TestADemoThatIsOverOffersNothingThatNeedsIt(t *testing.T) {
	for _, f := range []*uitest.Flight{
		uitest.Start(t).Watching().Add(release.SessionEnded{End: release.EndHeld}),
		uitest.Start(t).Ended(), uitest.Start(t).Shipped(), uitest.Start(t).Aborted(), refused(t),
	} {
		st := f.State()
		st.Session.Demo = true
		check(t, page(st, 120), []string{"The demo is over", "goaround demo --release bad", "goaround replay latest", "README, The first real deploy"},
			[]string{"goaround status            ", "goaround rollback           ", "`goaround status`", "has the traffic", "is live", "tries again"})
	}
}

func TestWhatIsCopiedIsNeverCut(t *testing.T) {
	st := uitest.Start(t).Ended().State()
	st.Session.ID = "2026-06-09T140002Z-shop-production-3f9a"
	lines := debrief.Text(st, 60)
	check(t, strings.Join(lines, "\n"), []string{"session " + st.Session.ID, "goaround replay " + st.Session.ID}, nil)
	for _, l := range lines {
		if layout.Width(l) > 60 {
			t.Errorf("%q is wider than the screen", l)
		}
	}
}

func TestAWatchThatWasLeftIsBrokenOff(t *testing.T) {
	left := uitest.Start(t).Watching().Add(release.Closing{End: release.EndHeld}, release.SessionEnded{End: release.EndHeld})
	check(t, tall(left.State()), []string{"[--] watch"}, []string{"[ok] watch"})
	check(t, tall(uitest.Start(t).Shipped().State()), []string{"[ok] watch"}, nil)
}

// ends are sessions that ended, with as much to say as there can be.
func ends(t *testing.T) map[string]release.State {
	long := uitest.Start(t).Failed()
	p := text.NewProblem("not-ready", strings.Repeat("web on web-2 did not answer /healthz ", 3), strings.Repeat("read its last lines ", 4))
	for range 40 {
		p.More = append(p.More, text.Clean("a line of its log"))
	}
	turns := uitest.Start(t).Back()
	for n := 2; n < 8; n++ {
		name := string(rune('0' + n))
		turns.By(uitest.Ana(), release.SwitchStarted{Name: name, Way: turns.State().Plan.Back(n, false), Why: text.Clean("one key")})
		turns.Add(release.TrafficMoved{Switch: name, To: "base", Took: time.Second}, release.SwitchFinished{Name: name})
	}
	return map[string]release.State{
		"rolled back": uitest.Start(t).Ended().State(), "shipped": uitest.Start(t).Shipped().State(), "aborted": uitest.Start(t).Aborted().State(),
		"refused": refused(t).State(), "held": uitest.Start(t).Watching().Add(release.Closing{End: release.EndHeld}, release.SessionEnded{End: release.EndHeld}).State(),
		"planned":        uitest.StartAt(t, time.Minute).Shipped().State(),
		"a long log":     long.Add(release.SessionEnded{End: release.EndAborted, Problem: p}).State(),
		"back and forth": turns.Add(release.SessionEnded{End: release.EndRolledBack}).State(),
	}
}

func TestTheFarewellFitsATerminalOf24Rows(t *testing.T) {
	for name, st := range ends(t) {
		for _, width := range []int{60, 80, 120} {
			out := debrief.Text(st, width)
			if len(out) > 23 {
				t.Errorf("%s, %d wide: %d rows\n%s", name, width, len(out), ansi.Strip(strings.Join(out, "\n")))
			}
			check(t, ansi.Strip(strings.Join(out, "\n")), []string{"NEXT", "goaround replay", "session " + st.Session.ID}, nil)
		}
	}
}

func TestWhatAStepTookStandsBesideWhatWasPlanned(t *testing.T) {
	got := tall(uitest.Start(t).Shipped().State())
	check(t, got, []string{"from STAGE on 32:24, planned 30:15", "took  planned", "2 steps of the plan had not been measured before"}, []string{"start planned"})
	for _, want := range []string{"start blue", "CUTOVER to blue", "watch"} {
		if !strings.Contains(got, "[ok] "+want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	check(t, page(uitest.StartAt(t, time.Minute).Shipped().State(), 80), []string{"start planned for 14:01, was 14:00:43"}, nil)
	check(t, page(uitest.Start(t).Checked().Add(release.SessionEnded{End: release.EndAborted}).State(), 80), []string{"took 00:33"}, []string{"planned", "STEP"})
}
