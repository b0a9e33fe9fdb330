package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goaround/targets/text"
)

// Release is how a release behaves once it has the traffic.
type Release string

// The releases.
const (
	Good  Release = "good"  // as the old one
	Bad   Release = "bad"   // 8 % errors from 20 s after the cutover
	Slow  Release = "slow"  // three times as slow from the cutover
	Flaky Release = "flaky" // 3 s with 30 % errors, 20 s after the cutover, then as the old one
	Dead  Release = "dead"  // starts and never gets healthy
)

// Releases lists them all.
func Releases() []Release { return []Release{Good, Bad, Slow, Flaky, Dead} }

func (r Release) valid() error {
	if r == "" || slices.Contains(Releases(), r) {
		return nil
	}
	return text.NewProblem("unknown-release", fmt.Sprintf("there is no release %q in the demo", r), "use one of "+list())
}

func list() string {
	names := make([]string, len(Releases()))
	for i, r := range Releases() {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// normalErrors is the share of answers that are errors while all is well.
const normalErrors = 0.006

// The faults' times after the cutover.
const (
	faultAfter = 20 * time.Second
	burst      = 3 * time.Second
)

// Errors is the share of answers that are errors, since after the cutover.
func (r Release) Errors(since time.Duration) float64 {
	switch {
	case r == Bad && since >= faultAfter:
		return 0.08
	case r == Flaky && since >= faultAfter && since < faultAfter+burst:
		return 0.30
	}
	return normalErrors
}

// Slowness is the factor on the old release's latency.
func (r Release) Slowness() float64 {
	if r == Slow {
		return 3
	}
	return 1
}

// reason is what the log says about an error on path.
func (r Release) reason(path string) string {
	switch {
	case r == Bad:
		return "card_token is nil"
	case r == Flaky:
		return "session cache: connection reset by peer"
	case path == "/pay":
		return "card provider: upstream timed out"
	}
	return "cart: row is locked by another transaction"
}
