package player_test

import (
	"fmt"
	"math/rand"
	"slices"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/player"
	"goaround/ui/program"
	"goaround/ui/replay"
	"goaround/ui/replay/replaytest"
	"goaround/ui/uitest"
)

// working is a watch of eight hours: a tick a second of two slots on two hosts, three
// batches of the log a second with 5 MB in all, verdicts and vitals every 5 s.
func working(t testing.TB) []release.Event {
	f := uitest.Start(t).Watching()
	events, vitals := f.Events(), f.State().Vitals[:2]
	mono, start := f.Clock(), f.Now().Add(-f.Clock())
	add := func(b release.Body) {
		events = append(events, release.Event{N: uint64(len(events)), At: start.Add(mono), Mono: mono, By: release.Engine(), Body: b})
	}
	for s := range int(8 * time.Hour / time.Second) {
		mono += time.Second
		at := start.Add(mono)
		add(ticked(s, at))
		for i := range 3 {
			where := targets.Where{Host: fmt.Sprint("web-", i%2+1), Service: "web", Slot: targets.Blue}
			add(release.Logged{Lines: []targets.Line{{Where: where, At: at, Bad: true, Text: text.Clean(fmt.Sprintf("WARN slow query %d ms orders.list trace=%08x and so on", s%900, s*7))}}})
		}
		if s%5 != 0 {
			continue
		}
		level := guard.OK
		if s%3600 > 3500 {
			level = guard.Amber
		}
		add(release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{Level: level, Seen: 20 * s, Needs: 320}})
		add(release.VitalsSeen{Vitals: vitals})
	}
	mono += time.Second
	add(release.SessionEnded{End: release.EndShipped})
	return events
}

func ticked(s int, at time.Time) release.Ticked {
	var b release.Ticked
	for i := range 4 {
		slot := []targets.Slot{targets.Blue, targets.Base}[i/2]
		t := tick.Tick{Where: targets.Where{Host: fmt.Sprint("web-", i%2+1), Service: "web", Slot: slot}, At: at.Unix() - 1, N: 20, Bad: s % 50 / 49}
		for r := range t.N {
			t.Hist = t.Hist.Add(time.Duration(40+(r*13+s*7+i)%120) * time.Millisecond)
		}
		b.Ticks = append(b.Ticks, t)
	}
	return b
}

// eightHours writes the recording of a working day once.
func eightHours(b *testing.B) *recordings.Store {
	b.Helper()
	store := replaytest.Write(b, working(b)...)
	list, err := store.List()
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("8 hours: %.0f MB", float64(list[0].Size)/1e6)
	return store
}

// BenchmarkEightHours says what a day's recording costs: from nothing to the first
// frame, then each seek with the frame that it leads to. It measures once a run.
func BenchmarkEightHours(b *testing.B) {
	store := eightHours(b)
	random := rand.New(rand.NewSource(1))
	for b.Loop() {
		start, used := time.Now(), processor(b)
		rec, err := replay.Open(store, replaytest.ID)
		if err != nil {
			b.Fatal(err)
		}
		m := player.New(rec, program.Options{})
		m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		m.Update(m.Init()().(tea.BatchMsg)[0]())
		m.Frame()
		b.ReportMetric(ms(time.Since(start)), "ms-first-frame")
		b.ReportMetric(ms(processor(b)-used), "ms-first-frame-cpu")
		start = time.Now()
		for rec.Ahead(2048, func(_, _ release.State, _ release.Event) {}) == nil {
		}
		b.ReportMetric(ms(time.Since(start)), "ms-read-all")
		var wall, work []time.Duration
		for range 500 {
			n := random.Intn(rec.Len() + 1)
			start, used := time.Now(), processor(b)
			if cmd := player.Seek(m, n); cmd != nil {
				m.Update(cmd())
			}
			m.Frame()
			wall, work = append(wall, time.Since(start)), append(work, processor(b)-used)
		}
		report(b, wall, "seek-and-frame")
		report(b, work, "its-cpu")
	}
}

// report says the middle and the slowest of some times.
func report(b *testing.B, times []time.Duration, what string) {
	slices.Sort(times)
	b.ReportMetric(ms(times[len(times)/2]), "ms-"+what+"-median")
	b.ReportMetric(ms(times[len(times)*99/100]), "ms-"+what+"-p99")
	b.ReportMetric(ms(times[len(times)-1]), "ms-"+what+"-slowest")
}

// processor is the time that this process has used of the processors, which unlike the
// wall clock does not grow while others use them.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
