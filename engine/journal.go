package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"sync"

	"goaround/engine/release"
	"goaround/recordings"
)

// journal is the log of a session: in memory for those who follow, and on its way to
// the recorder. Only the loop appends; anyone may follow or wait.
type journal struct {
	rec *recorder

	mu     sync.Mutex
	events []release.Event // append-only
	grown  chan struct{}   // closed and replaced at each append
	closed bool
}

func newJournal(r Recorder) *journal {
	return &journal{rec: newRecorder(r), grown: make(chan struct{})}
}

// append adds one event. It never blocks and never fails: what the recorder cannot
// write it counts.
func (j *journal) append(e release.Event) {
	payload := encode(e.Body)
	j.rec.put(recordings.Record{At: e.At, Mono: e.Mono, Kind: e.Body.Kind(), By: e.By.Name, Role: string(e.By.Role), Payload: payload})
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, e)
	close(j.grown)
	j.grown = make(chan struct{})
}

// encode writes "<secret NAME>" as it is read, not as \u003c.
func encode(b release.Body) json.RawMessage {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(b); err != nil {
		return json.RawMessage("{}")
	}
	return out.Bytes()
}

// close tells followers that nothing comes any more.
func (j *journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	close(j.grown)
	j.grown = make(chan struct{})
}

func (j *journal) since(from uint64) (news []release.Event, grown <-chan struct{}, closed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if from < uint64(len(j.events)) {
		news = j.events[from:len(j.events):len(j.events)]
	}
	return news, j.grown, j.closed
}

func (j *journal) follow(ctx context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		for {
			news, grown, closed := j.since(from)
			if len(news) > 0 {
				from += uint64(len(news))
				if !yield(news, nil) {
					return
				}
				continue
			}
			if closed {
				return
			}
			select {
			case <-grown:
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
		}
	}
}
