package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// tally counts answers, a leg at a time. It is safe for concurrent use.
type tally struct {
	mu   sync.Mutex
	errs io.Writer // the first failures of each leg are told here
	leg  leg
}

// leg is what was counted since it began. A request belongs to the leg in which it ended.
type leg struct {
	began    time.Time
	requests int
	failed   int
	orders   int
	last     map[string]time.Time // by version: when the last request that it answered was sent
}

// told is how many failures of a leg are told in words.
const told = 5

func newTally(errs io.Writer) *tally {
	t := &tally{errs: errs}
	t.next()
	return t
}

// count counts an answer and says whether it was good.
func (t *tally) count(a answer, err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leg.requests++
	if err != nil {
		t.leg.failed++
		if t.leg.failed <= told {
			fmt.Fprintf(t.errs, "load: %s %v\n", a.sent.Format("15:04:05.000"), err)
		}
		return false
	}
	if a.sent.After(t.leg.last[a.version]) {
		t.leg.last[a.version] = a.sent
	}
	return true
}

// ordered counts an order that was paid.
func (t *tally) ordered() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leg.orders++
}

// next ends the leg, returns its figures and begins another.
func (t *tally) next() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	figures := t.leg.String()
	t.leg = leg{began: time.Now(), last: map[string]time.Time{}}
	return figures
}

func (l leg) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "requests=%d failed=%d orders=%d", l.requests, l.failed, l.orders)
	for _, version := range slices.Sorted(maps.Keys(l.last)) {
		fmt.Fprintf(&b, " last:%s=%d", version, l.last[version].Sub(l.began).Milliseconds())
	}
	return b.String()
}
