package engine_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

// busy is a target that is watched at a constant rate, and remembers nothing of it: each
// second four slots answer five requests each, and five lines are logged.
type busy struct{ *fake.Target }

func (b busy) Watch(ctx context.Context, sink func(targets.Sighting)) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-second.C:
		}
		now := time.Now()
		for i := range 20 {
			at := targets.Where{Host: fmt.Sprint("web-", i%2+1), Service: "web", Slot: []targets.Slot{targets.Base, targets.Blue}[i/2%2]}
			sink(targets.Request{Where: at, At: now.Add(-time.Second), Latency: time.Duration(40+(n+i*13)%120) * time.Millisecond})
			if i < 4 {
				sink(targets.Vital{Where: at, At: now, State: targets.Running, CPU: 0.1, Memory: 64 << 20})
			}
			if i < 5 {
				sink(targets.Line{Where: at, At: now, Bad: true, Text: text.Clean(fmt.Sprintf("ERROR cart %d of %d", i, n))})
			}
		}
	}
}

// reread counts how often its records are read again.
type reread struct {
	engine.Keeper
	times atomic.Int32
}

func (r *reread) From(n uint64) iter.Seq2[recordings.Record, error] {
	r.times.Add(1)
	return r.Keeper.From(n)
}

// all follows the log from a position to the last event so far, in batches of which
// between is told, and checks that none is missing or comes twice.
func (r *rig) all(from, last uint64, between func()) (seen []release.Event) {
	r.Helper()
	for batch, err := range r.pilot.Follow(r.Context(), from) {
		if err != nil {
			r.Fatalf("at event %d: %v", from+uint64(len(seen)), err)
		}
		for _, e := range batch {
			if e.N != from+uint64(len(seen)) {
				r.Fatalf("event %d comes after %d from %d on", e.N, len(seen), from)
			}
			seen = append(seen, e)
		}
		if from+uint64(len(seen)) > last {
			return seen
		}
		between()
	}
	r.Fatalf("the log ended after %d events from %d on", len(seen), from)
	return nil
}

// fold is the State of events from the first on.
func fold(events []release.Event) release.State { return release.Fold(release.State{}, events...) }

// talk adds n events to the log as fast as they can be recorded, and waits until they
// are on disk.
func (r *rig) talk(n int) (last uint64) {
	r.Helper()
	for i := range n {
		r.do(release.Say{Text: text.Clean("<hello>")})
		if i%1000 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	time.Sleep(6 * time.Second)
	r.do(release.Say{Text: text.Clean("that is all")})
	return r.until("all is said", func(s release.State) bool {
		return len(s.Words) > 0 && s.Words[len(s.Words)-1].Text.String() == "that is all"
	}).Next - 1
}

func TestWhoComesLateReadsWhatMemoryHasLetGoOf(t *testing.T) {
	kept := &reread{}
	fly(t, options{quiet: true, config: func(c *engine.Config) { kept.Keeper = c.Recorder.(engine.Keeper); c.Recorder = kept }}, func(r *rig) {
		r.watch()
		r.talk(3000)
		before := kept.times.Load()
		last := r.talk(3000)
		whole := r.all(0, last, func() {})
		if kept.times.Load() == before {
			t.Fatal("nothing was let go of")
		}
		if got, want := show(fold(whole)), show(r.state); got != want {
			t.Errorf("who comes late folds to another State:\nlate %s\nlive %s", got, want)
		}
		for from := uint64(1); from <= last; from += 397 {
			r.all(from, last, func() {})
		}
		r.all(last, last, func() {})
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestNothingIsMissedWhileMemoryIsLetGoOf(t *testing.T) {
	fly(t, options{quiet: true}, func(r *rig) {
		r.watch()
		last, rounds := r.state.Next, 0
		seen := r.all(0, last+8000, func() {
			if rounds++; rounds <= 4 {
				last = r.talk(2000)
			}
		})
		if got, want := show(fold(seen[:last+1])), show(r.state); got != want {
			t.Errorf("who is slow folds to another State:\nslow %s\nlive %s", got, want)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

// heap is how many bytes are reachable.
func heap() int {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int(s.HeapAlloc)
}

// What a session holds does not grow with the hours of its watch.
func TestALongWatchDoesNotFillTheMemory(t *testing.T) {
	o := options{quiet: true,
		file:   func(f *checklist.File) { f.Watch, f.Post = 2*longWatch, nil },
		config: func(c *engine.Config) { c.Target = busy{c.Target.(*fake.Target)} }}
	fly(t, o, func(r *rig) {
		begun := r.watch()
		held := map[time.Duration]int{}
		for _, d := range []time.Duration{10 * time.Minute, time.Hour, longWatch} {
			time.Sleep(time.Until(begun.At.Add(d)))
			held[d] = heap()
			t.Logf("after %s of the watch: %.1f MB", d, float64(held[d])/1e6)
		}
		if held[longWatch] > held[time.Hour]*13/10 {
			t.Errorf("%d bytes after 1 h, %d after %s", held[time.Hour], held[longWatch], longWatch)
		}
		r.do(release.Leave{})
		s := r.ends(release.EndHeld)
		whole := r.all(0, s.Next-1, func() {})
		t.Logf("%d events, %d lines", len(whole), s.Logs)
		if s.Logs < int(longWatch.Seconds())*5 || s.Dropped > 0 || len(whole) < int(longWatch.Seconds())*2 {
			t.Errorf("%d events, %d lines, %d dropped", len(whole), s.Logs, s.Dropped)
		}
		if got, want := show(fold(whole)), show(s); got != want {
			t.Error("who comes late folds to another State")
		}
	})
}
