package guard_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/engine/guard"
	"goaround/engine/tick"
	"goaround/targets"
)

// known is a baseline of so many requests a second, long enough to know its 1 % exactly.
func known(rate float64) guard.Baseline {
	const n = 1_000_000_000
	return guard.Baseline{N: n, Bad: n / 100, Seconds: int(n / rate)}
}

func TestHowManyRequestsTheGuardNeedsIsTheClosedForm(t *testing.T) {
	for rate, want := range map[float64]int{0.2: 181, 1: 220, 2: 237, 10: 276, 50: 315, 500: 371} {
		f := guard.Foresee(normal, known(rate))
		if f.Needs < want-2 || f.Needs > want+2 {
			t.Errorf("at %g a second it needs %d requests, want %d", rate, f.Needs, want)
		}
	}
}

func TestWhatTheGuardWillSee(t *testing.T) {
	busy := guard.Foresee(normal, guard.Baseline{Seconds: 900, N: 18204, Bad: 182})
	if busy.Blind || busy.After != 25*time.Second || busy.Outage != 15*time.Second || busy.Silence != 5*time.Second {
		t.Errorf("at 20 a second: %+v", busy)
	}
	slow := guard.Foresee(normal, guard.Baseline{Seconds: 3600, N: 720, Bad: 7})
	if slow.Blind || slow.After < 15*time.Minute || slow.Silence != 50*time.Second || slow.Outage < 30*time.Second || slow.Outage > time.Minute {
		t.Errorf("at 0.2 a second: %+v", slow)
	}
	short := normal
	short.Watch = 10 * time.Minute
	if f := guard.Foresee(short, guard.Baseline{Seconds: 3600, N: 720, Bad: 7}); !f.Blind {
		t.Errorf("at 0.2 a second, in 10 minutes: %+v", f)
	}
}

func TestABaselineAsBadAsTheLimitMakesTheGuardBlindToIt(t *testing.T) {
	f := guard.Foresee(normal, guard.Baseline{Seconds: 900, N: 18000, Bad: 900})
	if !f.Blind || f.Needs != 0 || f.After != 0 {
		t.Errorf("with 5 %% errors before: %+v", f)
	}
}

func TestNoTrafficBeforeIsSaidToBeBlind(t *testing.T) {
	for _, b := range []guard.Baseline{{}, {Seconds: 900}} {
		f := guard.Foresee(normal, b)
		if !f.Blind || f.Rate != 0 || f.After != 0 || f.Outage != 0 || f.Silence != 0 {
			t.Errorf("with %+v: %+v", b, f)
		}
	}
}

func TestABaselineIsLearnedFromTheTicksOfItsService(t *testing.T) {
	var ticks []tick.Tick
	for s := range int64(100) {
		for _, host := range []string{"a", "b"} {
			var h tick.Hist
			for i := range 10 {
				h = h.Add(time.Duration(10*(i+1)) * time.Millisecond)
			}
			web := targets.Where{Host: host, Service: "web", Slot: targets.Base}
			ticks = append(ticks, tick.Tick{Where: web, At: s, N: 10, Bad: int(s % 2), Hist: h},
				tick.Tick{Where: targets.Where{Host: host, Service: "api"}, At: s, N: 99, Bad: 99})
		}
	}
	web := targets.Where{Host: "a", Service: "web", Slot: targets.Base}
	ticks = append(ticks, tick.Tick{Where: web, At: 100, Silent: true}, tick.Tick{Where: web, At: 101, Blind: true})
	b := guard.Learn("web", ticks)
	if b.P95 < 96*time.Millisecond || b.P95 > 104*time.Millisecond || b.P50 < 48*time.Millisecond || b.P50 > 52*time.Millisecond {
		t.Errorf("p50 %v and p95 %v, want 50 and 100 ms", b.P50, b.P95)
	}
	b.P50, b.P95 = 0, 0
	if diff := cmp.Diff(guard.Baseline{Service: "web", Seconds: 101, N: 2000, Bad: 100}, b); diff != "" {
		t.Errorf("learned (-want +got):\n%s", diff)
	}
	if b.ErrorRate() != 0.05 || b.Rate() < 19.7 || b.Rate() > 20 {
		t.Errorf("error rate %g at %g a second", b.ErrorRate(), b.Rate())
	}
}

func TestASecondWithoutATickWasQuiet(t *testing.T) {
	rare := []tick.Tick{{At: 100, N: 1}, {At: 150, N: 1}, {At: 199, N: 1}, {At: 170, Blind: true}}
	if b := guard.Learn("", rare); b.Seconds != 99 || b.N != 3 {
		t.Errorf("three requests in 99 known seconds are %d in %d", b.N, b.Seconds)
	}
	if b := guard.Learn("", nil); b != (guard.Baseline{}) {
		t.Errorf("learned from nothing: %+v", b)
	}
}

func TestFewRequestsAloneDoNotRaiseTheLimit(t *testing.T) {
	for _, n := range []int{0, 1, 5, 30, 90} {
		g := guard.New(normal, guard.Baseline{Seconds: 60, N: n})
		if _, v := g.Next(guard.Window{}); v.Errors.Limit != 0.05 {
			t.Errorf("after %d good requests the limit is %g, want 0.05", n, v.Errors.Limit)
		}
	}
	g := guard.New(normal, guard.Baseline{Seconds: 60, N: 300, Bad: 3})
	if _, v := g.Next(guard.Window{}); v.Errors.Limit < 0.055 || v.Errors.Limit > 0.065 {
		t.Errorf("after 3 bad of 300 the limit is %g, want three times Wilson's bound", v.Errors.Limit)
	}
}

func TestAHopelessBaselineStillGivesALimit(t *testing.T) {
	for _, b := range []guard.Baseline{{Seconds: 9, N: 1, Bad: 1}, {Seconds: 900, N: 9000, Bad: 9000}} {
		g := guard.New(normal, b)
		var v guard.Verdict
		for range 20 {
			g, v = g.Next(guard.Window{Ticks: []tick.Tick{{N: 100}}})
		}
		if v.Errors.Limit != 0.95 || v.Level != guard.OK || !v.Enough() {
			t.Errorf("with %+v, and all well now: %+v", b, v)
		}
	}
}
