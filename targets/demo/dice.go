package demo

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// dice is the chance in the demo. Safe for concurrent use.
type dice struct {
	mu  sync.Mutex
	rng *rand.Rand

	// Errors come due when their shares have summed up to next, which is 0.5 to 1.5
	// beyond the last: as often as by chance alone, but more evenly, so that a first
	// minute tells what a long watch would.
	sum, next float64
}

func newDice(seed, stream uint64) *dice {
	d := &dice{rng: rand.New(rand.NewPCG(seed, stream))}
	d.next = 0.5 + d.rng.Float64()
	return d
}

// latency is lognormal around the median, with a straggler in 300.
func (d *dice) latency(median time.Duration) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	const sigma, stragglers, drag = 0.45, 1.0 / 300, 6
	l := float64(median) * math.Exp(sigma*d.rng.NormFloat64())
	if d.rng.Float64() < stragglers {
		l *= drag
	}
	return time.Duration(l)
}

// owe adds the share of one answer to the sum.
func (d *dice) owe(share float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sum += share
}

// due reports whether an error is due, and then it is paid.
func (d *dice) due() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sum < d.next {
		return false
	}
	d.next += 0.5 + d.rng.Float64()
	return true
}

// chance is true with probability p.
func (d *dice) chance(p float64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rng.Float64() < p
}

// number is a number for a trace or a token.
func (d *dice) number() uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rng.Uint32()
}
