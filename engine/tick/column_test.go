package tick_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/engine/tick"
	"goaround/targets"
)

func where(host string, slot targets.Slot) targets.Where {
	return targets.Where{Host: host, Service: "web", Slot: slot}
}

func TestColumnsMergeSecondsAndHosts(t *testing.T) {
	a, b := where("a", targets.Blue), where("b", targets.Blue)
	ms := tick.Hist{{0, 1}}
	ticks := []tick.Tick{
		{Where: a, At: 99, N: 1000},
		{Where: a, At: 100, N: 2, Bad: 1, Hist: ms}, {Where: b, At: 100, N: 3, Hist: ms},
		{Where: a, At: 101, N: 5}, {Where: b, At: 101, N: 10, Bad: 4, Sampled: true},
		{Where: a, At: 102, N: 7}, {Where: where("a", targets.Green), At: 102, N: 1000},
		{Where: a, At: 104, N: 1000},
	}
	blue := func(w targets.Where) bool { return w.Slot == targets.Blue }
	got := tick.Columns(ticks, 100, 104, 2, blue)
	want := []tick.Column{
		{Tick: tick.Tick{Where: where("", targets.Blue), At: 100, N: 20, Bad: 5, Sampled: true, Hist: tick.Hist{{0, 2}}}, Seconds: 2},
		{Tick: tick.Tick{Where: a, At: 102, N: 7}, Seconds: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	if got[0].ErrorRate() != 0.25 || got[0].PerSecond() != 10 {
		t.Errorf("error rate %g at %g a second, want 0.25 at 10", got[0].ErrorRate(), got[0].PerSecond())
	}
}

func TestNoTrafficIsNotTheSameAsNothingKnown(t *testing.T) {
	w := where("a", targets.Blue)
	ticks := []tick.Tick{
		{Where: w, At: 10, Silent: true}, {Where: w, At: 11, Silent: true},
		{Where: w, At: 12, Blind: true}, {Where: w, At: 13, Blind: true},
		{Where: w, At: 16, Blind: true, N: 8, Bad: 2}, {Where: w, At: 17, Silent: true},
	}
	got := tick.Columns(ticks, 10, 18, 4, nil)
	want := []tick.Column{
		{Tick: tick.Tick{Where: w, At: 10, Silent: true}, Seconds: 2},
		{Tick: tick.Tick{Where: w, At: 12, Blind: true}},
		{Tick: tick.Tick{At: 14, Blind: true}},
		{Tick: tick.Tick{Where: w, At: 16, N: 8, Bad: 2}, Seconds: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestEveryTickIsInExactlyOneColumn(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		seconds, columns := 1+r.Int64N(300), 1+r.IntN(120)
		var ticks []tick.Tick
		total := 0
		for s := range seconds {
			for range r.IntN(3) {
				n := r.IntN(50)
				ticks, total = append(ticks, tick.Tick{At: 1000 + s, N: n}), total+n
			}
		}
		got := 0
		for _, c := range tick.Columns(ticks, 1000, 1000+seconds, columns, nil) {
			got += c.N
		}
		if int64(columns) <= seconds && got != total {
			t.Errorf("%d seconds in %d columns hold %d requests, want %d", seconds, columns, got, total)
		}
		if sum := tick.Sum(ticks); sum.N != total {
			t.Errorf("the sum holds %d requests, want %d", sum.N, total)
		}
	}
}

func TestMoreColumnsThanSecondsRepeatTheSecond(t *testing.T) {
	ticks := []tick.Tick{{At: 5, N: 1}, {At: 6, N: 2}}
	var got []int
	for _, c := range tick.Columns(ticks, 5, 7, 5, nil) {
		got = append(got, c.N)
	}
	if diff := cmp.Diff([]int{1, 1, 1, 2, 2}, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestASpanThatIsNoneKnowsNothing(t *testing.T) {
	ticks := []tick.Tick{{At: 5, N: 1}, {At: 6, N: 2}}
	for _, c := range append(tick.Columns(ticks, 6, 6, 3, nil), tick.Columns(ticks, 7, 5, 3, nil)...) {
		if c.N != 0 || c.Seconds != 0 || !c.Blind {
			t.Errorf("an empty span holds %+v", c)
		}
	}
	if n := len(tick.Columns(ticks, 5, 7, 0, nil)); n != 0 {
		t.Errorf("no columns are %d", n)
	}
}

func TestBetweenIsHalfOpen(t *testing.T) {
	ticks := []tick.Tick{{At: 1}, {At: 2}, {At: 2}, {At: 5}}
	for _, c := range []struct {
		from, to int64
		want     int
	}{{0, 9, 4}, {2, 5, 2}, {2, 6, 3}, {3, 5, 0}, {6, 9, 0}, {5, 2, 0}} {
		if got := len(tick.Between(ticks, c.from, c.to)); got != c.want {
			t.Errorf("%d ticks in [%d, %d), want %d", got, c.from, c.to, c.want)
		}
	}
}

// BenchmarkColumns is what two charts of half an hour cost: 2 hosts, 4 slots, 20
// requests a second each, in 120 columns.
func BenchmarkColumns(b *testing.B) {
	r := rand.New(rand.NewPCG(4, 4))
	var ticks []tick.Tick
	for s := range int64(1800) {
		for _, host := range []string{"a", "b"} {
			for _, slot := range []targets.Slot{targets.Base, targets.Blue, targets.Green, targets.NoSlot} {
				var h tick.Hist
				for _, d := range latencies(r, 20) {
					h = h.Add(d)
				}
				ticks = append(ticks, tick.Tick{Where: where(host, slot), At: s, N: 20, Hist: h})
			}
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		tick.Columns(ticks, 0, 1800, 120, nil)
	}
}

func BenchmarkBucket(b *testing.B) {
	for b.Loop() {
		tick.Bucket(37 * time.Millisecond)
	}
}

func BenchmarkHistUnmarshal(b *testing.B) {
	h := tick.Hist{}
	for i := range int16(20) {
		h = append(h, tick.Cell{I: 30 + i, N: 2})
	}
	j, err := h.MarshalJSON()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := h.UnmarshalJSON(j); err != nil {
			b.Fatal(err)
		}
	}
}
