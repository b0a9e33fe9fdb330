package replay

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"goaround/engine/release"
	"goaround/recordings"
)

// Recording is a recording whose State at any position is near: a position is how many
// events have happened. Safe for concurrent use.
//
// States that follow one another share their memory and append to it, so each is folded
// further by one owner only: tip by Ahead, near by fold. A snapshot is clipped, so that who
// folds it further copies first.
type Recording struct {
	store *recordings.Store
	id    string
	index *recordings.Index

	ahead sync.Mutex // is held before mu
	tip   snapshot   // after all that was read

	mu        sync.Mutex
	snapshots []snapshot // [i] is after i*apart events
	read      int        // events that were read
	end       int        // events that there are

	seek sync.Mutex    // is held before mu
	near release.State // that fold has returned last
}

// Open loads a recording. What is in it is decoded when it is asked for.
func Open(store *recordings.Store, id string) (*Recording, error) {
	index, err := store.Load(id)
	if err != nil {
		return nil, err
	}
	return &Recording{store: store, id: id, index: index, end: index.Len(), snapshots: []snapshot{{}}}, nil
}

// ID is the name of the recording.
func (r *Recording) ID() string { return r.id }

// Len is the number of events, as far as is known: what turns out not to be good does not
// count any more.
func (r *Recording) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.end
}

// Read is the number of events up to which any State is near.
func (r *Recording) Read() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.read
}

// Time is when the last of n events happened, since the session's start.
func (r *Recording) Time(n int) time.Duration {
	if n < 1 {
		return 0
	}
	return r.index.Mono(n - 1)
}

// Until is how many events happened up to a time since the session's start.
func (r *Recording) Until(mono time.Duration) int { return min(r.index.Until(mono), r.Len()) }

// Event decodes event n.
func (r *Recording) Event(n int) (release.Event, error) {
	rec, err := r.index.Record(n)
	if err != nil {
		return release.Event{}, fmt.Errorf("read recording %s: %w", r.id, err)
	}
	return decode(r.id, rec)
}

// Record is event n as it was written, whose hash is not checked here.
func (r *Recording) Record(n int) (recordings.Record, error) { return r.index.Record(n) }

// ErrEnd says that there is nothing more to read.
var ErrEnd = errors.New("the end of the recording")

// Ahead reads up to limit events more, and shows each to visit with the State before and
// after it. The error is ErrEnd behind the last event; where one cannot be read, the
// recording ends there from now on, and the error says why.
func (r *Recording) Ahead(limit int, visit func(before, after release.State, e release.Event)) error {
	r.ahead.Lock()
	defer r.ahead.Unlock()
	from := int(r.tip.Next)
	to := min(from+limit, r.Len())
	if from >= to {
		return ErrEnd
	}
	for i, e := range r.decode(from, to) {
		if e.err != nil {
			r.limit(from + i)
			return e.err
		}
		before := r.tip.State
		r.tip = snapshot{release.Reduce(before, e.Event), r.tip.ticks + counted(e.Body)}
		r.reached()
		visit(before, r.tip.State, e.Event)
	}
	return nil
}

// reached keeps a snapshot of the tip where one is due. r.ahead is held.
func (r *Recording) reached() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read = int(r.tip.Next)
	if r.read%apart == 0 {
		r.snapshots = append(r.snapshots, snapshot{clip(r.tip.State), r.tip.ticks})
	}
}

// limit ends the recording after n events.
func (r *Recording) limit(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end = min(r.end, n)
}

// At is the State after n events, or after all that there are. Where that was not read
// yet it takes as long as reading up to there.
func (r *Recording) At(n int) (release.State, error) {
	r.seek.Lock()
	defer r.seek.Unlock()
	n = max(min(n, r.Len()), 0)
	if s, next, ok := r.around(n); ok {
		if s, err := s.between(next, r.decode(int(s.Next), n)); err == nil {
			return s, nil
		}
	}
	return r.fold(n)
}

// around are the snapshots before and behind n, if both are there and nothing was
// forgotten between them.
func (r *Recording) around(n int) (s, next snapshot, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := n / apart
	if i+1 >= len(r.snapshots) {
		return s, next, false
	}
	s, next = r.snapshots[i], r.snapshots[i+1]
	return s, next, grown(s, next)
}

// fold folds the State after n events from the nearest one before. r.seek is held.
func (r *Recording) fold(n int) (release.State, error) {
	s := r.from(n)
	for _, e := range r.decode(int(s.Next), n) {
		if e.err != nil {
			r.limit(int(s.Next))
			return s, e.err
		}
		s = release.Reduce(s, e.Event)
	}
	r.near = s
	return s, nil
}

// from is the nearest State at or before n that may be folded further. r.seek is held.
func (r *Recording) from(n int) release.State {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := r.snapshots[min(n/apart, len(r.snapshots)-1)].State
	if r.near.Next >= kept.Next && int(r.near.Next) <= n {
		return r.near
	}
	return kept
}
