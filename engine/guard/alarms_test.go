package guard_test

import (
	"testing"
	"time"

	"goaround/engine/guard"
	"goaround/engine/tick"
	"goaround/targets"
)

// steady is a baseline of 20 requests a second with 1 % errors.
var steady = guard.Baseline{Service: "web", Seconds: 900, N: 18000, Bad: 180, P50: 88 * time.Millisecond, P95: 205 * time.Millisecond, Slow: 900}

func at(host string) targets.Where {
	return targets.Where{Host: host, Service: "web", Slot: targets.Green}
}

// judge gives the guard windows of five ticks each that are alike, and returns its verdicts.
func judge(g guard.Guard, windows int, one ...tick.Tick) (guard.Guard, []guard.Verdict) {
	var out []guard.Verdict
	for range windows {
		var w guard.Window
		for s := range int64(guard.Step) {
			for _, t := range one {
				t.At = s
				w.Ticks = append(w.Ticks, t)
			}
		}
		var v guard.Verdict
		g, v = g.Next(w)
		out = append(out, v)
	}
	return g, out
}

func levels(vs []guard.Verdict) []guard.Level {
	var out []guard.Level
	for _, v := range vs {
		out = append(out, v.Level)
	}
	return out
}

func TestSilenceIsRedWhenTheCountersAgree(t *testing.T) {
	g, vs := judge(guard.New(normal, steady), 1, tick.Tick{N: 20}, tick.Tick{N: 0, Silent: true})
	if vs[0].Level != guard.OK {
		t.Errorf("one host of two silent: %+v", vs[0])
	}
	g, vs = judge(g, 2, tick.Tick{Silent: true}, tick.Tick{Silent: true})
	if vs[0].Level != guard.Red || vs[1].Why != "no request for 10s" {
		t.Errorf("all hosts silent: %+v", vs)
	}
	if _, vs = judge(g, 1, tick.Tick{N: 20}); vs[0].Level != guard.OK {
		t.Errorf("requests again: %+v", vs[0])
	}
}

func TestNoLogLinesWithoutCountersAreNoSilence(t *testing.T) {
	if _, vs := judge(guard.New(normal, steady), 20, tick.Tick{}); vs[19].Level != guard.OK || vs[19].Enough() {
		t.Errorf("neither lines nor counters: %+v", vs[19])
	}
}

func TestSilenceAfterNoTrafficIsNothingNew(t *testing.T) {
	for _, b := range []guard.Baseline{{}, {Seconds: 900}} {
		if _, vs := judge(guard.New(normal, b), 100, tick.Tick{Silent: true}); vs[99].Level != guard.OK || vs[99].Enough() {
			t.Errorf("silent as before: %+v", vs[99])
		}
	}
}

func TestLittleTrafficIsGivenTimeBeforeItIsSilence(t *testing.T) {
	rare := guard.Baseline{Seconds: 900, N: 450}
	_, vs := judge(guard.New(normal, rare), 4, tick.Tick{Silent: true})
	if vs[2].Level != guard.OK || vs[3].Level != guard.Red {
		t.Errorf("silent for 15 and 20 s at one request in 2 s: %v", levels(vs))
	}
}

func TestABlindHostIsNoDataAndNeverGreen(t *testing.T) {
	good, blind := tick.Tick{Where: at("a"), N: 20}, tick.Tick{Where: at("b"), Blind: true}
	g, vs := judge(guard.New(normal, steady), 3, good, blind)
	if vs[1].Level != guard.OK || vs[2].Level != guard.NoData || vs[2].Why != "no data for 15s" {
		t.Errorf("one host blind: %+v", vs)
	}
	if vs[2].Enough() {
		t.Errorf("no data is enough: %+v", vs[2])
	}
	g, vs = judge(g, 1, good, tick.Tick{Where: at("b"), Silent: true})
	if vs[0].Level != guard.OK {
		t.Errorf("seen again: %+v", vs[0])
	}
	if _, vs = judge(g, 3); vs[2].Level != guard.NoData {
		t.Errorf("no ticks at all: %+v", vs[2])
	}
}

func TestRedIsSaidThoughAHostIsBlind(t *testing.T) {
	_, vs := judge(guard.New(normal, steady), 5, tick.Tick{Where: at("a"), N: 20, Bad: 8}, tick.Tick{Where: at("b"), Blind: true})
	if vs[4].Level != guard.Red {
		t.Errorf("errors on one host, the other blind: %v", levels(vs))
	}
}

func TestAnOutageIsRedInThreeWindowsAndOverWithItsCause(t *testing.T) {
	g, vs := judge(guard.New(normal, steady), 3, tick.Tick{N: 20, Bad: 17})
	if vs[1].Level == guard.Red || vs[2].Level != guard.Red || vs[2].Why != "85 % of answers bad for 15 s" {
		t.Errorf("85 %% bad: %+v", vs)
	}
	if _, vs = judge(g, 1, tick.Tick{N: 20}); vs[0].Level == guard.Red {
		t.Errorf("all good again: %+v", vs[0])
	}
	if _, vs = judge(guard.New(normal, steady), 4, tick.Tick{N: 1, Bad: 1}); vs[3].Level == guard.Red {
		t.Errorf("5 requests a window, all bad: %v", levels(vs))
	}
}

func TestTooManyUnhealthyInstancesAreRed(t *testing.T) {
	for _, c := range []struct {
		sick, of int
		want     guard.Level
	}{{0, 5, guard.OK}, {1, 4, guard.OK}, {1, 3, guard.Red}, {3, 10, guard.Red}, {1, 1, guard.Red}} {
		var vitals []targets.Vital
		for i := range c.of {
			v := targets.Vital{Where: at("h" + string(rune('a'+i))), State: targets.Running, Health: targets.Healthy}
			if i < c.sick {
				v.Health = targets.Unhealthy
			}
			vitals = append(vitals, v)
		}
		_, v := guard.New(normal, steady).Next(guard.Window{Ticks: []tick.Tick{{N: 100}}, Vitals: vitals})
		if v.Level != c.want {
			t.Errorf("%d of %d unhealthy: %s, %s", c.sick, c.of, v.Level, v.Why)
		}
	}
	dead := targets.Vital{Where: at("a"), State: targets.Stopped}
	if _, v := guard.New(normal, steady).Next(guard.Window{Ticks: []tick.Tick{{N: 100}}, Vitals: []targets.Vital{dead}}); v.Why != "1 of 1 unhealthy" {
		t.Errorf("a stopped instance: %s, %s", v.Level, v.Why)
	}
}

// restarts are windows in each of which instance a was restarted so often in all, and
// instance b once too.
func restarts(totals ...int) []guard.Verdict {
	g := guard.New(normal, steady)
	var out []guard.Verdict
	for i, n := range totals {
		var v guard.Verdict
		g, v = g.Next(guard.Window{Ticks: []tick.Tick{{N: 100}}, Vitals: []targets.Vital{
			{Where: at("a"), State: targets.Running, Restarts: n},
			{Where: at("b"), State: targets.Restarting, Restarts: min(i, 1)},
		}})
		out = append(out, v)
	}
	return out
}

func TestAnInstanceThatRestartsTwiceInAMinuteIsRed(t *testing.T) {
	vs := restarts(7, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)
	if vs[1].Level != guard.OK || vs[3].Level != guard.Red || vs[3].Why != "web on a restarted 2 times in 60 s" {
		t.Errorf("after the second restart: %+v", vs[3])
	}
	if vs[12].Level != guard.Red || vs[13].Level != guard.OK {
		t.Errorf("a minute later: %v", levels(vs))
	}
	for i, v := range restarts(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2) {
		if v.Level != guard.OK {
			t.Errorf("restarted twice in more than a minute: %s in window %d", v.Level, i)
		}
	}
	for i, v := range restarts(5, 0, 0, 1, 0, 0) {
		if v.Level != guard.OK {
			t.Errorf("another container with a total of its own: %s in window %d", v.Level, i)
		}
	}
}
