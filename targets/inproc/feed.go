package inproc

import (
	"sync"

	"goaround/targets"
)

// Behind is how many sightings a queue keeps for a follower that does not take them;
// what comes on top of that is lost to it.
const Behind = 1 << 16

// Feed hands sightings to all who follow it. The zero value has no followers. Publish
// never waits for one. Safe for concurrent use.
type Feed struct {
	mu     sync.Mutex
	queues map[*Queue]struct{}
}

// Publish puts the sightings in every queue.
func (f *Feed) Publish(seen ...targets.Sighting) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for q := range f.queues {
		q.put(seen)
	}
}

// Follow opens a queue of all that is published from now on.
func (f *Feed) Follow() *Queue {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := &Queue{feed: f, wake: make(chan struct{}, 1)}
	if f.queues == nil {
		f.queues = map[*Queue]struct{}{}
	}
	f.queues[q] = struct{}{}
	return q
}

// Queue is what one follower has not taken yet.
type Queue struct {
	feed *Feed
	wake chan struct{}
	mu   sync.Mutex
	seen []targets.Sighting
}

// Wake receives when there is something to take.
func (q *Queue) Wake() <-chan struct{} { return q.wake }

// Take returns what was published since the last Take, in order.
func (q *Queue) Take() []targets.Sighting {
	q.mu.Lock()
	defer q.mu.Unlock()
	seen := q.seen
	q.seen = nil
	return seen
}

// Close ends the following.
func (q *Queue) Close() {
	q.feed.mu.Lock()
	defer q.feed.mu.Unlock()
	delete(q.feed.queues, q)
}

func (q *Queue) put(seen []targets.Sighting) {
	q.mu.Lock()
	defer q.mu.Unlock()
	room := max(Behind-len(q.seen), 0)
	q.seen = append(q.seen, seen[:min(len(seen), room)]...)
	select {
	case q.wake <- struct{}{}:
	default:
	}
}
