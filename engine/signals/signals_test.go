package signals_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/engine/signals"
	"goaround/engine/tick"
	"goaround/targets"
)

// TestNoRequestIsLost gives requests from any time and in any order, and asks for ticks
// whenever.
func TestNoRequestIsLost(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		m := signals.NewMeter()
		m.Route(targets.Blue)
		n, bad, timed := 0, 0, 0
		var ticks []tick.Tick
		now := start
		for range 500 {
			req := targets.Request{Where: blue, At: now.Add(time.Duration(r.Int64N(int64(20*time.Second))) - 10*time.Second),
				Bad: r.IntN(5) == 0, Aborted: r.IntN(9) == 0, Latency: time.Duration(r.IntN(3)) * time.Second}
			if r.IntN(4) == 0 {
				req.Slot = targets.NoSlot
			}
			if r.IntN(50) == 0 {
				req.At = time.Time{}
			}
			m.See(now, req)
			if !req.Aborted {
				n++
				if req.Bad || req.Slot == targets.NoSlot {
					bad++
				}
				if req.Latency > 0 {
					timed++
				}
			}
			now = now.Add(time.Duration(r.ExpFloat64() * float64(100*time.Millisecond)))
			switch r.IntN(100) {
			case 0:
				now = now.Add(time.Duration(r.IntN(200)) * time.Second)
			case 1:
				now = now.Add(-time.Duration(r.IntN(5)) * time.Second)
			case 2, 3, 4, 5, 6, 7, 8, 9:
				ticks = append(ticks, m.Ticks(now)...)
			}
		}
		ticks = append(ticks, m.Ticks(now.Add(time.Hour))...)
		sum := tick.Sum(ticks)
		if sum.N != n || sum.Bad != bad || sum.Hist.Count() != timed {
			t.Fatalf("seed %d: the ticks hold %d requests, %d bad, %d timed; want %d, %d, %d", seed, sum.N, sum.Bad, sum.Hist.Count(), n, bad, timed)
		}
	}
}

func TestATickIsTheSecondItsRequestsWereIn(t *testing.T) {
	m := signals.NewMeter()
	at := func(d time.Duration, r targets.Request) sight {
		r.At = start.Add(d)
		return sight{d + 100*time.Millisecond, r}
	}
	ticks := show(m, 4500*time.Millisecond, scene{
		at(0, targets.Request{Where: blue, Latency: time.Millisecond}),
		at(650*time.Millisecond, targets.Request{Where: blue, Bad: true}),
		at(660*time.Millisecond, targets.Request{Where: green, Aborted: true, Bad: true, Latency: time.Second}),
		at(2*time.Second, targets.Request{Where: blue, Latency: time.Millisecond}),
		at(2*time.Second, targets.Request{Where: blue, Latency: time.Millisecond}),
	})
	s := start.Unix()
	want := []tick.Tick{
		{Where: blue, At: s, N: 2, Bad: 1, Hist: tick.Hist{{I: 0, N: 1}}},
		{Where: green, At: s},
		{Where: blue, At: s + 1}, {Where: green, At: s + 1},
		{Where: blue, At: s + 2, N: 2, Hist: tick.Hist{{I: 0, N: 2}}},
		{Where: green, At: s + 2},
	}
	if diff := cmp.Diff(want, ticks); diff != "" {
		t.Errorf("ticks (-want +got):\n%s", diff)
	}
}

func TestASecondIsGivenOnceAndWithinTwoOfItsEnd(t *testing.T) {
	m := signals.NewMeter()
	if got := m.Ticks(start); len(got) != 0 {
		t.Errorf("nothing was seen, and there are ticks: %v", got)
	}
	m.See(start, targets.Request{Where: blue, At: start})
	end := time.Unix(start.Unix()+1, 0)
	if got := m.Ticks(end.Add(999 * time.Millisecond)); len(got) != 0 {
		t.Errorf("before lines of the second could have come: %v", got)
	}
	if got := m.Ticks(end.Add(time.Second)); len(got) != 1 || got[0].N != 1 {
		t.Errorf("a second after its end: %v", got)
	}
	if got := append(m.Ticks(end.Add(time.Second)), m.Ticks(start)...); len(got) != 0 {
		t.Errorf("given twice: %v", got)
	}
}

func TestAHostsClockThatIsWrongMovesRequestsByTwoSecondsAtMost(t *testing.T) {
	for _, skew := range []time.Duration{-time.Hour, -3 * time.Second, 3 * time.Second, time.Hour} {
		m := signals.NewMeter()
		var s scene
		for i := range 100 {
			at := time.Duration(i) * 100 * time.Millisecond
			s = append(s, sight{at, targets.Request{Where: blue, At: start.Add(at + skew)}})
		}
		for _, tk := range show(m, 20*time.Second, s) {
			if since := tk.At - start.Unix(); (since >= 2 && since < 8 && tk.N < 8) || since > 10 && tk.N > 0 {
				t.Errorf("clock wrong by %v: %d requests in second %d", skew, tk.N, since)
			}
		}
	}
}

func TestARequestWithoutAServerIsBadAndTheLiveSlots(t *testing.T) {
	m := signals.NewMeter()
	nowhere := targets.Where{Host: "a", Service: "web"}
	m.Route(targets.Blue)
	m.See(start, targets.Request{Where: nowhere, At: start})
	m.Route(targets.Green)
	m.See(start, targets.Request{Where: nowhere, At: start})
	m.See(start, targets.Request{Where: nowhere, At: start, Aborted: true})
	got := m.Ticks(start.Add(2 * time.Second))
	want := []tick.Tick{{Where: blue, At: start.Unix(), N: 1, Bad: 1}, {Where: green, At: start.Unix(), N: 1, Bad: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ticks (-want +got):\n%s", diff)
	}
}

func TestAfterALongSleepOnlyTheLastMinuteIsGiven(t *testing.T) {
	m := signals.NewMeter()
	m.See(start, targets.Request{Where: blue, At: start})
	got := m.Ticks(start.Add(10 * time.Hour))
	if len(got) != 60 || got[0].N != 1 || got[59].At != start.Unix()+36000-2 {
		t.Errorf("%d ticks, the first %+v", len(got), got[0])
	}
}

func TestOtherSightingsAreLeftOut(t *testing.T) {
	m := signals.NewMeter()
	m.See(start, targets.Vital{Where: blue})
	m.See(start, targets.Line{Where: blue})
	m.See(start, targets.Alarm{})
	m.See(start, targets.Counter{Where: targets.Where{Host: "a", Service: "web"}})
	if got := m.Ticks(start.Add(time.Minute)); len(got) != 0 {
		t.Errorf("ticks of nothing: %v", got)
	}
}

// BenchmarkSee is what one request costs, at 15,000 a second over two hosts.
func BenchmarkSee(b *testing.B) {
	m := signals.NewMeter()
	other := blue
	other.Host = "b"
	now := start
	reqs := make([]targets.Sighting, 1000)
	for i := range reqs {
		w := blue
		if i%2 == 1 {
			w = other
		}
		reqs[i] = targets.Request{Where: w, At: start, Latency: time.Duration(1+i%97) * time.Millisecond}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		m.See(now, reqs[i%len(reqs)])
		if i++; i%3750 == 0 {
			now = now.Add(250 * time.Millisecond)
			m.Ticks(now)
		}
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "requests/s")
}
