package ui

import (
	"context"

	"goaround/engine/release"
	"goaround/ui/debrief"
	"goaround/ui/program"
)

// Run shows a session on the terminal of opts until its visitor leaves, and returns the State they
// saw last. Signals are the caller's. A ctx that ends restores the terminal and is the
// error.
func Run(ctx context.Context, session release.Session, opts program.Options) (release.State, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	m := New(inner, session, opts)
	err := program.Run(ctx, m, opts)
	return m.State(), err
}

// Farewell is what may stay on the terminal when the full screen is gone: how the
// session ended and what to do next. Empty if it has not ended.
func Farewell(s release.State, width int) []string { return debrief.Text(s, width) }
