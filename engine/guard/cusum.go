package guard

import "math"

// The numbers of the test; the package comment says what they do.
const (
	falseAlarms = 0.01 // a, the share of watches that may alarm though nothing is wrong
	parts       = 5    // no window adds more than this part of h
	full        = 1.25 // the sum stops here, so that it comes down again soon
	amberFrom   = 0.6
	redFrom     = 1.0
	okBelow     = 0.3
	upper90     = 1.2816 // z of the normal distribution's 90 %
)

// reached allows for the rounding of five fifths.
func reached(s, from float64) bool { return s >= from*0.9999 }

// odds is a hypothesis about a share, p0, and the one it is tested against, p1 > p0.
type odds struct{ p0, p1 float64 }

// llr is the logarithm of the likelihood ratio of k in n: L.
func (o odds) llr(n, k int) float64 { return float64(k)*o.hit() + float64(n-k)*o.miss() }

// drift is what one request adds to the sum on average if the true share is p: D. It is
// the Kullback-Leibler divergence where p is p1.
func (o odds) drift(p float64) float64 { return p*o.hit() + (1-p)*o.miss() }

func (o odds) hit() float64  { return math.Log(o.p1 / o.p0) }
func (o odds) miss() float64 { return math.Log((1 - o.p1) / (1 - o.p0)) }

// bar is h for a watch of so many requests. An alarm in N requests starts with one of
// N p0 hits, at ln(p1/p0), and reaches h with a probability of at most e^-h from there
// (Ville), so at most N p1 e^-h of the watches alarm in vain.
func (o odds) bar(requests float64) float64 {
	return math.Log(max(1, requests*o.p1) / falseAlarms)
}

// cusum is Page's cumulative sum of the log likelihood ratios of windows.
type cusum struct {
	odds
	s float64
}

// next adds k of n, at most a fifth of h, and holds the sum between 0 and top h.
func (c cusum) next(n, k int, h, top float64) cusum {
	c.s = min(max(0, c.s+min(c.llr(n, k), h/parts)), top*h)
	return c
}

// settle is the level of a sum in units of h, after the level it had. It rises to RED or
// AMBER only where that may be, and stays until the sum is below 0.3 or it may not.
func settle(was Level, s float64, red, amber, stay bool) Level {
	switch {
	case reached(s, redFrom) && red:
		return Red
	case was != OK && s >= okBelow && stay:
		return was
	case reached(s, amberFrom) && amber:
		return Amber
	}
	return OK
}

// wilson is the upper end of Wilson's one-sided 90 % interval for the share of k in n.
func wilson(k, n int) float64 {
	if n == 0 {
		return 1
	}
	p, m := float64(k)/float64(n), float64(n)
	z2 := upper90 * upper90
	half := upper90 * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	return min(1, (p+z2/(2*m)+half)/(1+z2/m))
}
