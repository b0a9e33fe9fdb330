// Package uitest makes the States that screens are tested with: it folds the events that
// an engine would append on a deploy of app shop, v41 to v42, on two hosts. No part of
// the program imports it.
package uitest

import (
	"testing"
	"time"

	"goaround/engine/release"
)

// Flight is a session so far. Its methods append what happens next.
type Flight struct {
	tb     testing.TB
	events []release.Event
	start  time.Time
	mono   time.Duration
	job    bool // a contract job runs before the stage
	first  bool // nothing ran before
	asks   bool // something is asked after the cutover, before the checks of the watch
	worker bool // a worker follows the traffic
}

// Ana is the pilot.
func Ana() release.Actor { return release.Actor{Name: "ana", Role: release.RolePilot} }

// Ben is the copilot.
func Ben() release.Actor { return release.Actor{Name: "ben", Role: release.RoleCopilot} }

// Nothing is a session of which no event has come yet.
func Nothing(tb testing.TB) *Flight {
	return &Flight{tb: tb, start: time.Date(2026, time.June, 9, 14, 0, 0, 0, time.UTC)}
}

// Start is a session that has just begun.
func Start(tb testing.TB) *Flight { return start(tb, time.Time{}) }

// StartAt is a session that has just begun, with a start planned for that much later.
func StartAt(tb testing.TB, in time.Duration) *Flight { return start(tb, Nothing(tb).start.Add(in)) }

func start(tb testing.TB, at time.Time) *Flight {
	return Nothing(tb).By(Ana(), release.SessionStarted{
		ID: "20260609T140000-ana", App: "shop", Env: "production", Version: "1.0.0",
		Ask: map[string]string{"web": "shop/web:v42"}, Hosts: hosts(), At: at,
	}, release.PhaseEntered{Phase: release.PhasePreflight})
}

// By appends what somebody did.
func (f *Flight) By(by release.Actor, bodies ...release.Body) *Flight {
	for _, b := range bodies {
		f.events = append(f.events, release.Event{
			N: uint64(len(f.events)), At: f.start.Add(f.mono), Mono: f.mono, By: by, Body: b,
		})
	}
	return f
}

// Add appends what the engine did.
func (f *Flight) Add(bodies ...release.Body) *Flight { return f.By(release.Engine(), bodies...) }

// Wait lets time pass.
func (f *Flight) Wait(d time.Duration) *Flight {
	f.mono += d
	return f
}

// Clock is the time since the session's start.
func (f *Flight) Clock() time.Duration { return f.mono }

// Now is the wall clock.
func (f *Flight) Now() time.Time { return f.start.Add(f.mono) }

// Events are those appended so far.
func (f *Flight) Events() []release.Event { return f.events }

// State is what they fold to.
func (f *Flight) State() release.State { return release.Fold(release.State{}, f.events...) }

// Step appends a step that takes a while and ends well.
func (f *Flight) Step(id, title string, took time.Duration) *Flight {
	f.Add(release.StepStarted{Step: id, Title: title})
	return f.Wait(took).Add(release.StepFinished{Step: id, Took: took})
}
