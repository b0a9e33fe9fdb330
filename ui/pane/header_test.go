package pane_test

import (
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/ui/pane"
	"goaround/ui/uitest"
)

func header(f *uitest.Flight, me release.Actor) string {
	s := sight(f)
	s.Me = me
	return drawn([]string{pane.Header(s, 100)})
}

func TestTheHeaderNamesAppEnvironmentVersionsPhaseAndCrew(t *testing.T) {
	has(t, header(uitest.Start(t).Watching(), uitest.Ana()), "shop [PROD] v41 > v42 | WATCH 03:04 of 30:00", "REC ok | *ana PIL")
	has(t, header(uitest.Start(t).Watching(), uitest.Ben()), "*ana PIL  ben COP")
}

func TestTheHeaderSaysWhoHolds(t *testing.T) {
	f := uitest.Start(t).Watching().By(uitest.Ben(), release.Held{})
	has(t, header(f, uitest.Ana()), "HOLD by ben")
	has(t, drawn([]string{pane.Header(sight(f), 60)}), "HOLD by ben")
}

func TestTheHeaderSaysWhatTheRecorderLost(t *testing.T) {
	has(t, header(uitest.Start(t).Watching().Add(release.RecorderLost{N: 1200}), uitest.Ana()), "REC LOST 1,200")
}

func TestTheClockOfTheHeaderCountsFromTheRollback(t *testing.T) {
	has(t, header(uitest.Start(t).Back().Wait(57*time.Second), uitest.Ana()), "ROLLED BACK 01:00")
}

func TestEachStepOfThePlanSaysHowItIsUndone(t *testing.T) {
	s := sight(uitest.Start(t).Ready())
	for _, height := range []int{20, 28} {
		has(t, drawn(pane.Plan(s, 51, height)), "undo: remove blue", "undo: switch back to base", "undo: written again after a switch back", "undo: start base")
	}
	has(t, drawn(pane.Plan(s, 51, 28)), "a restart of the proxy keeps the switch")
}
