package pane_test

import (
	"testing"
	"time"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/pane"
	"goaround/ui/uitest"
)

func now(f *uitest.Flight) string { return drawn([]string{pane.Now(sight(f)), pane.Next(sight(f))}) }

func TestARunningActNamesItsHostAfterASecond(t *testing.T) {
	f := uitest.Start(t).Voted()
	st, _ := f.State().Plan.Step("stage")
	f.Add(release.StepStarted{Step: st.ID, Title: st.Title}, release.OpStarted{Op: st.Ops[1], Step: st.ID})
	f.Wait(999 * time.Millisecond)
	has(t, now(f), "NOW  starting blue on web-2")
	hasNot(t, now(f), " for ")
	f.Wait(11 * time.Second).Add(release.OpProgressed{ID: st.Ops[1].ID, Text: text.Clean("pull shop:v42"), Done: 40e6, Total: 89e6, Rate: 3e6})
	has(t, now(f), "starting blue on web-2 for 11 s (40 of 89 MB, 3.0 MB/s, pull shop:v42)")
}

func TestAStepThatMovesBytesSaysWhereAndHowFast(t *testing.T) {
	f := uitest.Start(t).Add(release.StepStarted{Step: release.StepImages, Title: "pin the images"}).Wait(3 * time.Second)
	for _, p := range []release.OpProgressed{{Host: "web-1"}, {Host: "web-1", Done: 12e6, Total: 89e6, Rate: 30e6}, {Host: "web-2", Done: 9e6, Total: 89e6}} {
		p.ID, p.Text = release.StepImages, text.Clean("send shop:v42")
		f.Add(p)
	}
	has(t, now(f), "pin the images for 3 s: web-1 12 of 89 MB, 30 MB/s; web-2 9.0 of 89 MB")
	steps := drawn(pane.Plan(sight(f), 60, 20))
	has(t, steps, "web-1  12 of 89 MB, 30 MB/s, send shop:v42", "web-2  9.0 of 89 MB, send shop:v42")
	f.Add(release.StepFinished{Step: release.StepImages, Took: 3 * time.Second})
	hasNot(t, drawn(pane.Plan(sight(f), 60, 20)), "send shop")
}

func TestThePauseSaysWhatEnterDoes(t *testing.T) {
	has(t, now(uitest.Start(t).Staged()), "CUTOVER waits for you: v42 is up on 2 hosts, v41 has all traffic", "enter moves all traffic to v42 on 2 hosts")
}

func TestTheCountdownSaysWhatStopsIt(t *testing.T) {
	has(t, now(uitest.Start(t).Red()), "ROLLING BACK IN 12 s   H stops it, R does not wait   guard: errors 8.1 % > 5 %")
}

func TestAHoldSaysWhoHoldsAndWhatStillRuns(t *testing.T) {
	f := uitest.Start(t).Staging().By(uitest.Ben(), release.Held{}).Wait(5 * time.Second)
	has(t, now(f), "HOLD  by ben for 5 s: nothing new is started; still starting blue on web-2", "H goes on")
}

func TestARedThatNobodyCountsDownIsSaidPlainly(t *testing.T) {
	f := uitest.Start(t).Watching().Judge(guard.Red, "errors 8.1 % > 5 %", 1.1, 0.081)
	has(t, now(f), "RED   errors 8.1 % > 5 %; guard.auto is countdown, R rolls back")
}

func TestAnOverdueWatchSaysWhyItStaysOpen(t *testing.T) {
	f := uitest.Start(t).Watching().Judge(guard.Amber, "errors 3 %", 0.7, 0.03).Wait(30 * time.Minute)
	has(t, now(f), "the time of the watch is over; it stays open while the guard says AMBER")
}

func TestAQuestionOfTheWatchComesAtItsTime(t *testing.T) {
	f := uitest.Start(t).Watching()
	has(t, now(f), `in 06:55: "Orders flowing?"`)
	f.Wait(7 * time.Minute)
	has(t, now(f), `space yes  n no  to "Orders flowing?"`)
}

func TestTheEndSaysTheExitCode(t *testing.T) {
	has(t, now(uitest.Start(t).Ended()), "ended: rolled back, exit code 10", "q leaves this screen")
}

func TestTheMostUrgentNoteComesFirst(t *testing.T) {
	f := uitest.Start(t).Watching().Add(release.RecorderLost{N: 1200},
		release.AlarmRaised{Host: "web-2", Problem: text.NewProblem("proxy-reloaded", "the proxy was reloaded", "its weights are read back")})
	has(t, drawn(pane.Notes(sight(f), 120, 1)), "the recorder lost 1,200 events", "(+1 more)")
	hasNot(t, drawn(pane.Notes(sight(f), 120, 1)), "cart 500s")
	has(t, drawn(pane.Notes(sight(f), 120, 3)), "web-2  the proxy was reloaded; its weights are read back", "ben: cart 500s look like the old bug")
	f.Add(release.AlarmCleared{Host: "web-2", Code: "proxy-reloaded"})
	hasNot(t, drawn(pane.Notes(sight(f), 120, 3)), "reloaded")
}

func TestTheTableHasTheLiveSlotFirstAndSaysWhatIsWrong(t *testing.T) {
	f := uitest.Start(t).Watching().Add(release.VitalsSeen{Vitals: []targets.Vital{
		{Where: targets.Where{Host: "web-2", Service: "web", Slot: targets.Blue}, State: targets.Restarting, Restarts: 4, CPU: -1},
		{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Base}, State: targets.Stopped},
	}})
	rows := pane.Hosts(sight(f), 80)
	has(t, drawn(rows[1:2]), "web-1 blue  healthy        10.0")
	has(t, drawn(rows[2:3]), "web-2 blue  RESTARTING", "--", "4")
	has(t, drawn(rows[3:4]), "web-1 base  stopped,cold     --    --     --")
}

func TestAFailedStepOpensItsLastLinesInPlace(t *testing.T) {
	lines, at := pane.Steps(sight(uitest.Start(t).Failed()), 4, 100, 40)
	got := drawn(lines)
	has(t, got, "did not answer /healthz with 2xx within 60 s", "panic: column orders.note does not exist", "exit status 2", "deploy again")
	has(t, drawn(lines[at:at+1]), "[!!] ready")
}

func TestWhereAFailedStepDoesNotFitTheNewestLinesStay(t *testing.T) {
	lines, _ := pane.Steps(sight(uitest.Start(t).Failed()), 4, 100, 9)
	has(t, drawn(lines), "exit status 2", "deploy again")
	hasNot(t, drawn(lines), "starting shop v42 on :8080")
}

func TestSpansAreSaidAsPeopleSayThem(t *testing.T) {
	for d, want := range map[time.Duration]string{
		300 * time.Microsecond: "1 ms", 40 * time.Millisecond: "40 ms", 400 * time.Millisecond: "0.4 s", 9 * time.Second: "9.0 s",
		12 * time.Second: "12 s", 30 * time.Minute: "30 min", 3 * time.Hour: "3.0 h",
	} {
		if got := pane.Span(d); got != want {
			t.Errorf("%v is said %q, want %q", d, got, want)
		}
	}
}

func TestAHoldAtAPauseIsEndedFirst(t *testing.T) {
	for name, f := range map[string]*uitest.Flight{
		"enter closes: rolled back":  uitest.Start(t).Back(),
		"enter moves all traffic":    uitest.Start(t).Staged(),
		"v then y GO":                uitest.Start(t).Ready(),
		"enter closes: shipped":      uitest.Start(t).Watching().Add(release.PauseOpened{Pause: release.PauseClose}),
		"r runs it again  x leaves ": uitest.Start(t).Checked().Add(release.ItemAnswered{Item: "pre-1"}, release.PauseOpened{Pause: release.PauseFix}),
	} {
		f.By(uitest.Ben(), release.Held{})
		has(t, now(f), "NEXT H goes on, then  "+name)
		demo := sight(f)
		demo.State.Session.Demo = true
		has(t, drawn(pane.Notes(demo, 120, 3)), "demo: nothing new is started while it is on hold. H goes on")
	}
}
