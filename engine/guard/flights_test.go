package guard_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"goaround/engine/guard"
)

// demo is 20 flights as a newcomer flies them: 20 requests a second, a baseline of 300
// requests, a watch of 5 minutes. It returns the last verdict of each, and the seconds
// after the cutover at which those that were RED became it, sorted.
func demo(t *testing.T, name string, rel release) (final []guard.Verdict, red []int) {
	rel.rate = 20
	for i := range 20 {
		vs := rel.watch(rand.New(rand.NewPCG(uint64(i), 20)), 15, 60)
		final = append(final, vs[len(vs)-1])
		if at := firstAt(vs, guard.Red); at > 0 {
			red = append(red, at)
		}
	}
	slices.Sort(red)
	t.Logf("%-32s RED in %2d of 20 flights, seconds after the cutover: %v", name, len(red), red)
	return final, red
}

// before is a share of errors before the cutover, and another course after it.
func before(share float64, after course) course {
	return func(s int) float64 {
		if s < 0 {
			return share
		}
		return max(share, after(s))
	}
}

// shapes are what the demo's answers may look like: errors before, spread of latency.
var shapes = []struct {
	name           string
	errors, spread float64
}{
	{"no errors before, narrow", 0, 0.2},
	{"0.5 % before", 0.005, 0.5},
	{"1 % before, wide", 0.01, 1},
}

func TestAGoodReleaseShips(t *testing.T) {
	for _, s := range shapes {
		all := func(int) float64 { return s.errors }
		final, _ := demo(t, "good, "+s.name, release{errors: all, slower: same, spread: s.spread})
		for i, v := range final {
			if !v.Enough() {
				t.Errorf("%s, flight %d: %s %s, %d of %d requests", s.name, i, v.Level, v.Why, v.Seen, v.Needs)
			}
		}
	}
}

func TestABurstOfThreeSecondsDoesNotTrip(t *testing.T) {
	for _, s := range shapes {
		for _, start := range []int{0, 20, 33} {
			burst := before(s.errors, func(at int) float64 {
				if at >= start && at < start+3 {
					return 1
				}
				return 0
			})
			final, _ := demo(t, "flaky, "+s.name, release{errors: burst, slower: same, spread: s.spread})
			for i, v := range final {
				if !v.Enough() {
					t.Errorf("%s, burst at %d s, flight %d ends %s %s", s.name, start, i, v.Level, v.Why)
				}
			}
		}
	}
}

func TestEightPercentErrorsTrip(t *testing.T) {
	for _, s := range shapes {
		bad := before(s.errors, func(at int) float64 {
			if at >= 20 {
				return 0.08
			}
			return 0
		})
		if _, red := demo(t, "bad, "+s.name, release{errors: bad, slower: same, spread: s.spread}); len(red) < 20 || red[0] <= 20 {
			t.Errorf("%s: RED in %d of 20, after %v s", s.name, len(red), red)
		}
	}
}

func TestThreeTimesTheLatencyTrips(t *testing.T) {
	for _, s := range shapes {
		all := func(int) float64 { return s.errors }
		if _, red := demo(t, "slow, "+s.name, release{errors: all, slower: times(3, 0), spread: s.spread}); len(red) < 20 || red[0] <= 60 {
			t.Errorf("%s: RED in %d of 20, after %v s", s.name, len(red), red)
		}
	}
}
