package signals_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"goaround/engine/signals"
	"goaround/engine/tick"
	"goaround/targets"
)

const minute = time.Minute

func seeded(n uint64) *rand.Rand { return rand.New(rand.NewPCG(n, n)) }

func TestWhileTheLogIsCompleteItCounts(t *testing.T) {
	for _, rate := range []float64{0.2, 1, 20, 300, 1000} {
		for seed := range uint64(5) {
			p := proxy{where: blue, rate: steadily(rate), bad: 0.1, line: prompt, lag: 80 * time.Millisecond, until: minute}
			s, all := p.run(seeded(seed), minute)
			ticks := show(signals.NewMeter(), minute+3*time.Second, s)
			whole(t, ticks)
			sum := tick.Sum(ticks)
			if sum.N != all.n || sum.Bad != all.bad || sum.Hist.Count() != all.n {
				t.Errorf("at %g a second: %d requests, %d bad; want %d, %d", rate, sum.N, sum.Bad, all.n, all.bad)
			}
			if n, k := flagged(ticks, sampled), flagged(ticks, blind); n+k > 0 {
				t.Errorf("at %g a second: %d ticks sampled, %d blind", rate, n, k)
			}
			if n := flagged(ticks, func(t tick.Tick) bool { return t.Silent && t.N > 0 }); n > 0 {
				t.Errorf("at %g a second: %d ticks with requests are silent", rate, n)
			}
		}
	}
}

func TestTrafficThatMovesAwayIsNoDisagreement(t *testing.T) {
	cut := 30 * time.Second
	old := proxy{where: blue, line: prompt, lag: 150 * time.Millisecond, until: minute,
		rate: func(at time.Duration) float64 {
			if at < cut {
				return 500
			}
			return 0
		}}
	fresh := old
	fresh.where = green
	fresh.rate = func(at time.Duration) float64 { return 500 - old.rate(at) }
	a, before := old.run(seeded(1), minute)
	b, after := fresh.run(seeded(2), minute)
	ticks := show(signals.NewMeter(), minute, a, b)
	whole(t, ticks)
	if n := flagged(ticks, sampled) + flagged(ticks, blind); n > 0 {
		t.Errorf("%d ticks are sampled or blind", n)
	}
	if sum := tick.Sum(of(blue, ticks)); sum.N != before.n {
		t.Errorf("%d requests on blue, want %d of %d in all", sum.N, before.n, before.n+after.n)
	}
	if n := flagged(of(blue, ticks), silent); n < 25 || n > 30 {
		t.Errorf("blue is silent in %d seconds, want about 28", n)
	}
}

func TestCountersThatStandStillAreSilence(t *testing.T) {
	idle := proxy{where: green, rate: steadily(0), until: minute}
	s, _ := idle.run(seeded(1), minute)
	ticks := show(signals.NewMeter(), minute, s)
	if n := flagged(ticks, silent); len(ticks) < 55 || n < len(ticks)-3 {
		t.Errorf("%d of %d seconds are silent", n, len(ticks))
	}
	if n := flagged(ticks, blind); n > 0 {
		t.Errorf("%d are blind", n)
	}
}

func TestCountersThatMoveWithoutLinesAreBlindness(t *testing.T) {
	for rate, within := range map[float64]int64{0.5: 40, 2: 15, 20: 5, 3000: 5} {
		cut := 10 * time.Second
		p := proxy{where: blue, rate: steadily(rate), bad: 0.2, lag: 50 * time.Millisecond, until: minute,
			line: func(i int, at time.Duration) (time.Duration, bool) { return 0, at < cut }}
		s, all := p.run(seeded(1), minute)
		ticks := show(signals.NewMeter(), minute, s)
		whole(t, ticks)
		for _, tk := range ticks {
			if since := tk.At - start.Add(cut).Unix(); since > within && !tk.Blind {
				t.Errorf("at %g a second, %d s after the last line: %+v", rate, since, tk)
				break
			}
		}
		slack := int(3*rate) + 8
		if sum := tick.Sum(ticks); sum.N < all.n-slack || sum.N > all.n {
			t.Errorf("at %g a second: %d requests, the counters had %d", rate, sum.N, all.n)
		}
	}
}

func TestMissingLinesMakeASample(t *testing.T) {
	for _, rate := range []float64{300, 15000} {
		length := 20 * time.Second
		p := proxy{where: blue, rate: steadily(rate), bad: 0.02, lag: 50 * time.Millisecond, until: length,
			line: func(i int, _ time.Duration) (time.Duration, bool) { return 0, i%4 != 0 }}
		s, all := p.run(seeded(1), length)
		ticks := show(signals.NewMeter(), length, s)
		whole(t, ticks)
		for _, tk := range ticks {
			off := float64(tk.N)/rate - 1
			switch since := tk.At - start.Unix(); {
			case since < 6 || since > 16:
			case !tk.Sampled || tk.Blind:
				t.Errorf("at %g a second, after %d s: sampled %v, blind %v", rate, since, tk.Sampled, tk.Blind)
			case off > 0.25 || off < -0.25:
				t.Errorf("at %g a second, after %d s: %d requests", rate, since, tk.N)
			}
		}
		sum := tick.Sum(ticks)
		last := float64(ticks[len(ticks)-1].At + 1 - start.Unix())
		want := float64(all.n) * (last - 0.3) / length.Seconds()
		if float64(sum.N) < want-1.5*rate || float64(sum.N) > want+0.5*rate {
			t.Errorf("at %g a second: %d requests in %g s, want about %.0f", rate, sum.N, last, want)
		}
		t.Logf("at %g a second, a quarter of the lines dropped: %d requests counted of %.0f, %d timed", rate, sum.N, want, sum.Hist.Count())
	}
}

func TestALogThatStallsAndComesBackIsCountedOnce(t *testing.T) {
	for _, rate := range []float64{5, 20, 300} {
		from, to := 20*time.Second, 28*time.Second
		p := proxy{where: blue, rate: steadily(rate), bad: 0.1, lag: 50 * time.Millisecond, until: minute,
			line: func(i int, at time.Duration) (time.Duration, bool) { return max(0, to-at) * flag(at > from), true }}
		s, all := p.run(seeded(1), minute)
		ticks := show(signals.NewMeter(), minute+3*time.Second, s)
		whole(t, ticks)
		sum := tick.Sum(ticks)
		if sum.N < all.n-int(2*rate) || sum.N > all.n+int(0.2*rate) {
			t.Errorf("at %g a second: %d requests, want %d", rate, sum.N, all.n)
		}
		if sum.Hist.Count() != all.n {
			t.Errorf("at %g a second: %d latencies, want all %d", rate, sum.Hist.Count(), all.n)
		}
		if n := flagged(ticks, blind); n < 2 || n > 8 {
			t.Errorf("at %g a second: %d seconds are blind", rate, n)
		}
		for _, tk := range ticks[40:] {
			if tk.Blind || tk.Sampled {
				t.Errorf("at %g a second, 12 s after the log came back: %+v", rate, tk)
			}
		}
	}
}

// flag is 1 for true.
func flag(b bool) time.Duration {
	if b {
		return 1
	}
	return 0
}

func TestAnotherProcessHasTotalsOfItsOwn(t *testing.T) {
	for _, rate := range []float64{2, 300} {
		p := proxy{where: blue, rate: steadily(rate), bad: 0.1, line: prompt, lag: 50 * time.Millisecond, until: minute, restart: 20 * time.Second}
		s, all := p.run(seeded(1), minute)
		ticks := show(signals.NewMeter(), minute+3*time.Second, s)
		whole(t, ticks)
		if sum := tick.Sum(ticks); sum.N != all.n || sum.Bad != all.bad {
			t.Errorf("at %g a second: %d requests, %d bad; want %d, %d", rate, sum.N, sum.Bad, all.n, all.bad)
		}
		if n := flagged(ticks, sampled) + flagged(ticks, blind); n > 0 {
			t.Errorf("at %g a second: %d ticks are sampled or blind", rate, n)
		}
	}
}

func TestTotalsThatFallAreAnotherProcessUnderTheSameName(t *testing.T) {
	var s scene
	for i, n := range []uint64{1_000_000, 1_000_000, 5, 5, 2_000_000, 2_000_000} {
		c := targets.Counter{Where: blue, Requests: n, Process: "1"}
		if i > 3 {
			c.Process = "2"
		}
		s = append(s, sight{time.Duration(i) * time.Second, c})
	}
	ticks := show(signals.NewMeter(), 8*time.Second, s)
	whole(t, ticks)
	if sum := tick.Sum(ticks); sum.N != 0 {
		t.Errorf("%d requests appeared", sum.N)
	}
}

func TestCountersThatGoAwayLeaveTheGuardBlind(t *testing.T) {
	away := 20 * time.Second
	p := proxy{where: blue, rate: steadily(20), lag: 50 * time.Millisecond, until: away,
		line: func(i int, at time.Duration) (time.Duration, bool) { return 0, at < away }}
	s, _ := p.run(seeded(1), minute)
	for _, tk := range show(signals.NewMeter(), minute, s) {
		if since := tk.At - start.Add(away).Unix(); tk.Blind != (since > 3) && since != 2 && since != 3 {
			t.Errorf("%d s after the last line and the last counter: %+v", since, tk)
		}
	}
}

func TestLinesAloneAreEnough(t *testing.T) {
	p := proxy{where: blue, rate: steadily(20), line: prompt, until: 20 * time.Second}
	s, all := p.run(seeded(1), minute)
	ticks := show(signals.NewMeter(), minute+3*time.Second, s)
	if n := flagged(ticks, blind) + flagged(ticks, sampled) + flagged(ticks, silent); n > 0 {
		t.Errorf("%d ticks are flagged", n)
	}
	if sum := tick.Sum(ticks); sum.N != all.n {
		t.Errorf("%d requests, want %d", sum.N, all.n)
	}
}

func TestCountersThatComeBackDoNotCountTheirAbsence(t *testing.T) {
	p := proxy{where: blue, rate: steadily(100), line: prompt, until: minute}
	s, all := p.run(seeded(1), minute)
	var gap scene
	for _, x := range s {
		if _, counter := x.seen.(targets.Counter); !counter || x.at < 20*time.Second || x.at > 40*time.Second {
			gap = append(gap, x)
		}
	}
	ticks := show(signals.NewMeter(), minute+3*time.Second, gap)
	whole(t, ticks)
	if sum := tick.Sum(ticks); sum.N != all.n {
		t.Errorf("%d requests, want %d", sum.N, all.n)
	}
	if n := flagged(ticks, sampled) + flagged(ticks, blind); n > 0 {
		t.Errorf("%d ticks are sampled or blind", n)
	}
}

func TestRequestsThatFoundNoServerAreNotHeldAgainstItsCounters(t *testing.T) {
	m := signals.NewMeter()
	m.Route(targets.Blue)
	p := proxy{where: blue, rate: steadily(50), line: mute, until: minute}
	s, _ := p.run(seeded(1), minute)
	stray := proxy{where: targets.Where{Host: "a", Service: "web"}, rate: steadily(100), line: prompt}
	lost, strays := stray.run(seeded(2), minute)
	ticks := show(m, minute+3*time.Second, s, lost)
	whole(t, ticks)
	if n := flagged(ticks, blind); n < 50 {
		t.Errorf("the servers' own lines are missing, and only %d ticks are blind", n)
	}
	if sum := tick.Sum(ticks); sum.Bad != strays.n {
		t.Errorf("%d bad, want the %d without a server", sum.Bad, strays.n)
	}
}
