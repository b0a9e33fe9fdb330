package pane_test

import (
	"strings"
	"testing"
	"time"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/ui/pane"
	"goaround/ui/uitest"
)

func bar(f *uitest.Flight) string { return drawn(pane.Bar(sight(f), "", 80)) }

func TestTheBarSaysHowTheWayBackGoesAndWhatItWillNotUndo(t *testing.T) {
	has(t, bar(uitest.Start(t).Watching()), "R ROLL BACK  to v41", "one key, proxy call 5 ms, warm 26:55 more", "ONE KEY",
		"switches the proxy on 2 hosts to slot base", "what v42 wrote to databases stays")
}

func TestTheBarNamesAHostThatAnswersNoMore(t *testing.T) {
	f := uitest.Start(t).Watching()
	f.Add(release.Rehearsed{Host: "web-1", Took: time.Millisecond}, release.Rehearsed{Host: "web-2", Took: time.Millisecond})
	f.Wait(5 * time.Second).Add(release.Rehearsed{Host: "web-1", Took: time.Millisecond})
	has(t, bar(f.Wait(7*time.Second)), "one key, proxy call 5 ms, warm")
	has(t, bar(f.Wait(time.Second)), "R ROLL BACK  to v41   one key, !! web-2 not heard of for 13 s", "ONE KEY")
	f.Add(release.Rehearsed{Host: "web-2", Took: time.Millisecond}, release.Rehearsed{Host: "web-1", Took: time.Millisecond})
	has(t, bar(f), "one key, proxy call 5 ms, warm")
}

func TestTheBarSaysThatNothingIsLive(t *testing.T) {
	has(t, bar(uitest.Start(t).Checked()), "nothing is live yet; leaving now is free", "NOTHING LIVE")
	has(t, bar(uitest.Start(t).Staging()), "takes v42 down, asks y; it has no traffic yet", "v41 in slot base serves all along")
}

func TestTheBarSaysThatTheOldVersionIsCold(t *testing.T) {
	has(t, bar(uitest.Start(t).Watching().Stopped(targets.Base)), "asks y: base is stopped, starts first", "COLD about 9.0 s")
}

func TestTheBarSaysThatNothingRanBefore(t *testing.T) {
	has(t, bar(uitest.Start(t).First().Watching()), "R ROLL BACK  nothing ran before; asks y, then stops blue", "ASKS", "a mended image goes live by `goaround deploy`")
	f := uitest.Start(t).OutOfTraffic()
	has(t, bar(f), "<< v42 IS OUT OF TRAFFIC   2 hosts, 4 ms", "F forward again to v42, asks y")
	has(t, now(f), "v42 is out of traffic, and nothing serves, as before; it is stopped when you close")
}

func TestTheBarFollowsEachHostOfARollback(t *testing.T) {
	f := uitest.Start(t).RollingBack().Wait(3 * time.Second)
	has(t, bar(f), "<< ROLLING BACK to v41   by ana for 3 s", "ROLLING BACK 1 of 2 hosts", "web-1 ok 4 ms   web-2 moving traffic for 3 s")
}

func TestTheBarSaysThatTrafficIsBackAndOffersTheWayForward(t *testing.T) {
	has(t, bar(uitest.Start(t).Back()), "<< TRAFFIC IS BACK on v41   2 hosts, 40 ms   draining 3 requests", "F forward again to v42, asks y")
}

func TestTheBarNamesTheHostThatDidNotSwitch(t *testing.T) {
	has(t, bar(uitest.Start(t).Mixed()), "!! MIXED web-2 did not switch to v41", "R tries again")
	has(t, now(uitest.Start(t).Mixed()), "the hosts differ: web-1 is on v41, web-2 did not switch")
}

func TestTheBarSaysWhatWouldNotSurviveARestart(t *testing.T) {
	f := uitest.Start(t).Back()
	f.Add(release.SwitchFinished{Name: "back-1", Unwritten: []string{"web-2"}})
	has(t, bar(f), "not written down on web-2: a restart of its proxy would undo it")
}

func TestANoteTakesTheWordsPlace(t *testing.T) {
	has(t, drawn(pane.Bar(sight(uitest.Start(t).Watching()), "R AGAIN, other keys came with it", 80)), "R AGAIN, other keys came with it")
}

func TestTheGuardLineSaysWhatItWillSee(t *testing.T) {
	got := drawn([]string{pane.Verdict(sight(uitest.Start(t).Checked()), 100)})
	has(t, got, "base 1.0% of 18,204 req (15 min)", "sees 5% after ~320 req, 25 s at 20/s")
}

func TestTheGuardLineSaysThatItIsBlind(t *testing.T) {
	f := uitest.Start(t).Checked()
	f.Add(release.BaselineLearned{
		Baselines: []guard.Baseline{{Service: "web", Seconds: 900, N: 180}},
		Foresight: []guard.Foresight{{Rate: 0.2, Needs: 330, After: 27 * time.Minute, Outage: 50 * time.Second, Blind: true}},
	})
	has(t, drawn([]string{pane.Verdict(sight(f), 120)}), "BLIND to small faults: needs ~330 req, 27 min at 0.2/s; an outage in 50 s")
}

func TestTheGuardLineOfAFirstReleaseHasNoFigures(t *testing.T) {
	f := uitest.Start(t).Checked()
	f.Add(release.BaselineLearned{
		Baselines: []guard.Baseline{{Service: "web", Seconds: 1}},
		Foresight: []guard.Foresight{{Needs: 208, Blind: true}},
	})
	got := drawn([]string{pane.Verdict(sight(f), 120)})
	has(t, got, "no request seen yet: BLIND until there are some")
	if strings.Contains(got, "208") {
		t.Errorf("it counts what cannot be counted: %s", got)
	}
}

func TestTheGaugeTurnsAmberAtSixtyPercent(t *testing.T) {
	for sum, want := range map[float64]string{
		0.3: "[#####-----|------]", 0.6: "[##########|------]", 1: "[##########|######]", 1.25: "[##########|######]",
	} {
		f := uitest.Start(t).Watching().Judge(guard.OK, "", sum, 0.01)
		has(t, drawn([]string{pane.Verdict(sight(f), 80)}), want)
	}
}

func TestAnotherSlotThanTheOneThatWasJudgedWaits(t *testing.T) {
	has(t, drawn([]string{pane.Verdict(sight(uitest.Start(t).Back()), 80)}), "GUARD WAITING", "v41")
}

func judged(f *uitest.Flight, level guard.Level, seen int) *uitest.Flight {
	return f.Add(release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{Level: level, Seen: seen, Needs: 320}})
}

func TestOKWithoutARequestIsNoVerdict(t *testing.T) {
	f := judged(uitest.Start(t).Cut(), guard.OK, 0)
	for _, width := range []int{60, 80, 120} {
		got := drawn([]string{pane.Verdict(sight(f), width)})
		has(t, got, "GUARD WAITING  no request to v42 has been seen")
		hasNot(t, got, "OK")
	}
	hasNot(t, drawn(pane.Verdicts(sight(f), 120))+drawn([]string{pane.Line(sight(f), 40)}), "OK")
	f.Add(release.SessionEnded{End: release.EndHeld})
	has(t, drawn([]string{pane.Verdict(sight(f), 80)}), "nothing was judged on v42")
}

func TestOKSaysWhatItLacksUntilThereIsEnough(t *testing.T) {
	f := judged(uitest.Start(t).Cut(), guard.OK, 120)
	for _, width := range []int{60, 80, 120} {
		has(t, drawn([]string{pane.Verdict(sight(f), width)}), "GUARD OK", "120 of 320 req")
	}
	has(t, drawn(pane.Verdicts(sight(f), 120)), "120 of 320 req")
	has(t, drawn([]string{pane.Verdict(sight(judged(f, guard.OK, 320)), 80)}), " 320 req")
}

func TestASilentReleaseIsRedThoughNothingWasSeen(t *testing.T) {
	has(t, drawn([]string{pane.Verdict(sight(judged(uitest.Start(t).Cut(), guard.Red, 0)), 80)}), "GUARD RED")
}

func TestTheWayBackNamesWhatWasMeasured(t *testing.T) {
	for _, width := range []int{34, 51} {
		got := drawn(pane.Plan(sight(uitest.Start(t).Ready()), width, 20))
		has(t, got, "one key, proxy call 5 ms")
		hasNot(t, got, "about 5 ms")
	}
}

func TestTheBarTellsTheTrafficsRecoveryFromTheWorkers(t *testing.T) {
	has(t, bar(uitest.Start(t).Following()), "<< TRAFFIC IS BACK on v41   2 hosts, 40 ms", "the workers of v41 follow for 2 s")
	has(t, bar(uitest.Start(t).Working().Back()), "<< TRAFFIC IS BACK on v41   2 hosts, 40 ms, workers 3.0 s   draining 3", "F forward again")
	has(t, bar(uitest.Start(t).Stranded()), "!! WORKERS are not on v41 on web-2: mailer in base ended with code 1")
}

func TestAWorkersRowSaysThatItIsOneAndHowItStands(t *testing.T) {
	rows := drawn(pane.Hosts(sight(uitest.Start(t).Working().Staged()), 80))
	has(t, rows, "web-1/mailer base  running      worker", "web-1/mailer blue  stands still worker")
	has(t, drawn(pane.Hosts(sight(uitest.Start(t).Working().Watching()), 80)), "web-1/mailer blue  running      worker", "web-1/mailer base  stands still worker")
	f := uitest.Start(t).Working().Watching()
	f.Add(release.VitalsSeen{Vitals: []targets.Vital{{Where: targets.Where{Host: "web-1", Service: "mailer", Slot: targets.Blue}, At: f.Now(), State: targets.Stopped}}})
	has(t, drawn(pane.Hosts(sight(f), 80)), "web-1/mailer blue  STOPPED      worker")
	if s := f.State(); s.Bar(s.Mono).Kind != release.BarOneKey {
		t.Errorf("a worker that stands still makes the way back %s", s.Bar(s.Mono).Kind)
	}
}
