package cli_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// person is somebody with a home of their own, who runs goaround.
type person struct {
	*testing.T
	home string
}

func newPerson(t *testing.T) person { return person{t, t.TempDir()} }

func (p person) command(args ...string) *exec.Cmd {
	c := exec.Command("goaround", args...)
	c.Dir = p.home
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "XDG_STATE_HOME=" + p.home, "GOAROUND_USER=ana", "TERM=xterm-256color"}
	return c
}

// runs a command to its end, and returns what it printed and its exit code.
func (p person) runs(args ...string) (string, int) {
	p.Helper()
	out, _, code := p.says(args...)
	return out, code
}

// says is runs, with what was said to Err.
func (p person) says(args ...string) (out, errs string, code int) {
	p.Helper()
	var stdout, stderr strings.Builder
	c := p.command(args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &exit) {
		p.Fatalf("run goaround %q: %v", args, err)
	}
	return stdout.String(), stderr.String(), c.ProcessState.ExitCode()
}

// paper is what a process has printed so far.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed and replaced when there is more
}

func newPaper() *paper { return &paper{more: make(chan struct{})} }

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.more)
	p.more = make(chan struct{})
	return p.text.Write(b)
}

func (p *paper) read() (string, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String(), p.more
}

// session is a running goaround whose lines are read, and which can be typed to.
type session struct {
	person
	cmd   *exec.Cmd
	keys  io.WriteCloser
	paper *paper
	ended chan struct{}
}

// starts has a session run in the background until it ends; at the end of the test it is
// killed.
func (p person) starts(args ...string) *session {
	p.Helper()
	s := &session{person: p, cmd: p.command(args...), paper: newPaper(), ended: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = s.paper, s.paper
	keys, err := s.cmd.StdinPipe()
	if err != nil {
		p.Fatal(err)
	}
	s.keys = keys
	if err := s.cmd.Start(); err != nil {
		p.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = s.cmd.Wait()
	}()
	p.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
	})
	return s
}

// patience is for a slow machine; what takes longer hangs.
const patience = 4 * time.Minute

// until waits until something was printed.
func (s *session) until(what string) {
	s.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		text, more := s.paper.read()
		if strings.Contains(text, what) {
			return
		}
		select {
		case <-more:
		case <-s.ended:
			if text, _ := s.paper.read(); !strings.Contains(text, what) {
				s.Fatalf("ended without %q:\n%s", what, text)
			}
		case <-deadline.C:
			s.Fatalf("never said %q:\n%s", what, text)
		}
	}
}

func (s *session) types(line string) {
	s.Helper()
	if _, err := io.WriteString(s.keys, line+"\n"); err != nil {
		s.Fatal(err)
	}
}

func (s *session) gets(sig os.Signal) {
	s.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.Fatal(err)
	}
}

// code waits for the end.
func (s *session) code() int {
	s.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		text, _ := s.paper.read()
		s.Fatalf("does not end:\n%s", text)
	}
	return s.cmd.ProcessState.ExitCode()
}

// told are the lines of the session, without the first, which is about the screen.
func (s *session) told() string {
	text, _ := s.paper.read()
	_, rest, _ := strings.Cut(text, "\n")
	return rest
}
