package flights

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for something that comes on any machine.
const patience = 90 * time.Second

// flight is a goaround that runs in plain mode, with somebody who reads and types.
type flight struct {
	t    testing.TB
	cmd  *exec.Cmd
	in   io.WriteCloser
	over chan struct{} // closed when it has ended and all was read

	mu      sync.Mutex
	lines   []string
	read    int           // lines that expect has gone past
	changed chan struct{} // closed and replaced with each line
}

// fly starts a command and reads what it says.
func (c crew) fly(t testing.TB, args ...string) *flight {
	t.Helper()
	f := &flight{t: t, cmd: c.command(args...), over: make(chan struct{}), changed: make(chan struct{})}
	out, said := io.Pipe()
	f.cmd.Stdout, f.cmd.Stderr = said, said
	var err error
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		f.cmd.Wait()
		said.Close()
	}()
	go f.listen(out)
	t.Cleanup(func() {
		f.cmd.Process.Kill()
		<-f.over
	})
	return f
}

func (f *flight) listen(out io.Reader) {
	defer close(f.over)
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			f.mu.Lock()
			f.lines = append(f.lines, strings.TrimSuffix(line, "\n"))
			close(f.changed)
			f.changed = make(chan struct{})
			f.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// say types a line.
func (f *flight) say(words string) {
	f.t.Helper()
	if _, err := fmt.Fprintln(f.in, words); err != nil {
		f.t.Fatalf("type %q: %v\n%s", words, err, f.said())
	}
}

// expect waits for a line with what in it, after those that were expected before.
func (f *flight) expect(what string) string {
	f.t.Helper()
	return f.await(what, f.next)
}

// sees waits for a line with what in it, whether it was there before or not.
func (f *flight) sees(what string) string {
	f.t.Helper()
	return f.await(what, f.any)
}

func (f *flight) await(what string, look func(string) (string, <-chan struct{})) string {
	f.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for ended := false; ; {
		line, changed := look(what)
		if line != "" {
			return line
		}
		if ended {
			f.t.Fatalf("it ended without %q\n%s", what, f.said())
		}
		select {
		case <-changed:
		case <-f.over:
			ended = true
		case <-late.C:
			f.t.Fatalf("waited %s for %q\n%s", patience, what, f.said())
		}
	}
}

// kill kills it, and returns when it is dead and all was read.
func (f *flight) kill() {
	f.t.Helper()
	if err := f.cmd.Process.Kill(); err != nil {
		f.t.Fatal(err)
	}
	<-f.over
}

// insist types a line again and again, until it is not refused any more.
func (f *flight) insist(words, taken string) {
	f.t.Helper()
	there := f.line(taken)
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for f.say(words); ; f.say(words) {
		select {
		case <-there:
			return
		case <-again.C:
		case <-late.C:
			f.t.Fatalf("waited %s for %q\n%s", patience, taken, f.said())
		}
	}
}

// line is closed when a line with what in it is there.
func (f *flight) line(what string) <-chan struct{} {
	there := make(chan struct{})
	go func() {
		for {
			line, changed := f.next(what)
			if line != "" {
				close(there)
				return
			}
			select {
			case <-changed:
			case <-f.over:
				return
			}
		}
	}()
	return there
}

func (f *flight) next(what string) (string, <-chan struct{}) {
	return f.nextOf(what)
}

func (f *flight) nextOf(any ...string) (string, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, line := range f.lines[f.read:] {
		if slices.ContainsFunc(any, func(what string) bool { return strings.Contains(line, what) }) {
			f.read += i + 1
			return line, nil
		}
	}
	return "", f.changed
}

func (f *flight) any(what string) (string, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, line := range f.lines {
		if strings.Contains(line, what) {
			return line, nil
		}
	}
	return "", f.changed
}

// said is all that was written so far.
func (f *flight) said() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.lines, "\n") + "\n"
}

// ends waits for the exit, which must be with code, and returns all that was written.
func (f *flight) ends(code int) string {
	f.t.Helper()
	if got := f.exit(); got != code {
		f.t.Fatalf("exit %d, want %d\n%s", got, code, f.said())
	}
	return f.said()
}

// exit waits for the end, and returns the exit code.
func (f *flight) exit() int {
	f.t.Helper()
	select {
	case <-f.over:
	case <-time.After(2 * patience):
		f.t.Fatalf("it has not ended\n%s", f.said())
	}
	return f.cmd.ProcessState.ExitCode()
}

// toWatch flies from the start into the watch of the new version.
func (f *flight) toWatch() {
	f.t.Helper()
	f.toCutover()
	f.say("go")
	f.sees("watch   until")
	f.sees("step    write down ok")
}

// toCutover flies from the start to the pause before the traffic moves.
func (f *flight) toCutover() {
	f.t.Helper()
	f.expect("for GO / NO-GO")
	f.say("go")
	f.expect("before the CUTOVER")
}
