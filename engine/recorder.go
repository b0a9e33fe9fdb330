package engine

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"goaround/recordings"
)

// Recorder is where a session is written down; *recordings.Writer is one. The engine
// calls these methods from one goroutine.
type Recorder interface {
	Append(recordings.Record) (recordings.Record, error)
	Sync() error
	Head() string
	Close() error
}

// Keeper is a Recorder that is read while it writes, and after Close: what it has on disk,
// the engine does not keep in memory. *recordings.Writer is one.
type Keeper interface {
	Recorder
	// From yields the records from number n on. Any goroutine calls it.
	From(n uint64) iter.Seq2[recordings.Record, error]
}

// Unrecorded is a Recorder that keeps nothing: for the way back, which does not wait
// for a disk that cannot be written.
type Unrecorded struct{}

// Append keeps nothing.
func (Unrecorded) Append(r recordings.Record) (recordings.Record, error) { return r, nil }

// Sync has nothing to write.
func (Unrecorded) Sync() error { return nil }

// Head is empty.
func (Unrecorded) Head() string { return "" }

// Close closes nothing.
func (Unrecorded) Close() error { return nil }

const (
	queueLimit = 4096            // events that wait while the recorder fails; more are lost
	syncEvery  = 5 * time.Second // for what nobody waits for
	bestEffort = 250 * time.Millisecond
	retryEvery = time.Second
)

var errRecorder = errors.New("the recorder cannot write")

// recorder writes in a goroutine of its own, so that a disk that hangs holds nobody up
// who does not want to wait. Positions count what was put, from 1.
type recorder struct {
	w Recorder

	mu      sync.Mutex
	queue   []recordings.Record
	taken   uint64 // position of the last record taken in
	synced  uint64 // position up to which all is on disk or lost
	wanted  uint64 // somebody waits for this position
	lost    int    // records that found no place
	err     error  // of the last write or sync; nil: well
	closing bool
	changed chan struct{} // closed and replaced at each change
	done    chan struct{}
}

func newRecorder(w Recorder) *recorder {
	r := &recorder{w: w, changed: make(chan struct{}), done: make(chan struct{})}
	go r.run()
	return r
}

func (r *recorder) put(rec recordings.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken++
	if len(r.queue) >= queueLimit {
		r.lost++
	} else {
		r.queue = append(r.queue, rec)
	}
	r.tell()
}

// tell wakes all who wait; r.mu is held.
func (r *recorder) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// sync waits until all that was put so far is on disk: nil; until the recorder has
// failed to, or ctx ends: an error. It asks for the sync itself.
func (r *recorder) sync(ctx context.Context) error {
	r.mu.Lock()
	at := r.taken
	r.wanted = max(r.wanted, at)
	r.tell()
	for r.synced < at {
		if r.err != nil {
			err := r.err
			r.mu.Unlock()
			return errors.Join(errRecorder, err)
		}
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return errors.Join(errRecorder, ctx.Err())
		}
		r.mu.Lock()
	}
	r.mu.Unlock()
	return nil
}

// kept is how many events, from the first, are on disk as the records of their numbers.
// Behind one that was lost the numbers differ: from then on no more are said to be.
func (r *recorder) kept() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost > 0 {
		return 0
	}
	return r.synced
}

// state is how well the recorder is: how many events found no place while it failed,
// and the last error; nil: it is well.
func (r *recorder) state() (lost int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost, r.err
}

// close writes what is left, tries again until ctx ends, and closes the recording.
func (r *recorder) close(ctx context.Context) error {
	again := time.NewTicker(retryEvery)
	defer again.Stop()
	err := r.sync(ctx)
	for ; err != nil && ctx.Err() == nil; err = r.sync(ctx) {
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
	r.mu.Lock()
	r.closing = true
	r.tell()
	r.mu.Unlock()
	select {
	case <-r.done:
		return err
	case <-ctx.Done():
		return errors.Join(errRecorder, ctx.Err())
	}
}

func (r *recorder) run() {
	defer close(r.done)
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		batch, position, sync, closing, changed := r.next()
		switch {
		case len(batch) > 0 || sync:
			if r.write(batch, position, sync) != nil && !r.pause() {
				return
			}
			continue
		case closing:
			_ = r.w.Close()
			return
		}
		select {
		case <-changed:
		case <-tick.C:
			r.mu.Lock()
			r.wanted = r.taken
			r.mu.Unlock()
		}
	}
}

func (r *recorder) next() (batch []recordings.Record, position uint64, sync, closing bool, changed <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.queue[:len(r.queue):len(r.queue)], r.taken, r.wanted > r.synced, r.closing, r.changed
}

// write appends a batch and syncs if somebody waits. What was appended leaves the queue.
func (r *recorder) write(batch []recordings.Record, position uint64, sync bool) error {
	var err error
	n := 0
	for ; n < len(batch) && err == nil; n++ {
		if _, err = r.w.Append(batch[n]); err != nil {
			break
		}
	}
	if err == nil && sync {
		err = r.w.Sync()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(batch[:n])
	r.queue = r.queue[n:]
	r.err = err
	if err == nil && sync {
		r.synced = max(r.synced, position)
	}
	r.tell()
	return err
}

// pause waits before a failed write is tried again; false: there is no more to try for.
func (r *recorder) pause() bool {
	again := time.NewTimer(retryEvery)
	defer again.Stop()
	for {
		r.mu.Lock()
		closing, changed := r.closing, r.changed
		r.mu.Unlock()
		if closing {
			_ = r.w.Close()
			return false
		}
		select {
		case <-again.C:
			return true
		case <-changed:
		}
	}
}
