// Package tick counts requests: one Tick a second for each slot of each service on
// each host, with a mergeable histogram of latency. Pure.
package tick

import (
	"sort"

	"goaround/targets"
)

// Tick is what one slot of one service on one host answered in one second.
type Tick struct {
	targets.Where
	At      int64 `json:"at"`                // Unix second
	N       int   `json:"n"`                 // requests that count: client aborts do not
	Bad     int   `json:"bad,omitempty"`     // 5xx, refused, timed out
	Sampled bool  `json:"sampled,omitempty"` // Hist holds a sample; N and Bad are the proxy's counters
	Silent  bool  `json:"silent,omitempty"`  // the counters are known and did not move either
	Blind   bool  `json:"blind,omitempty"`   // no log lines though the counters moved (N and Bad are theirs), or nothing is heard
	Hist    Hist  `json:"hist,omitempty"`
}

// ErrorRate is the share of bad answers, 0 to 1; 0 where nothing was answered, which N tells.
func (t Tick) ErrorRate() float64 {
	if t.N == 0 {
		return 0
	}
	return float64(t.Bad) / float64(t.N)
}

// Known reports whether N tells how much was answered: an unseen second is not a quiet one.
func (t Tick) Known() bool { return !t.Blind || t.Silent || t.N > 0 }

// Between is the part of ticks, which are ordered by At, with from <= At < to. It
// shares their memory.
func Between(ticks []Tick, from, to int64) []Tick {
	first := sort.Search(len(ticks), func(i int) bool { return ticks[i].At >= from })
	end := first + sort.Search(len(ticks)-first, func(i int) bool { return ticks[first+i].At >= to })
	return ticks[first:end:end]
}
