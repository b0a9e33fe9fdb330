// Package program runs the full screen of one visitor: what they bring along, the size and
// the looks of their terminal, which of three layouts fits, and how they get it back.
package program

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// framesPerSecond is as many as Bubble Tea draws: a key waits for its frame for 8 ms at the
// most. What has not changed is not drawn.
const framesPerSecond = 120

// Run shows a model on the terminal of opts until it quits. Signals are the caller's. A ctx
// that ends restores the terminal and is the error, even if nobody reads the terminal any
// more.
func Run(ctx context.Context, m tea.Model, opts Options) error {
	p := tea.NewProgram(m, tea.WithInput(opts.In), tea.WithOutput(Output(ctx, opts.Out)), tea.WithEnvironment(opts.Env), tea.WithFPS(framesPerSecond), tea.WithoutSignalHandler())
	stop := context.AfterFunc(ctx, p.Quit)
	defer stop()
	_, err := p.Run()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("run the full screen: %w", err)
	}
	return nil
}
