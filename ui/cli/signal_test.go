package cli_test

import (
	"bufio"
	"os"
	"strings"
	"syscall"
	"testing"
)

// Before the cutover what was staged is taken down, after it all stays as it is.
func TestASignalEndsASessionInOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, moment string
		signal       os.Signal
		code         int
		last         string
	}{
		{"SIGTERM in preflight", " frozen", syscall.SIGTERM, 11, "END     aborted before cutover (exit 11): interrupted"},
		{"SIGHUP in preflight", " frozen", syscall.SIGHUP, 11, "END     aborted before cutover (exit 11): interrupted"},
		{"SIGTERM while staging", "step    ready ...", syscall.SIGTERM, 11, "END     aborted before cutover (exit 11): interrupted"},
		{"SIGTERM in the watch", "phase   WATCH", syscall.SIGTERM, 12, "END     held (exit 12): interrupted"},
		{"SIGHUP in the watch", "traffic blue", syscall.SIGHUP, 12, "END     held (exit 12): interrupted"},
		{"SIGINT in the watch", "phase   WATCH", syscall.SIGINT, 12, "END     held (exit 12): interrupted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ana := newPerson(t)
			s := ana.starts("demo", "--yes", "--plain")
			s.until(c.moment)
			s.gets(c.signal)
			if code := s.code(); code != c.code || !strings.HasSuffix(strings.TrimSpace(s.told()), c.last) {
				t.Errorf("exited with %d:\n%s", code, s.told())
			}
			if staged := strings.Contains(s.told(), "step    start blue ..."); staged && c.code == 11 && !strings.Contains(s.told(), "step    remove blue ok") {
				t.Errorf("what was staged is still there:\n%s", s.told())
			}
			if verdict, code := ana.runs("sessions", "verify", "latest"); code != 0 {
				t.Errorf("verify exits with %d: %s", code, verdict)
			}
		})
	}
}

// A pipe that somebody closes takes the screen away, not the session.
func TestAClosedOutputDoesNotKillASession(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"demo", "--plain"}, 11, "END     aborted before cutover (exit 11): the output ended"},
		{[]string{"demo", "--plain", "--yes", "--release", "dead"}, 11, "END     aborted before cutover (exit 11): v42 in blue on "},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			t.Parallel()
			ana := newPerson(t)
			cmd := ana.command(c.args...)
			keys, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer keys.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			out.Close()
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exited with %d: %s", code, cmd.ProcessState)
			}
			if again, _ := ana.runs("replay", "latest"); !strings.Contains(again, c.want) {
				t.Errorf("the recording tells:\n%s", again)
			}
		})
	}
}

func TestWordsFlyADemoAndRollItBack(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	s := ana.starts("demo", "--plain", "--speed", "60")
	s.until("ask     [ ] Team told that you deploy? (anyone): type yes, or no WHY")
	s.types("yes")
	s.until("waiting for GO / NO-GO")
	s.types("extend")
	s.until("no: there is no watch to extend")
	s.types("go")
	s.until("waiting before the CUTOVER to v42: type go, or abort")
	s.types("go")
	s.until("phase   WATCH")
	s.until("ask     [ ] Orders coming in? (anyone)")
	s.types("R")
	s.until("TRAFFIC IS BACK on v41, 2 of 2 hosts")
	s.until("waiting the rollback is done: type close, or forward")
	s.types("forward")
	s.until("TRAFFIC IS THERE on v42, 2 of 2 hosts")
	s.types("rollback the colour is wrong")
	s.until("ROLLING BACK to v41 by ana: the colour is wrong")
	s.keys.Close()
	if code := s.code(); code != 10 || !strings.Contains(s.told(), "END     rolled back (exit 10)") {
		t.Errorf("exited with %d:\n%s", code, s.told())
	}
	if verdict, code := ana.runs("sessions", "verify", "latest"); code != 0 {
		t.Errorf("verify exits with %d: %s", code, verdict)
	}
}

func TestTheEndOfTheInputInTheWatchHolds(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	s := ana.starts("demo", "--plain")
	s.until("ask     [ ] ")
	s.types("yes")
	s.until("waiting for GO / NO-GO")
	s.types("go")
	s.until("waiting before the CUTOVER")
	s.types("go")
	s.until("phase   WATCH")
	s.keys.Close()
	if code := s.code(); code != 12 || !strings.HasSuffix(strings.TrimSpace(s.told()), "END     held (exit 12): the input ended") {
		t.Errorf("exited with %d:\n%s", code, s.told())
	}
}
