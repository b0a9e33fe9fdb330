package tick_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/engine/tick"
)

func TestABucketHoldsItsUpperEdgeAndNotItsLower(t *testing.T) {
	if got := tick.Bucket(time.Millisecond); got != 0 {
		t.Errorf("1 ms is in bucket %d, want 0", got)
	}
	edge := func(i int16) float64 { return 1e6 * math.Pow(1.08, float64(i)) }
	for i := int16(-100); i <= 250; i++ {
		below, above := time.Duration(math.Floor(edge(i))), time.Duration(math.Floor(edge(i)))+1
		if float64(below) > edge(i-1) && tick.Bucket(below) != i {
			t.Errorf("%v is in bucket %d, want %d", below, tick.Bucket(below), i)
		}
		if float64(above) <= edge(i+1) && tick.Bucket(above) != i+1 {
			t.Errorf("%v is in bucket %d, want %d", above, tick.Bucket(above), i+1)
		}
	}
}

func TestALatencyOutOfRangeCountsInTheOutermostBucket(t *testing.T) {
	if lo, none := tick.Bucket(1), tick.Bucket(-time.Hour); lo != none {
		t.Errorf("1 ns is in bucket %d, a negative latency in %d", lo, none)
	}
	if year, longest := tick.Bucket(365*24*time.Hour), tick.Bucket(math.MaxInt64); year != longest {
		t.Errorf("a year is in bucket %d, the longest latency in %d", year, longest)
	}
}

func TestAQuantileIsOffByAtMostFourPercent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		all := latencies(r, 1+r.IntN(2000))
		var h tick.Hist
		for _, d := range all {
			h = h.Add(d)
		}
		slices.Sort(all)
		for _, q := range []float64{0, 0.5, 0.95, 0.99, 1} {
			want := all[max(0, int(math.Ceil(q*float64(len(all))))-1)]
			if got := h.Quantile(q); math.Abs(float64(got-want)) > 0.04*float64(want) {
				t.Errorf("quantile %g of %d latencies is %v, want %v", q, len(all), got, want)
			}
		}
	}
}

func TestMergingIsCountingTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var one, other, both tick.Hist
	counts := map[int16]uint32{}
	for i, d := range latencies(r, 1000) {
		both = both.Add(d)
		counts[tick.Bucket(d)]++
		if i%3 == 0 {
			one = one.Add(d)
		} else {
			other = other.Add(d)
		}
	}
	if diff := cmp.Diff(both, one.Merge(other)); diff != "" {
		t.Errorf("merged (-all counted +merged):\n%s", diff)
	}
	if diff := cmp.Diff(both, tick.HistOf(counts)); diff != "" {
		t.Errorf("from buckets (-one by one +from buckets):\n%s", diff)
	}
	if both.Count() != 1000 {
		t.Errorf("count is %d, want 1000", both.Count())
	}
}

func TestAHistThatWasHandedOutNeverChanges(t *testing.T) {
	var h tick.Hist
	h = h.Add(time.Millisecond).Add(time.Second)
	before := slices.Clone(h)
	h.Add(time.Millisecond)
	h.Merge(tick.Hist{{I: 0, N: 9}, {I: 50, N: 1}})
	var none tick.Hist
	none.Merge(h).Add(time.Second)
	if diff := cmp.Diff(before, h); diff != "" {
		t.Errorf("changed (-before +after):\n%s", diff)
	}
}

func TestOverCountsTheBucketsAboveTheLimits(t *testing.T) {
	var h tick.Hist
	for range 95 {
		h = h.Add(10 * time.Millisecond)
	}
	for range 5 {
		h = h.Add(80 * time.Millisecond)
	}
	for limit, want := range map[time.Duration]int{0: 100, time.Millisecond: 100, h.Quantile(0.95): 5, 80 * time.Millisecond: 0, time.Hour: 0} {
		if got := h.Over(limit); got != want {
			t.Errorf("%d are over %v, want %d", got, limit, want)
		}
	}
}

func TestAnEmptyHistKnowsNothing(t *testing.T) {
	var h tick.Hist
	if h.Count() != 0 || h.Quantile(0.5) != 0 || h.Over(0) != 0 || tick.HistOf(nil) != nil {
		t.Errorf("an empty histogram has count %d, median %v, %d over 0", h.Count(), h.Quantile(0.5), h.Over(0))
	}
}

func TestAHistIsAListOfPairsInJSON(t *testing.T) {
	h := tick.Hist{{-3, 1}, {0, 12}, {71, 4294967295}}
	b, err := json.Marshal(tick.Tick{At: 7, Hist: h})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"host":"","svc":"","slot":"","at":7,"n":0,"hist":[[-3,1],[0,12],[71,4294967295]]}`
	if string(b) != want {
		t.Errorf("written as\n%s\nwant\n%s", b, want)
	}
	var back tick.Tick
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h, back.Hist); diff != "" {
		t.Errorf("read back (-written +read):\n%s", diff)
	}
}

func TestAHistThatIsNotOursIsRefused(t *testing.T) {
	for _, bad := range []string{
		`{}`, `1`, `"x"`, `[1]`, `[[1]]`, `[[1,2,3]]`, `[[1.5,2]]`, `[[1,"2"]]`, `[[1,2],3]`,
		`[[1,0]]`, `[[1,-1]]`, `[[1,4294967296]]`, `[[256,1]]`, `[[-129,1]]`, `[[2,1],[1,1]]`, `[[1,1],[1,1]]`,
	} {
		h := tick.Hist{{1, 1}}
		if err := json.Unmarshal([]byte(bad), &h); err == nil {
			t.Errorf("%s was read as %v", bad, h)
		}
	}
	for ok, want := range map[string]int{`null`: 0, `[]`: 0, " [ [ 1 , 2 ] ,\n[ 3 , 4 ] ] ": 6} {
		h := tick.Hist{{1, 1}}
		if err := json.Unmarshal([]byte(ok), &h); err != nil || h.Count() != want {
			t.Errorf("%q was read as %v, %v", ok, h, err)
		}
	}
}

func FuzzHistReadsWhatItWrites(f *testing.F) {
	f.Add([]byte(`[[-3,1],[0,12]]`))
	f.Add([]byte(`[[1,2],`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var h, back tick.Hist
		if json.Unmarshal(b, &h) != nil {
			return
		}
		out, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(h, back) {
			t.Errorf("%s was read as %v, written as %s, read as %v", b, h, out, back)
		}
	})
}

// latencies are lognormal around 20 ms.
func latencies(r *rand.Rand, n int) []time.Duration {
	out := make([]time.Duration, n)
	for i := range out {
		out[i] = time.Duration(float64(20*time.Millisecond) * math.Exp(r.NormFloat64()))
	}
	return out
}
