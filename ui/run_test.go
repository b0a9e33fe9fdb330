package ui_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"goaround/engine/release"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

// terminal is a real pseudo-terminal with an emulator behind it.
type terminal struct {
	t      *testing.T
	screen *vt.SafeEmulator
	keys   io.Writer
	ended  chan error
	leave  context.CancelFunc
}

func open(t *testing.T, session release.Session) *terminal {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("open a pseudo-terminal: %v", err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x := &terminal{t: t, screen: vt.NewSafeEmulator(80, 24), keys: master, ended: make(chan error, 1), leave: cancel}
	go io.Copy(x.screen, master)
	go io.Copy(master, x.screen)
	go func() {
		_, err := ui.Run(ctx, session, program.Options{By: uitest.Ana(), In: tty, Out: tty})
		x.ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		if replies, ok := x.screen.InputPipe().(io.Closer); ok {
			replies.Close()
		}
		tty.Close()
		master.Close()
	})
	return x
}

// until waits for a condition, for as long as a slow machine may need.
func (x *terminal) until(what string, is func() bool) {
	x.t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for !is() {
		select {
		case <-poll.C:
		case <-deadline.C:
			x.t.Fatalf("never came: %s\n%s", what, ansi.Strip(x.screen.Render()))
		}
	}
}

func (x *terminal) shows(text string) {
	x.t.Helper()
	x.until(text, func() bool { return strings.Contains(ansi.Strip(x.screen.Render()), text) })
}

func (x *terminal) types(keys string) {
	x.t.Helper()
	if _, err := io.WriteString(x.keys, keys); err != nil {
		x.t.Fatal(err)
	}
}

func TestInARealTerminalOneKeyRollsBackAndAPasteDoesNot(t *testing.T) {
	session := uitest.NewSession(uitest.Start(t).Watching().Events()...)
	x := open(t, session)
	x.shows("ONE KEY")
	x.types("\x1b[200~R\x1b[201~")
	x.types("?")
	x.shows("capital letters act on the release")
	x.types("?")
	x.shows("WATCH")
	if got := session.Intents(); len(got) > 0 {
		t.Fatalf("a paste became %#v", got)
	}
	x.until("a rollback", func() bool {
		x.types("R")
		return len(session.Intents()) > 0
	})
	if got := session.Intents()[0]; got != (release.Rollback{}) {
		t.Errorf("R became %#v", got)
	}
}

func TestACanceledContextGivesTheTerminalBack(t *testing.T) {
	x := open(t, uitest.NewSession(uitest.Start(t).Watching().Events()...))
	x.shows("ONE KEY")
	x.leave()
	if err := <-x.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	x.until("the main screen", func() bool { return !x.screen.IsAltScreen() })
}

func TestQLeavesAfterTheEndWithTheLastState(t *testing.T) {
	x := open(t, uitest.NewSession(uitest.Start(t).Ended().Events()...))
	x.shows("ENDED")
	x.types("q")
	if err := <-x.ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}
