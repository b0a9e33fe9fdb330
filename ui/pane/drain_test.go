package pane_test

import (
	"testing"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/ui/pane"
	"goaround/ui/uitest"
)

func TestWhatIsInFlightIsShownWithTheTimeItHas(t *testing.T) {
	f := uitest.Start(t).Draining()
	has(t, bar(f), "R is over: v42 stays   draining 3 requests of v41, 27 s", "CLOSING", "`goaround rollback` in another terminal goes back to v41")
	has(t, now(f), "draining base on web-1, web-2 for 3 s (3 requests in flight, 27 s left)")
	lines, _ := pane.Steps(sight(f), -1, 80, 40)
	has(t, drawn(lines), "web-1  draining base for 3 s (2 requests in flight, 27 s left)", "web-2  draining base for 3 s (1 request in flight, 27 s left)")
}

func TestInTheWatchTheOldVersionsRequestsGoOnAndAreCounted(t *testing.T) {
	f := uitest.Start(t).Watching()
	hasNot(t, now(f), "in flight")
	f.Add(release.Ticked{Active: []release.InFlight{
		{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Base}, N: 2},
		{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Blue}, N: 40},
	}})
	has(t, now(f), "watching v42", "2 in flight on v41")
}

func TestWhatWasCutIsSaidAtTheEnd(t *testing.T) {
	has(t, now(uitest.Start(t).Severed()), "ended: shipped, exit code 0; 2 connections cut after the drain")
	hasNot(t, now(uitest.Start(t).Shipped()), "cut")
}
