package guard_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"goaround/engine/guard"
	"goaround/engine/tick"
)

// The simulation behind the guard's numbers: Poisson traffic, a baseline of 15 minutes
// with 1 % errors, a watch of 30 minutes.
const (
	baseSeconds  = 900
	watchSeconds = 1800
	ordinary     = 0.01
)

var normal = guard.Settings{Errors: 0.05, Latency: 2, Watch: watchSeconds * time.Second, Cold: time.Minute}

// course is the true share of errors at a second, from -baseSeconds to watchSeconds; the
// cutover is at 0.
type course func(second int) float64

func quiet(int) float64 { return ordinary }

// from is ordinary until the second at, and p from then on.
func from(at int, p float64) course {
	return func(s int) float64 {
		if s < at {
			return ordinary
		}
		return p
	}
}

// hiccup is p for so many seconds from the cutover on.
func hiccup(seconds int, p float64) course {
	return func(s int) float64 {
		if s >= 0 && s < seconds {
			return p
		}
		return ordinary
	}
}

// bursts are hiccups of 30 % at random, one in 5 minutes, before the cutover too.
func bursts(r *rand.Rand, seconds int) course {
	bad := map[int]bool{}
	for s := -baseSeconds; s < watchSeconds; s++ {
		if r.Float64() < 1.0/300 {
			for d := range seconds {
				bad[s+d] = true
			}
		}
	}
	return func(s int) float64 {
		if bad[s] {
			return 0.30
		}
		return 0.7 * ordinary
	}
}

// flight is the first second that the guard said AMBER and RED at; +Inf if it never did.
type flight struct{ amber, red float64 }

// fly is one watch. It ends with RED.
func fly(r *rand.Rand, rate float64, c course) flight {
	b := guard.Baseline{Service: "web", Seconds: baseSeconds}
	for s := -baseSeconds; s < 0; s++ {
		n, k := traffic(r, rate, c(s))
		b.N, b.Bad = b.N+n, b.Bad+k
	}
	g := guard.New(normal, b)
	f := flight{math.Inf(1), math.Inf(1)}
	ticks := make([]tick.Tick, guard.Step)
	for s := 0; s < watchSeconds; s++ {
		n, k := traffic(r, rate, c(s))
		ticks[s%guard.Step] = tick.Tick{At: int64(s), N: n, Bad: k}
		if s%guard.Step != guard.Step-1 {
			continue
		}
		var v guard.Verdict
		g, v = g.Next(guard.Window{At: int64(s + 1), Since: time.Duration(s+1) * time.Second, Ticks: ticks})
		if v.Level == guard.Amber || v.Level == guard.Red {
			f.amber = min(f.amber, float64(s+1))
		}
		if v.Level == guard.Red {
			f.red = float64(s + 1)
			break
		}
	}
	return f
}

func traffic(r *rand.Rand, rate, p float64) (n, bad int) {
	bad = poisson(r, rate*p)
	return bad + poisson(r, rate*(1-p)), bad
}

// poisson is Knuth's, and from 40 on the normal distribution.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 40 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	k, p := 0, r.Float64()
	for limit := math.Exp(-mean); p > limit; k++ {
		p *= r.Float64()
	}
	return k
}

// delays is the median and the 90 % quantile of when something was said.
func delays(all []float64) (median, late float64) {
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*9/10]
}

// wrong is how many of so many flights may be wrong: the share and a fifth of it, and two
// standard deviations for the size of the sample.
func wrong(flights int, share float64) int {
	mean := 1.2 * share * float64(flights)
	return int(mean + 2*math.Sqrt(mean))
}

func TestTheGuardIsSeldomWrong(t *testing.T) {
	for _, c := range []struct {
		name       string
		course     func(*rand.Rand) course
		amber, red float64 // share of watches
	}{
		{"independent errors", func(*rand.Rand) course { return quiet }, 0.024, 0.001},
		{"hiccups of 3 s", func(r *rand.Rand) course { return bursts(r, 3) }, 0.08, 0.001},
		{"hiccups of 10 s", func(r *rand.Rand) course { return bursts(r, 10) }, 1, 0.19},
		{"10 s of 30 % at the cutover", func(*rand.Rand) course { return hiccup(10, 0.30) }, 0.044, 0.001},
	} {
		for _, rate := range quietRates {
			t.Run(fmt.Sprintf("%s at %g a second", c.name, rate), func(t *testing.T) {
				t.Parallel()
				amber, red := 0, 0
				for i := range flights {
					r := rand.New(rand.NewPCG(uint64(i), math.Float64bits(rate)))
					f := fly(r, rate, c.course(r))
					if !math.IsInf(f.amber, 1) {
						amber++
					}
					if !math.IsInf(f.red, 1) {
						red++
					}
				}
				t.Logf("%4g/s %-28s of %d watches AMBER %4d, RED %3d", rate, c.name, flights, amber, red)
				if limit := wrong(flights, c.amber); amber > limit {
					t.Errorf("AMBER in %d of %d watches, at most %d", amber, flights, limit)
				}
				if limit := wrong(flights, c.red); red > limit {
					t.Errorf("RED in %d of %d watches, at most %d", red, flights, limit)
				}
			})
		}
	}
}

func TestAFaultIsSeenInTime(t *testing.T) {
	for _, c := range []struct {
		name       string
		at         int
		share      float64
		rate       float64
		amber, red [2]float64 // seconds, median and 90 %
	}{
		{"1 > 5 %", 0, 0.05, 1, [2]float64{180, 430}, [2]float64{330, 720}},
		{"1 > 5 %", 0, 0.05, 2, [2]float64{100, 205}, [2]float64{175, 330}},
		{"1 > 5 %", 0, 0.05, 10, [2]float64{30, 55}, [2]float64{50, 80}},
		{"1 > 5 %", 0, 0.05, 50, [2]float64{15, 20}, [2]float64{25, 35}},
		{"1 > 5 %", 0, 0.05, 500, [2]float64{15, 15}, [2]float64{25, 25}},
		{"1 > 5 % after 10 min", 600, 0.05, 2, [2]float64{100, 205}, [2]float64{175, 330}},
		{"1 > 5 % after 10 min", 600, 0.05, 50, [2]float64{15, 20}, [2]float64{25, 35}},
		{"1 > 10 %", 0, 0.10, 2, [2]float64{100, 205}, [2]float64{65, 100}},
		{"1 > 10 %", 0, 0.10, 10, [2]float64{30, 55}, [2]float64{30, 35}},
		{"1 > 10 %", 0, 0.10, 50, [2]float64{15, 20}, [2]float64{25, 25}},
		{"1 > 10 %", 0, 0.10, 500, [2]float64{15, 15}, [2]float64{25, 25}},
		{"outage", 0, 1, 2, [2]float64{15, 15}, [2]float64{25, 25}},
		{"outage", 0, 1, 10, [2]float64{15, 15}, [2]float64{25, 25}},
		{"outage", 0, 1, 500, [2]float64{15, 15}, [2]float64{25, 25}},
	} {
		t.Run(fmt.Sprintf("%s at %g a second", c.name, c.rate), func(t *testing.T) {
			t.Parallel()
			var amber, red []float64
			for i := range flights {
				r := rand.New(rand.NewPCG(uint64(i), math.Float64bits(c.rate)))
				if f := fly(r, c.rate, from(c.at, c.share)); f.red > float64(c.at) {
					amber, red = append(amber, f.amber-float64(c.at)), append(red, f.red-float64(c.at))
				}
			}
			am, al := delays(amber)
			rm, rl := delays(red)
			t.Logf("%4g/s %-20s AMBER %3g/%3g s, RED %3g/%3g s", c.rate, c.name, am, al, rm, rl)
			if am > 1.2*c.amber[0] || al > 1.2*c.amber[1] || rm > 1.2*c.red[0] || rl > 1.2*c.red[1] {
				t.Errorf("AMBER after %g/%g s, at most %g and a fifth; RED after %g/%g s, at most %g and a fifth", am, al, c.amber, rm, rl, c.red)
			}
		})
	}
}
