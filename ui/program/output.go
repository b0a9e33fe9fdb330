package program

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/charmbracelet/x/term"
)

// patience is how long a terminal may take for what gives it back.
const patience = time.Second

var errStuck = errors.New("the terminal takes no bytes")

// output is a terminal whose reader may have stopped: once ctx has ended, a write that it
// does not take within patience is given up, and so are those after it. The renderer alone
// writes, one write at a time.
type output struct {
	io.Writer
	ctx   context.Context
	stuck bool
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	if o.stuck {
		return 0, errStuck
	}
	b = bytes.Clone(b)
	written := make(chan error, 1)
	go func() {
		_, err := o.Writer.Write(b)
		written <- err
	}()
	select {
	case err := <-written:
		return len(b), err
	case <-o.ctx.Done():
	}
	select {
	case err := <-written:
		return len(b), err
	case <-time.After(patience):
		o.stuck = true
		return 0, errStuck
	}
}

// file is an output that is a file, which Bubble Tea asks for its size.
type file struct {
	term.File
	out *output
}

// Write implements io.Writer.
func (f file) Write(b []byte) (int, error) { return f.out.Write(b) }

// Output returns a terminal to which a write ends with ctx, even if nobody reads it any more.
func Output(ctx context.Context, w io.Writer) io.Writer {
	out := &output{Writer: w, ctx: ctx}
	if f, ok := w.(term.File); ok {
		return file{f, out}
	}
	return out
}
