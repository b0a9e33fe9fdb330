package ui_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

// day is a session that goes on for hours, a minute at a time, and keeps nothing: each
// second four slots answer and five lines are logged.
type day struct {
	start []release.Event
	at    time.Time
	mono  time.Duration
}

func (d *day) Follow(_ context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		if from == 0 {
			yield(d.start, nil)
			return
		}
		var batch []release.Event
		add := func(b release.Body) {
			batch = append(batch, release.Event{N: from + uint64(len(batch)), At: d.at, Mono: d.mono, By: release.Engine(), Body: b})
		}
		for range 60 {
			d.at, d.mono = d.at.Add(time.Second), d.mono+time.Second
			var ticks []tick.Tick
			var lines []targets.Line
			for i := range 4 {
				k := tick.Tick{Where: targets.Where{Host: fmt.Sprint("web-", i%2+1), Service: "web", Slot: []targets.Slot{targets.Base, targets.Blue}[i/2]}, At: d.at.Unix() - 1, N: 20}
				for r := range k.N {
					k.Hist = k.Hist.Add(time.Duration(40+(r*13+i)%120) * time.Millisecond)
				}
				ticks = append(ticks, k)
			}
			for i := range 5 {
				lines = append(lines, targets.Line{Where: ticks[i%4].Where, At: d.at, Bad: true, Text: text.Clean(fmt.Sprintf("ERROR GET /cart/%d 500 trace=%08x of %s", i, d.mono, d.at))})
			}
			add(release.Ticked{Ticks: ticks})
			add(release.Logged{Lines: lines})
		}
		yield(batch, nil)
	}
}

func (d *day) Do(context.Context, release.Intent) error { return nil }

// What a viewer holds of a session, its State among it, does not grow with the hours.
func TestADayOfWatchingDoesNotFillTheMemory(t *testing.T) {
	f := uitest.Start(t).Watching()
	d := &day{start: f.Events(), at: f.Now(), mono: f.Clock()}
	m := ui.New(t.Context(), d, program.Options{By: uitest.Ana(), Clock: func() time.Time { return d.at }})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	follow := m.Init()().(tea.BatchMsg)[0]
	held := map[int]uint64{}
	for minute := range 8*60 + 1 {
		_, follow = m.Update(follow())
		m.Frame()
		if minute == 10 || minute == 60 || minute == 8*60 {
			held[minute] = heap()
			t.Logf("after %3d min: %.1f MB", minute, float64(held[minute])/1e6)
		}
	}
	if m.State().Logs < 8*60*60*5 {
		t.Fatalf("%d lines were seen", m.State().Logs)
	}
	if held[8*60] > held[60]*12/10 {
		t.Errorf("%d bytes after 1 h, %d after 8 h", held[60], held[8*60])
	}
	runtime.KeepAlive(m)
}

// heap is how many bytes are reachable.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
