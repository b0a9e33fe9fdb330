package uitest

import (
	"context"
	"iter"
	"sync"

	"goaround/engine/release"
)

// Session is a log without an engine: it yields what it holds and remembers intents.
// Safe for concurrent use.
type Session struct {
	mu      sync.Mutex
	events  []release.Event
	intents []release.Intent
	refusal error
	grown   chan struct{}
}

// NewSession returns a session that holds the events.
func NewSession(events ...release.Event) *Session {
	return &Session{events: events, grown: make(chan struct{})}
}

// Append adds events, which followers then get.
func (s *Session) Append(events ...release.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, events...)
	close(s.grown)
	s.grown = make(chan struct{})
}

// Refuse makes Do answer with err from now on.
func (s *Session) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusal = err
}

// Intents are what was submitted.
func (s *Session) Intents() []release.Intent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]release.Intent(nil), s.intents...)
}

// Follow yields what there is from a position on, then waits for more until ctx ends.
func (s *Session) Follow(ctx context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		for {
			batch, grown := s.since(from)
			if len(batch) > 0 {
				from += uint64(len(batch))
				if !yield(batch, nil) {
					return
				}
				continue
			}
			select {
			case <-grown:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (s *Session) since(from uint64) ([]release.Event, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events[min(from, uint64(len(s.events))):], s.grown
}

// Do remembers an intent.
func (s *Session) Do(_ context.Context, in release.Intent) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intents = append(s.intents, in)
	return s.refusal
}
