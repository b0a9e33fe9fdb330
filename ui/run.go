package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/ui/debrief"
)

// Run shows a session on the terminal of opts until its visitor leaves, and returns the State they
// saw last. Signals are the caller's. A ctx that ends restores the terminal and is the
// error.
func Run(ctx context.Context, session release.Session, opts Options) (release.State, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	m := New(inner, session, opts)
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(opts.In), tea.WithOutput(opts.Out), tea.WithoutSignalHandler())
	if _, err := p.Run(); err != nil {
		return m.State(), fmt.Errorf("run the cockpit: %w", err)
	}
	return m.State(), nil
}

// Farewell is what may stay on the terminal when the full screen is gone: how the
// session ended and what to do next. Empty if it has not ended.
func Farewell(s release.State, width int) []string { return debrief.Text(s, width) }
