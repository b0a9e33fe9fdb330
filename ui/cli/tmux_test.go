package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tmux is a goaround in a terminal that people use.
type tmux struct {
	person
	socket string
	ended  bool
}

// tmux starts goaround in a tmux of its own, of 80x24.
func (p person) tmux(args ...string) *tmux {
	p.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			p.Fatal("there is no tmux on this machine")
		}
		p.Skip("there is no tmux on this machine")
	}
	x := &tmux{person: p, socket: filepath.Join(p.home, "tmux")}
	x.run("-f", os.DevNull, "new-session", "-d", "-x", "80", "-y", "24", "cat", ";",
		"set", "-g", "remain-on-exit", "on", ";", "set", "-g", "window-size", "manual", ";",
		"respawn-pane", "-k", "exec goaround "+strings.Join(args, " "))
	p.Cleanup(func() {
		if pid, err := strconv.Atoi(x.run("display", "-p", "#{pane_pid}")); err == nil && !x.ended {
			_ = syscall.Kill(pid, syscall.SIGTERM)
			x.code()
		}
		x.run("kill-server")
	})
	return x
}

func (x *tmux) run(args ...string) string {
	x.Helper()
	c := exec.Command("tmux", append([]string{"-S", x.socket}, args...)...)
	c.Env = x.command().Env
	out, err := c.CombinedOutput()
	if err != nil {
		x.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

func (x *tmux) screen() string { return x.run("capture-pane", "-p") }

// until waits for a condition on the screen, and returns the screen.
func (x *tmux) until(what string, is func(screen string) bool) string {
	x.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		screen := x.screen()
		if is(screen) {
			return screen
		}
		select {
		case <-look.C:
		case <-deadline.C:
			x.Fatalf("never came: %s\n%s", what, screen)
		}
	}
}

func (x *tmux) shows(text string) {
	x.Helper()
	x.until(text, func(screen string) bool { return strings.Contains(screen, text) })
}

// misses waits until a text is gone.
func (x *tmux) misses(text string) {
	x.Helper()
	x.until("the end of "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// types writes all keys at once.
func (x *tmux) types(keys string) { x.run("send-keys", "-l", keys) }

// presses a key by its name in tmux.
func (x *tmux) presses(key string) { x.run("send-keys", key) }

// pastes as a terminal does that marks what is pasted.
func (x *tmux) pastes(text string) { x.run("set-buffer", text, ";", "paste-buffer", "-p") }

// resizes the terminal.
func (x *tmux) resizes(width, height int) {
	x.run("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
}

// apart waits until the clock on the screen has moved by a second at least, so that what
// comes next does not come with what came before.
func (x *tmux) apart() {
	x.Helper()
	clock := regexp.MustCompile(`\b\d\d:\d\d\b`)
	first := clock.FindString(x.screen())
	second := clock.FindString(x.until("the clock to move", func(s string) bool { return clock.FindString(s) != first }))
	x.until("the clock to move", func(s string) bool { return clock.FindString(s) != second })
}

// code waits for the end.
func (x *tmux) code() int {
	x.Helper()
	var code int
	x.until("the end", func(string) bool {
		dead, status, _ := strings.Cut(x.run("display", "-p", "#{pane_dead} #{pane_dead_status}"), " ")
		code, _ = strconv.Atoi(status)
		return dead == "1"
	})
	x.ended = true
	return code
}

// told is the recording as lines.
func (x *tmux) told() string {
	out, _ := x.runs("replay", "--plain", "latest")
	return out
}

func TestInATerminalRCountsAloneAndOnce(t *testing.T) {
	t.Parallel()
	x := newPerson(t).tmux("demo", "--yes")
	x.shows("ONE KEY")
	for _, c := range []struct {
		what string
		do   func()
		says string
		back string // what leaves it
	}{
		{"a key before it", func() { x.types("bR") }, "R AGAIN, other keys came with it", ""},
		{"a key after it", func() { x.types("Rb") }, "R AGAIN, other keys came with it", ""},
		{"a word with it", func() { x.types("Rise and shine, R!") }, "R AGAIN, other keys came with it", "Escape"},
		{"a paste", func() { x.pastes("R"); x.types("?") }, "capital letters act on the release", "Escape"},
		{"a paste of a line", func() { x.pastes("R\rR\r"); x.types("?") }, "capital letters act on the release", "Escape"},
		{"a text field", func() { x.types("c"); x.apart(); x.types("R") }, "> R", "Escape"},
		{"the palette", func() { x.types(":"); x.apart(); x.types("R") }, "> R", "Escape"},
		{"the palette's answer", func() { x.types(":rollback"); x.shows("> rollback"); x.apart(); x.presses("Enter") }, "y roll back", "Escape"},
	} {
		c.do()
		x.shows(c.says)
		if c.back != "" {
			x.presses(c.back)
		}
		x.apart()
		x.shows("ONE KEY")
		if told := x.told(); strings.Contains(told, "ROLLING BACK") {
			t.Fatalf("%s rolled back:\n%s", c.what, told)
		}
	}
	x.types("RRRRRRRR")
	x.shows("TRAFFIC IS BACK on v41")
	x.misses("has started the rollback already")
	if told := x.told(); strings.Count(told, "ROLLING BACK to v41 by ana: one key") != 1 {
		t.Errorf("a held key is told as\n%s", told)
	}
}

func TestInATerminalRRollsBackWhateverIsOpenAndHoweverSmallItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		open func(x *tmux)
		key  string
	}{
		"help":         {func(x *tmux) { x.types("?"); x.shows("capital letters act on the release"); x.apart() }, "R"},
		"a text field": {func(x *tmux) { x.types("c"); x.shows("SAY to the crew"); x.apart() }, "C-r"},
		"the palette":  {func(x *tmux) { x.types(":"); x.shows("ACTIONS"); x.apart() }, "C-r"},
		"60x15":        {func(x *tmux) { x.resizes(60, 15); x.misses("───────") }, "R"},
		"20x2": {func(x *tmux) {
			x.resizes(20, 2)
			x.until("two rows", func(s string) bool { return strings.Count(s, "\n") < 2 && strings.Contains(s, "R ROLL") })
		}, "R"},
		"leaving it all": {func(x *tmux) { x.types("q"); x.shows("R rolls back instead"); x.apart() }, "R"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := newPerson(t).tmux("demo", "--yes")
			x.shows("ONE KEY")
			c.open(x)
			x.presses(c.key)
			x.resizes(80, 24)
			x.shows("TRAFFIC IS BACK on v41")
		})
	}
}

func TestInATerminalAnAnswerThatCameWithItsQuestionIsDropped(t *testing.T) {
	t.Parallel()
	x := newPerson(t).tmux("demo")
	x.shows("NOTHING LIVE")
	x.types("qy")
	x.shows("TOO SOON after the question")
	x.presses("Escape")
	x.misses("ABORT?")
	x.apart()
	x.types("R")
	x.shows("ABORT?")
	x.apart()
	x.types("y")
	x.until("the end of the screen", func(string) bool { return strings.Contains(x.told(), "END ") })
	x.types("q")
	if code := x.code(); code != 11 {
		t.Errorf("exited with %d", code)
	}
}
