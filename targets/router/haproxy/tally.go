package haproxy

import (
	"time"

	"goaround/targets"
)

// tally makes totals of the counts of one server. HAProxy's threads count while they
// are read, so a sum may be off by one for once: totals never fall while a worker lives,
// and a request is unanswered when two polls have said so.
type tally struct {
	process        string
	requests       int
	unanswered     int
	lastUnanswered int // in the last poll
}

func (t *tally) add(process string, c count) {
	if t.process != process {
		*t = tally{process: process}
	}
	t.requests = max(t.requests, c.requests)
	t.unanswered = max(t.unanswered, min(c.unanswered, t.lastUnanswered))
	t.lastUnanswered = c.unanswered
}

// count hands over a counter for each slot of a service.
func (w *watcher) count(service string, counts map[targets.Slot]count, i info) {
	for _, slot := range slots() {
		c, ok := counts[slot]
		if !ok {
			continue
		}
		where := targets.Where{Host: w.name, Service: service, Slot: slot}
		t := w.tallies[where]
		if t == nil {
			t = &tally{}
			w.tallies[where] = t
		}
		t.add(i.process, c)
		w.sink(targets.Counter{
			Where: where, At: time.Now(), Active: c.active, Dropped: i.dropped, Process: i.process,
			Requests: uint64(t.requests), Bad: uint64(c.failed + t.unanswered),
		})
	}
}
