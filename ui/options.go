package ui

import (
	"io"
	"time"

	"goaround/engine/release"
	"goaround/ui/theme"
)

// Options are what a visitor brings along.
type Options struct {
	By       release.Actor    // whose screen it is
	In       io.Reader        // keys: a terminal
	Out      io.Writer        // the screen: a terminal
	NoColour bool             // NO_COLOR: shapes and reverse video alone
	ASCII    bool             // no block elements, no lines but - and |
	Dead     bool             // nothing is connected: keys that act on a release do nothing
	Clock    func() time.Time // nil: time.Now
	Zone     *time.Location   // of the times of day on the screen; nil: UTC
}

func (o Options) clock() func() time.Time {
	if o.Clock == nil {
		return time.Now
	}
	return o.Clock
}

func (o Options) looks() theme.Options {
	return theme.Options{Colour: !o.NoColour, ASCII: o.ASCII}
}
