package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"

	"goaround/engine/release"
	"goaround/recordings"
)

const (
	recent = 2048 // events that are always in memory: some ten minutes of a watch
	atOnce = 1024 // events of a batch that is read from disk
)

// journal is the log of a session: on its way to the recorder, and in memory for those
// who follow. Of what is on disk only the newest stay in memory; who comes from further
// back reads the rest there. Only the loop appends; anyone may follow.
type journal struct {
	rec  *recorder
	disk Keeper // nil: nothing can be read there, and all stays in memory

	mu     sync.Mutex
	first  uint64          // position of the first event in memory
	events []release.Event // append-only; replaced when events are let go of
	grown  chan struct{}   // closed and replaced at each append
	closed bool
}

func newJournal(r Recorder) *journal {
	disk, _ := r.(Keeper)
	return &journal{rec: newRecorder(r), disk: disk, grown: make(chan struct{})}
}

// append adds one event. It never blocks and never fails: what the recorder cannot
// write it counts.
func (j *journal) append(e release.Event) {
	payload := encode(e.Body)
	j.rec.put(recordings.Record{At: e.At, Mono: e.Mono, Kind: e.Body.Kind(), By: e.By.Name, Role: string(e.By.Role), Payload: payload})
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, e)
	if j.disk != nil && len(j.events) >= 2*recent {
		j.trim(j.rec.kept())
	}
	close(j.grown)
	j.grown = make(chan struct{})
}

// trim lets go of the events before position kept, but for the recent ones, if they are
// worth the move; j.mu is held.
func (j *journal) trim(kept uint64) {
	newest := j.first + uint64(len(j.events)) - recent
	if to := min(kept, newest); to >= j.first+recent {
		j.first, j.events = to, slices.Clone(j.events[to-j.first:])
	}
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

func (j *journal) since(from uint64) (news []release.Event, first uint64, grown <-chan struct{}, closed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if end := j.first + uint64(len(j.events)); from >= j.first && from < end {
		news = slices.Clip(j.events[from-j.first:])
	}
	return news, j.first, j.grown, j.closed
}

func (j *journal) follow(ctx context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		for {
			news, first, grown, closed := j.since(from)
			switch {
			case from < first:
				for batch, err := range j.read(from, first) {
					if !yield(batch, err) || err != nil {
						return
					}
				}
				from = first
				continue
			case len(news) > 0:
				from += uint64(len(news))
				if !yield(news, nil) {
					return
				}
				continue
			case closed:
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

// read yields the events from one position up to another as they were recorded, or ends
// with an error.
func (j *journal) read(from, to uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		var batch []release.Event
		for rec, err := range j.disk.From(from) {
			var ev release.Event
			if err == nil {
				ev, err = decode(rec)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			batch = append(batch, ev)
			if from++; from == to || len(batch) == atOnce {
				if !yield(batch, nil) || from == to {
					return
				}
				batch = nil
			}
		}
		yield(nil, fmt.Errorf("read event %d: the recording ends before it", from))
	}
}

func decode(rec recordings.Record) (release.Event, error) {
	body, err := release.Decode(rec.Kind, rec.Payload)
	if err != nil {
		return release.Event{}, fmt.Errorf("read event %d: %w", rec.N, err)
	}
	return release.Event{N: rec.N, At: rec.At, Mono: rec.Mono, By: release.Actor{Name: rec.By, Role: release.Role(rec.Role)}, Body: body}, nil
}
