package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"

	"goaround/engine"
	"goaround/engine/release"
	"goaround/ui"
	"goaround/ui/plain"
	"goaround/ui/program"
)

// display shows the session until it is over: full-screen, or as lines. A screen that
// breaks becomes lines; where those cannot be written either, that is the error.
func (a *app) display(ctx context.Context, e *engine.Engine, pilot release.Actor, f flight) error {
	why := a.plainBecause(f.show)
	if why == "" {
		err := a.cockpit(ctx, e, pilot, f)
		if err == nil {
			return nil
		}
		why = err.Error()
	}
	_, err := plain.Run(context.WithoutCancel(ctx), e.As(pilot), plain.Options{In: a.typed(f), Out: a.std.Out, JSON: f.show.json, Why: why})
	return err
}

// cockpit shows the session full-screen until the pilot leaves, or a signal has ended
// it, and says on the terminal how it ended. The error is that of a screen that broke,
// or whose keys are gone.
func (a *app) cockpit(ctx context.Context, e *engine.Engine, pilot release.Actor, f flight) error {
	open, leave := context.WithCancelCause(context.WithoutCancel(ctx))
	defer leave(nil)
	stop := context.AfterFunc(ctx, func() {
		<-e.Over()
		leave(nil)
	})
	defer stop()
	_, err := ui.Run(open, e.As(pilot), a.visitor(pilot, keyboard(a.std.In, leave), f.show))
	switch {
	case err != nil && errors.Is(context.Cause(open), errKeys):
		return errKeys
	case err != nil && ctx.Err() == nil:
		return err
	}
	end, _ := e.Wait()
	out := program.Output(ctx, a.std.Out)
	for _, line := range ui.Farewell(end, a.columns()) {
		fmt.Fprintln(out, line)
	}
	return nil
}

// visitor is who sits at this terminal.
func (a *app) visitor(by release.Actor, in io.Reader, s show) program.Options {
	return program.Options{By: by, In: in, Out: a.std.Out, ASCII: s.ascii, Zone: time.Local, NoColour: os.Getenv("NO_COLOR") != ""}
}

var errKeys = errors.New("the keys are gone")

// keys is a keyboard that says when it is gone; the cockpit itself would not notice.
type keys struct {
	*os.File
	gone context.CancelCauseFunc
}

func keyboard(in io.Reader, gone context.CancelCauseFunc) io.Reader {
	if f, ok := in.(*os.File); ok {
		return keys{f, gone}
	}
	return in
}

func (k keys) Read(b []byte) (int, error) {
	n, err := k.File.Read(b)
	if err != nil {
		k.gone(errKeys)
	}
	return n, err
}

// typed is where words are typed: in a rollback, and with --yes, at a terminal alone, so
// that a script keeps its input, and without being stopped for it in the background.
func (a *app) typed(f flight) io.Reader {
	switch {
	case f.back && !a.asks(f), f.yes && !isTerminal(a.std.In):
		return nil
	case f.back, f.yes:
		signal.Ignore(syscall.SIGTTIN)
	}
	return a.std.In
}

// asks reports whether a rollback can ask somebody what it was for.
func (a *app) asks(f flight) bool {
	return f.back && f.why.IsZero() && !f.show.json && isTerminal(a.std.In) && isTerminal(a.std.Out)
}

// plainBecause says why the session is not shown full-screen; empty: it is.
func (a *app) plainBecause(s show) string {
	switch {
	case s.json:
		return "--json"
	case s.plain:
		return "--plain"
	case !isTerminal(a.std.Out):
		return "the output is not a terminal"
	case !isTerminal(a.std.In):
		return "the input is not a terminal"
	case os.Getenv("TERM") == "dumb":
		return "TERM is dumb"
	case os.Getenv("ACCESSIBLE") != "" && os.Getenv("ACCESSIBLE") != "0":
		return "ACCESSIBLE is set"
	case !hasSize(a.std.Out):
		return "the terminal has no size"
	}
	return ""
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// columns is how wide what is said after the full screen may be: 80, or the terminal.
func (a *app) columns() int {
	if f, ok := a.std.Out.(*os.File); ok {
		if width, _, err := term.GetSize(f.Fd()); err == nil && width > 0 {
			return min(width, 80)
		}
	}
	return 80
}

func hasSize(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	width, height, err := term.GetSize(f.Fd())
	return err == nil && width > 0 && height > 0
}
