package guard_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"goaround/engine/guard"
	"goaround/engine/tick"
)

// release is how an invented version answers at a second, 0 being the cutover.
type release struct {
	errors course
	slower func(second int) float64 // times the latency
	spread float64                  // of the logarithm of the latency
	rate   float64                  // requests a second
}

func same(int) float64 { return 1 }

// second is the tick of one second.
func (rel release) second(r *rand.Rand, s int) tick.Tick {
	n, bad := traffic(r, rel.rate, rel.errors(s))
	counts := map[int16]uint32{}
	for range n {
		ms := 20 * rel.slower(s) * math.Exp(rel.spread*r.NormFloat64())
		counts[tick.Bucket(time.Duration(ms*float64(time.Millisecond)))]++
	}
	return tick.Tick{Where: at("a"), At: int64(s), N: n, Bad: bad, Hist: tick.HistOf(counts)}
}

// watch learns the baseline from the seconds before the cutover and judges the release
// for so many windows after it, or until RED. It returns all verdicts.
func (rel release) watch(r *rand.Rand, before, windows int) []guard.Verdict {
	var ticks []tick.Tick
	for s := -before; s < 0; s++ {
		ticks = append(ticks, rel.second(r, s))
	}
	g := guard.New(normal, guard.Learn("web", ticks))
	var out []guard.Verdict
	for i := range windows {
		w := guard.Window{At: int64(guard.Step * (i + 1)), Since: time.Duration(i+1) * guard.Step * time.Second}
		for s := range guard.Step {
			w.Ticks = append(w.Ticks, rel.second(r, i*guard.Step+s))
		}
		var v guard.Verdict
		g, v = g.Next(w)
		if out = append(out, v); v.Level == guard.Red {
			break
		}
	}
	return out
}

// firstAt is the seconds after the cutover that a verdict of one of the levels came at;
// -1: none did.
func firstAt(vs []guard.Verdict, levels ...guard.Level) int {
	for i, v := range vs {
		for _, l := range levels {
			if v.Level == l {
				return guard.Step * (i + 1)
			}
		}
	}
	return -1
}

// times is f from the second at on.
func times(f float64, at int) func(int) float64 {
	return func(s int) float64 {
		if s < at {
			return 1
		}
		return f
	}
}

func TestThreeTimesTheLatencyIsRedAfterTheColdMinute(t *testing.T) {
	for _, spread := range []float64{0.05, 0.3, 1} {
		rel := release{errors: quiet, slower: times(3, 0), spread: spread, rate: 20}
		vs := rel.watch(rand.New(rand.NewPCG(1, 1)), 60, 60)
		if amber, red := firstAt(vs, guard.Amber), firstAt(vs, guard.Red); amber < 0 || amber > 20 || red <= 60 || red > 75 {
			t.Errorf("latency x3, spread %g: AMBER after %d s, RED after %d s", spread, amber, red)
		}
	}
}

func TestColdCachesAreNeverRed(t *testing.T) {
	rel := release{errors: quiet, spread: 0.3, rate: 20, slower: func(s int) float64 {
		if s >= 0 && s < 55 {
			return 5
		}
		return 1
	}}
	vs := rel.watch(rand.New(rand.NewPCG(1, 1)), 60, 120)
	if amber, red := firstAt(vs, guard.Amber), firstAt(vs, guard.Red); amber < 0 || red > 0 {
		t.Errorf("slow for 55 s: AMBER after %d s, RED after %d s", amber, red)
	}
	if last := vs[len(vs)-1]; last.Level != guard.OK || !last.Enough() {
		t.Errorf("ten minutes later: %+v", last)
	}
}

func TestALittleSlowerIsNoAlarmHoweverCloseTheLatenciesLie(t *testing.T) {
	for _, spread := range []float64{0, 0.05, 0.3, 1} {
		rel := release{errors: quiet, slower: times(1.15, 0), spread: spread, rate: 20}
		vs := rel.watch(rand.New(rand.NewPCG(1, 1)), 60, 240)
		if got := firstAt(vs, guard.Amber, guard.Red); got > 0 {
			t.Errorf("latency x1.15, spread %g: alarm after %d s: %+v", spread, got, vs[got/guard.Step-1])
		}
	}
}

func TestLatencyUnderTheTeamsLimitIsAmberAtMost(t *testing.T) {
	for _, spread := range []float64{0.05, 0.3} {
		rel := release{errors: quiet, slower: times(1.75, 0), spread: spread, rate: 20}
		vs := rel.watch(rand.New(rand.NewPCG(1, 1)), 300, 240)
		if amber, red := firstAt(vs, guard.Amber), firstAt(vs, guard.Red); amber < 0 || red > 0 {
			t.Errorf("latency x1.75, spread %g: AMBER after %d s, RED after %d s", spread, amber, red)
		}
	}
}

func TestAnotherLimitIsHonoured(t *testing.T) {
	patient := normal
	patient.Latency = 4
	base := guard.Baseline{Seconds: 300, N: 6000, P95: 50 * time.Millisecond, Slow: 300}
	for ms, want := range map[time.Duration]guard.Level{60: guard.OK, 110: guard.OK, 150: guard.Amber, 190: guard.Amber, 220: guard.Red} {
		g := guard.New(patient, base)
		var v guard.Verdict
		for range 20 {
			h := tick.Hist{{I: tick.Bucket(ms * time.Millisecond), N: 100}}
			g, v = g.Next(guard.Window{Since: time.Hour, Ticks: []tick.Tick{{N: 100, Hist: h}}})
		}
		if v.Level != want {
			t.Errorf("p95 %d ms after 50 ms, limit 4x: %s, %s", ms, v.Level, v.Why)
		}
	}
}

func TestWithoutKnownLatencyNoneIsJudged(t *testing.T) {
	g := guard.New(normal, guard.Baseline{Seconds: 300, N: 6000})
	var v guard.Verdict
	for range 20 {
		h := tick.Hist{{I: 100, N: 100}}
		g, v = g.Next(guard.Window{Since: time.Hour, Ticks: []tick.Tick{{N: 100, Hist: h}}})
	}
	if v.Level != guard.OK || v.Slow.S != 0 || v.P95 == 0 {
		t.Errorf("latency known of the new version alone: %+v", v)
	}
}

// TestSlowdownsOfARealShape prints when a slowdown is seen where latencies are spread
// wide, and holds that a clear one is.
func TestSlowdownsOfARealShape(t *testing.T) {
	for _, rate := range quietRates {
		for _, f := range []float64{1, 1.5, 2, 2.5, 3} {
			rel := release{errors: quiet, slower: times(f, 60), spread: 1, rate: rate}
			runs := flights / 30
			amber, red := 0, 0
			for i := range runs {
				vs := rel.watch(rand.New(rand.NewPCG(uint64(i), 3)), 300, 120)
				if firstAt(vs, guard.Amber, guard.Red) > 0 {
					amber++
				}
				if firstAt(vs, guard.Red) > 0 {
					red++
				}
			}
			t.Logf("%3g/s x%-4g of %d watches of 10 min AMBER %3d, RED %3d", rate, f, runs, amber, red)
			if f == 1 && amber > 0 || f == 3 && red < runs {
				t.Errorf("latency x%g at %g a second: AMBER in %d, RED in %d of %d", f, rate, amber, red, runs)
			}
		}
	}
}
