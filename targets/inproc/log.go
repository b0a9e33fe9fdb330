package inproc

import (
	"sync"
	"time"

	"goaround/targets"
)

// Kept is how many requests a Log keeps at least.
const Kept = 50_000

// Log keeps the newest requests, as a proxy's log does. The zero value is empty. Safe
// for concurrent use.
type Log struct {
	mu   sync.Mutex
	seen []targets.Request // in the order of At
}

// Keep appends r, which must not be older than what is there.
func (l *Log) Keep(r targets.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.seen) >= 2*Kept {
		l.seen = append([]targets.Request(nil), l.seen[Kept:]...)
	}
	l.seen = append(l.seen, r)
}

// Since returns the requests from then on, oldest first, at most the newest [Kept].
func (l *Log) Since(then time.Time) []targets.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	seen := l.seen[max(len(l.seen)-Kept, 0):]
	for len(seen) > 0 && seen[0].At.Before(then) {
		seen = seen[1:]
	}
	return append([]targets.Request(nil), seen...)
}
