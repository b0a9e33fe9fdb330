package program

import (
	"io"
	"time"

	"goaround/engine/release"
)

// Options are what a visitor brings along.
type Options struct {
	By       release.Actor    // whose screen it is
	In       io.Reader        // keys: a terminal
	Out      io.Writer        // the screen: a terminal
	Env      []string         // of that terminal: TERM, COLORTERM; nil: that of this process
	NoColour bool             // NO_COLOR: shapes and reverse video alone
	ASCII    bool             // no block elements, no lines but -, = and |
	Clock    func() time.Time // nil: time.Now
	Zone     *time.Location   // of the times of day on the screen; nil: UTC
}

// Time is the clock.
func (o Options) Time() func() time.Time {
	if o.Clock == nil {
		return time.Now
	}
	return o.Clock
}
