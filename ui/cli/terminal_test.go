package cli_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// terminal is a pseudo-terminal with an emulator behind it, and a goaround in it.
type terminal struct {
	person
	cmd    *exec.Cmd
	master *os.File
	screen *vt.SafeEmulator
	raw    *paper // all that came out of it
	ended  chan struct{}
}

func (p person) sits(args ...string) *terminal {
	p.Helper()
	return p.opens(p.command(args...), usual())
}

func usual() pty.Winsize { return pty.Winsize{Cols: 80, Rows: 24} }

// opens has a command in a terminal of that size.
func (p person) opens(c *exec.Cmd, size pty.Winsize) *terminal {
	p.Helper()
	x := &terminal{person: p, cmd: c, screen: vt.NewSafeEmulator(80, 24), raw: newPaper(), ended: make(chan struct{})}
	master, err := pty.StartWithSize(x.cmd, &size)
	if err != nil {
		p.Fatalf("open a pseudo-terminal: %v", err)
	}
	x.master = master
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		_, _ = io.Copy(io.MultiWriter(x.raw, x.screen), master)
	}()
	go io.Copy(master, x.screen)
	go func() {
		_ = x.cmd.Wait()
		<-drawn
		close(x.ended)
	}()
	p.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		if replies, ok := x.screen.InputPipe().(io.Closer); ok {
			_ = replies.Close()
		}
		_ = master.Close()
		<-x.ended
	})
	return x
}

func (x *terminal) text() string { return ansi.Strip(x.screen.Render()) }

// until waits for a condition; again is done before each look, to press a key that a
// moment of grace may drop.
func (x *terminal) until(what string, again func(), is func() bool) {
	x.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(700 * time.Millisecond)
	defer look.Stop()
	for !is() {
		again()
		select {
		case <-look.C:
		case <-x.ended:
			if !is() {
				x.Fatalf("ended without %s:\n%s", what, x.text())
			}
		case <-deadline.C:
			x.Fatalf("never came: %s\n%s", what, x.text())
		}
	}
}

func (x *terminal) shows(texts ...string) {
	x.Helper()
	for _, t := range texts {
		x.until(t, func() {}, func() bool { return strings.Contains(x.text(), t) })
	}
}

// presses keys until the screen shows something.
func (x *terminal) presses(keys, text string) {
	x.Helper()
	x.until(text, func() { x.types(keys) }, func() bool { return strings.Contains(x.text(), text) })
}

func (x *terminal) types(keys string) {
	x.Helper()
	if _, err := io.WriteString(x.master, keys); err != nil && !errors.Is(err, syscall.EIO) {
		x.Fatal(err)
	}
}

func (x *terminal) code() int {
	x.Helper()
	select {
	case <-x.ended:
	case <-time.After(patience):
		x.Fatalf("does not end:\n%s", x.text())
	}
	return x.cmd.ProcessState.ExitCode()
}

func (x *terminal) output() string {
	text, _ := x.raw.read()
	return text
}

func TestADemoIsFlownByKeysAndRolledBackByOne(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	x := ana.sits("demo", "--speed", "60")
	x.shows("PREFLIGHT", "NOTHING LIVE", "Team told that you deploy?")
	x.presses("q", "ABORT?")
	x.until("the question to go", func() { x.types("\x1b") }, func() bool { return !strings.Contains(x.text(), "ABORT?") })
	x.presses(" ", "[ok] Team told")
	x.shows("v vote")
	x.presses("v", "n NO-GO")
	x.presses("y", "STAGE")
	x.shows("enter go on")
	x.presses("\r", "ONE KEY")
	x.shows("WATCH")
	x.presses("R", "TRAFFIC IS BACK")
	x.shows("enter go on")
	x.presses("\r", "ENDED")
	if !x.screen.IsAltScreen() {
		t.Error("the cockpit is not on the alternate screen")
	}
	x.until("the end", func() { x.types("q") }, func() bool {
		select {
		case <-x.ended:
			return true
		default:
			return false
		}
	})
	if code := x.code(); code != 10 || x.screen.IsAltScreen() || !strings.Contains(x.text(), "exit code 10, session ") {
		t.Errorf("exited with %d and left on the terminal:\n%s", code, x.text())
	}
	told, _ := ana.runs("replay", "latest")
	for _, want := range []string{"vote    GO by ana", "ROLLING BACK to v41 by ana: one key", "TRAFFIC IS BACK on v41, 2 of 2 hosts", "END     rolled back (exit 10)"} {
		if !strings.Contains(told, want) {
			t.Errorf("the recording does not tell %q:\n%s", want, told)
		}
	}
	if verdict, code := ana.runs("sessions", "verify", "latest"); code != 0 {
		t.Errorf("verify exits with %d: %s", code, verdict)
	}
}

// What no person is at any more ends as a signal ends it, and gives the terminal back.
func TestWhatStaysOnANarrowTerminalFitsIt(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	x := ana.opens(ana.command("demo"), pty.Winsize{Cols: 50, Rows: 15})
	x.shows("PREFLIGHT")
	x.presses("q", "ABORT?")
	x.types("y")
	if code := x.code(); code != 11 {
		t.Errorf("exited with %d", code)
	}
	_, stays, _ := strings.Cut(x.output(), ansi.ResetModeAltScreenSaveCursor)
	if !strings.Contains(stays, "exit code 11") {
		t.Errorf("nothing stays:\n%s", stays)
	}
	for _, line := range strings.Split(stays, "\n") {
		if ansi.StringWidth(line) > 50 {
			t.Errorf("%d cells: %q", ansi.StringWidth(line), line)
		}
	}
}

func TestASignalEndsAFullScreen(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	x := ana.sits("demo", "--yes")
	x.shows("ONE KEY")
	if err := x.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := x.code(); code != 12 || x.screen.IsAltScreen() || !strings.Contains(x.text(), "exit code 12, session ") {
		t.Errorf("exited with %d and left on the terminal:\n%s", code, x.text())
	}
}

// redraw is ctrl+l: the whole screen is written, more than a terminal holds after a few.
const redraw = "\x0c"

// A terminal that is stopped, or a laptop that sleeps, takes no bytes and keeps no session.
func TestASignalEndsAFullScreenThatNobodyReads(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	c := ana.command("demo", "--yes")
	master, err := pty.StartWithSize(c, &pty.Winsize{Cols: 250, Rows: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	ended := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-ended
	})
	deadline := time.After(patience)
	for told := ""; !strings.Contains(told, "phase   WATCH"); told, _ = ana.runs("replay", "--plain", "latest") {
		select {
		case <-ended:
			t.Fatalf("ended before the watch:\n%s", told)
		case <-deadline:
			t.Fatalf("never came to the watch:\n%s", told)
		case <-time.After(300 * time.Millisecond):
			if _, err := master.WriteString(redraw); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("it does not end")
	}
	if code := c.ProcessState.ExitCode(); code != 12 {
		t.Errorf("exited with %d", code)
	}
}

func TestATerminalThatClosesHolds(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"demo", "--yes"}, {"demo", "--yes", "--plain"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			ana := newPerson(t)
			x := ana.sits(args...)
			x.until("the watch", func() {}, func() bool {
				return strings.Contains(x.text(), "ONE KEY") || strings.Contains(x.output(), "phase   WATCH")
			})
			x.master.Close()
			if code := x.code(); code != 12 {
				t.Errorf("exited with %d", code)
			}
			if told, _ := ana.runs("replay", "latest"); !strings.Contains(told, "END     held (exit 12): interrupted") {
				t.Errorf("the recording tells:\n%s", told)
			}
		})
	}
}

func TestATerminalThatCanDoNoMoreGetsLines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env, why string
		size     pty.Winsize
		args     []string
	}{
		{"TERM=dumb", "TERM is dumb", usual(), []string{"demo"}},
		{"ACCESSIBLE=1", "ACCESSIBLE is set", usual(), []string{"demo"}},
		{"TERM=xterm", "the terminal has no size", pty.Winsize{}, []string{"demo"}},
		{"TERM=xterm", "--plain", usual(), []string{"demo", "--plain"}},
	} {
		t.Run(c.why, func(t *testing.T) {
			t.Parallel()
			ana := newPerson(t)
			cmd := ana.command(c.args...)
			cmd.Env = append(cmd.Env, c.env)
			x := ana.opens(cmd, c.size)
			x.until("a question", func() {}, func() bool { return strings.Contains(x.output(), "ask     [ ] Team told that you deploy?") })
			x.types("abort wrong day\n")
			if code := x.code(); code != 11 {
				t.Errorf("exited with %d", code)
			}
			if first, _, _ := strings.Cut(x.output(), "\r\n"); first != "plain mode: "+c.why+"; type help for the words that answer" {
				t.Errorf("the first line is %q", first)
			}
			if out := x.output(); strings.Contains(out, "\x1b") || !strings.Contains(out, "END     aborted before cutover (exit 11): wrong day") {
				t.Errorf("escapes, or another end:\n%q", out)
			}
		})
	}
}

func TestRollbackCanBeTypedWhereTheEngineAnswers(t *testing.T) {
	t.Parallel()
	x := newPerson(t).sits("demo", "--yes", "--plain")
	x.until("the watch", func() {}, func() bool { return strings.Contains(x.output(), "phase   WATCH") })
	x.types("rollback\n")
	if code := x.code(); code != 10 || !strings.Contains(x.output(), "ROLLING BACK to v41 by ana: one key") {
		t.Errorf("exited with %d:\n%s", code, x.output())
	}
}

func TestInTheBackgroundNothingIsRead(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	c := ana.command()
	c.Path, c.Args = "/bin/sh", []string{"sh", "-mc", "goaround demo --yes --plain --release dead & wait $!"}
	x := ana.opens(c, usual())
	if code := x.code(); code != 11 || !strings.Contains(x.output(), "END     aborted before cutover (exit 11): v42 in blue on ") {
		t.Errorf("exited with %d:\n%s", code, x.output())
	}
}

// Where the keys are gone and the screen is not, lines go on, and nobody is waited for.
func TestAScreenThatBreaksBecomesLines(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	keys, in, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	screen, out, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	size := usual()
	if err := pty.Setsize(screen, &size); err != nil {
		t.Fatal(err)
	}
	s := &session{person: ana, cmd: ana.command("demo"), paper: newPaper(), ended: make(chan struct{})}
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = in, out, out
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	out.Close()
	go func() {
		_, _ = io.Copy(s.paper, screen)
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	s.until("PREFLIGHT")
	keys.Close()
	if code := s.code(); code != 11 {
		t.Errorf("exited with %d", code)
	}
	text, _ := s.paper.read()
	_, lines, _ := strings.Cut(text, "plain mode: the keys are gone")
	if !strings.Contains(lines, "END     aborted before cutover (exit 11): the input ended") {
		t.Errorf("after the screen came:\n%q", text)
	}
}
