package ui_test

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
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
	raw    paper
	master *os.File
	ended  chan error
	leave  context.CancelFunc
}

// open is a cockpit in a terminal of 80x24.
func open(t *testing.T, session release.Session) *terminal {
	t.Helper()
	x := seat(t, session, 80, 24)
	go io.Copy(io.MultiWriter(x.screen, &x.raw), x.master)
	return x
}

// seat is a cockpit in a terminal that nobody reads yet.
func seat(t *testing.T, session release.Session, width, height int, env ...string) *terminal {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("open a pseudo-terminal: %v", err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x := &terminal{t: t, screen: vt.NewSafeEmulator(width, height), master: master, ended: make(chan error, 1), leave: cancel}
	go io.Copy(master, x.screen)
	over := make(chan struct{})
	go func() {
		defer close(over)
		_, err := ui.Run(ctx, session, program.Options{By: uitest.Ana(), In: tty, Out: tty, Env: env})
		x.ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		<-over
		if replies, ok := x.screen.InputPipe().(io.Closer); ok {
			replies.Close()
		}
		tty.Close()
		master.Close()
	})
	return x
}

// paper is what came out of a program so far.
type paper struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
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
	if _, err := io.WriteString(x.master, keys); err != nil {
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
