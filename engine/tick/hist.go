package tick

import (
	"math"
	"time"
)

// The range of buckets: 52 ns to 92 h. What lies outside counts in the outermost.
const (
	lowest  = -128
	highest = 255
	growth  = 1.08
)

// Hist is a sparse histogram of latency with logarithmic buckets; see [Bucket].
// Sorted by index. The zero value is empty. A Hist that was handed out is never changed
// in place. In JSON it is a list of pairs [index, count].
type Hist []Cell

// Cell counts the latencies of one bucket.
type Cell struct {
	I int16
	N uint32
}

// Bucket is the index of the bucket that d falls in: bucket i holds latencies in
// (1 ms · 1.08^(i-1), 1 ms · 1.08^i], so a quantile is off by at most 4 %.
func Bucket(d time.Duration) int16 {
	if d <= 0 {
		return lowest
	}
	ms := float64(d) / float64(time.Millisecond)
	i := math.Ceil(math.Log(ms) / math.Log(growth))
	switch {
	case ms > math.Pow(growth, i):
		i++
	case ms <= math.Pow(growth, i-1):
		i--
	}
	return int16(min(max(i, lowest), highest))
}

// HistOf is the histogram of the counts by bucket.
func HistOf(counts map[int16]uint32) Hist {
	var a adder
	for i, n := range counts {
		a.add(Cell{i, n})
	}
	return a.hist()
}

// Add returns h with one latency more.
func (h Hist) Add(d time.Duration) Hist { return h.Merge(Hist{{Bucket(d), 1}}) }

// Merge returns the latencies of both.
func (h Hist) Merge(o Hist) Hist {
	out := make(Hist, 0, len(h)+len(o))
	for len(h) > 0 && len(o) > 0 {
		switch {
		case h[0].I < o[0].I:
			out, h = append(out, h[0]), h[1:]
		case h[0].I > o[0].I:
			out, o = append(out, o[0]), o[1:]
		default:
			out = append(out, Cell{h[0].I, h[0].N + o[0].N})
			h, o = h[1:], o[1:]
		}
	}
	return append(append(out, h...), o...)
}

// Count is the number of latencies.
func (h Hist) Count() int {
	n := 0
	for _, c := range h {
		n += int(c.N)
	}
	return n
}

// Over counts the latencies in the buckets above that of limit.
func (h Hist) Over(limit time.Duration) int {
	n, at := 0, Bucket(limit)
	for i := len(h) - 1; i >= 0 && h[i].I > at; i-- {
		n += int(h[i].N)
	}
	return n
}

// Quantile is the latency that a share q of all, 0 to 1, does not exceed: the middle of
// its bucket. 0 if h is empty.
func (h Hist) Quantile(q float64) time.Duration {
	rank := max(1, int(math.Ceil(q*float64(h.Count()))))
	for _, c := range h {
		if rank -= int(c.N); rank <= 0 {
			return middle(c.I)
		}
	}
	if len(h) == 0 {
		return 0
	}
	return middle(h[len(h)-1].I)
}

// middle is the geometric middle of a bucket, at most 3.93 % from any latency in it.
func middle(i int16) time.Duration {
	return time.Duration(math.Round(float64(time.Millisecond) * math.Pow(growth, float64(i)-0.5)))
}

// adder sums histograms. The zero value is empty.
type adder struct {
	n        [highest - lowest + 1]uint32
	lo, hi   int // the range in use is n[lo:hi]
	anything bool
}

func (a *adder) add(c Cell) {
	i := int(min(max(c.I, lowest), highest)) - lowest
	if !a.anything {
		a.lo, a.hi, a.anything = i, i+1, true
	}
	a.lo, a.hi = min(a.lo, i), max(a.hi, i+1)
	a.n[i] += c.N
}

// hist is the sum, and empties the adder.
func (a *adder) hist() Hist {
	used := a.n[a.lo:a.hi]
	cells := 0
	for _, n := range used {
		if n > 0 {
			cells++
		}
	}
	if cells == 0 {
		return nil
	}
	out := make(Hist, 0, cells)
	for i, n := range used {
		if n > 0 {
			out = append(out, Cell{int16(a.lo + i + lowest), n})
		}
	}
	clear(used)
	a.anything = false
	return out
}
