// Package release is the pure core of a deploy: the events that happen, the intents
// that people and the clock have, the State that events fold to, and what is due next.
// No clock, no randomness, no file, no network: time comes in with the event.
//
// The engine is the only writer of events. Screens, replay and recordings see a
// [Session] and nothing else.
package release

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// Actor is who did something: a person and their role, or [Engine].
type Actor struct {
	Name string
	Role Role
}

// Role is what a person may do.
type Role string

// The roles.
const (
	RoleEngine   Role = ""
	RolePilot    Role = "pilot"
	RoleCopilot  Role = "copilot"
	RoleObserver Role = "observer"
)

// Engine is the actor of what no person did.
func Engine() Actor { return Actor{Name: "engine"} }

// Event is one thing that happened. N counts from 0 without gaps; At is the wall
// clock; Mono is the time since the session's start, unmoved by steps of the clock, and
// orders and measures.
type Event struct {
	N    uint64
	At   time.Time
	Mono time.Duration
	By   Actor
	Body Body
}

// Body is what happened: a closed set, one struct a kind. A kind keeps its meaning for
// ever; new ones are added.
type Body interface{ Kind() string }

// Session is a deploy as a screen sees it: live, another person's, or a replay.
type Session interface {
	// Follow yields the events from a position on, each batch all that is new at once,
	// until ctx ends or the session is over and all was yielded.
	Follow(ctx context.Context, from uint64) iter.Seq2[[]Event, error]
	// Do submits an intent. nil: it is in the log. Else a *text.Problem says why not.
	Do(ctx context.Context, in Intent) error
}

// Unknown is an event of a kind that this version does not know. It is kept and skipped.
type Unknown struct {
	Name    string
	Payload json.RawMessage
}

// Kind is the name it came with.
func (u Unknown) Kind() string { return u.Name }

// MarshalJSON is the payload as it came.
func (u Unknown) MarshalJSON() ([]byte, error) {
	if u.Payload == nil {
		return []byte("null"), nil
	}
	return u.Payload, nil
}

// Erased is an event whose payload was erased from its recording.
type Erased struct{ Name string }

// Kind is the name of what was erased.
func (e Erased) Kind() string { return e.Name }

// Decode makes a Body of a kind and its payload; nil payload: Erased. An unknown kind
// is not an error.
func Decode(kind string, payload json.RawMessage) (Body, error) {
	if payload == nil {
		return Erased{kind}, nil
	}
	read, ok := kinds()[kind]
	if !ok {
		return Unknown{kind, payload}, nil
	}
	body, err := read(payload)
	if err != nil {
		return nil, fmt.Errorf("read event %s: %w", kind, err)
	}
	return body, nil
}

func reader[B Body](payload json.RawMessage) (Body, error) {
	var b B
	err := json.Unmarshal(payload, &b)
	return b, err
}
