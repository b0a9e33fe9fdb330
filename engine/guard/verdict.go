package guard

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Level is the verdict in a word.
type Level string

// The levels, and what the screen calls them. Inconclusive is said only when a watch
// would close as OK without the evidence that asks for.
const (
	Waiting      Level = "WAITING" // no window yet
	OK           Level = "OK"
	Amber        Level = "AMBER"
	Red          Level = "RED"
	NoData       Level = "NO DATA"
	Inconclusive Level = "INCONCLUSIVE"
)

// rank orders the levels, the worst highest.
func (l Level) rank() int {
	return slices.Index([]Level{OK, Waiting, Inconclusive, Amber, NoData, Red}, l)
}

// Evidence is one CUSUM.
type Evidence struct {
	S     float64 `json:"s"`     // the sum in units of h, 0 to 1.25
	Rate  float64 `json:"rate"`  // share in the last 60 s
	Base  float64 `json:"base"`  // share in the baseline, as it was seen
	Limit float64 `json:"limit"` // the share that is held to be broken, p1
}

// Verdict is the guard's answer after a window. S of both evidences is in units of h:
// AMBER from 0.6, RED from 1, OK again below 0.3. S of Slow may be higher than the level
// says, where the p95 is not over the limit or the caches are cold.
type Verdict struct {
	Level  Level         `json:"level"`
	Why    string        `json:"why"` // "errors 8.1 % > 5 %", "2 of 5 unhealthy", "no request for 9 s"
	Errors Evidence      `json:"errors"`
	Slow   Evidence      `json:"slow"`
	Seen   int           `json:"seen"`  // requests judged since the cutover
	Needs  int           `json:"needs"` // until OK is an answer: h/D at p1
	P50    time.Duration `json:"p50"`   // of the last 60 s
	P95    time.Duration `json:"p95"`
}

// Enough reports whether the verdict has the evidence that closing as OK asks for.
func (v Verdict) Enough() bool { return v.Level == OK && v.Seen >= v.Needs }

// Worst is the verdict that a release of several services gets: RED before NO DATA
// before AMBER before INCONCLUSIVE before WAITING before OK. Of two that are OK, the one
// without enough evidence; else the one with the higher S. Of none it is WAITING.
func Worst(vs ...Verdict) Verdict {
	if len(vs) == 0 {
		return Verdict{Level: Waiting}
	}
	worst := vs[0]
	for _, v := range vs[1:] {
		if worse(v, worst) > 0 {
			worst = v
		}
	}
	return worst
}

func worse(a, b Verdict) int {
	return cmp.Or(
		cmp.Compare(a.Level.rank(), b.Level.rank()),
		cmp.Compare(lacks(a), lacks(b)),
		cmp.Compare(max(a.Errors.S, a.Slow.S), max(b.Errors.S, b.Slow.S)))
}

// lacks is 1 for a verdict without enough evidence.
func lacks(v Verdict) int {
	if v.Seen < v.Needs {
		return 1
	}
	return 0
}

// badWhy says the limit only where the rate is over it: the sum may be full below.
func (v Verdict) badWhy() string {
	if v.Errors.Rate > v.Errors.Limit {
		return "errors " + percent(v.Errors.Rate) + " > " + percent(v.Errors.Limit)
	}
	return "errors " + percent(v.Errors.Rate) + ", base " + percent(v.Errors.Base)
}

func (v Verdict) slowWhy(base time.Duration, limit float64) string {
	times := float64(v.P95) / float64(base)
	if times > limit {
		return fmt.Sprintf("p95 %s > %sx base", short(v.P95), decimal(limit))
	}
	return fmt.Sprintf("p95 %s, %sx base", short(v.P95), decimal(times))
}

// percent is a share with one decimal at most: "8.1 %", "5 %".
func percent(share float64) string { return decimal(100*share) + " %" }

func decimal(f float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
}

// short is a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}
