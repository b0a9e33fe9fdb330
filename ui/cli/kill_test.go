package cli_test

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// Whenever a session is killed, its recording is good up to there.
func TestAKilledSessionIsVerifiedUpToItsEnd(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{"step    take the lease ok", " frozen", "phase   STAGE", "step    CUTOVER", "phase   WATCH", "traffic blue"} {
		t.Run(strings.TrimSpace(moment), func(t *testing.T) {
			t.Parallel()
			ana := newPerson(t)
			s := ana.starts("demo", "--yes", "--plain")
			s.until(moment)
			s.gets(syscall.SIGKILL)
			if code := s.code(); code != -1 {
				t.Fatalf("exited with %d before it was killed", code)
			}
			verdict, code := ana.runs("sessions", "verify", "latest")
			if !regexp.MustCompile(`: (VERIFIED to [1-9]\d*, it has no end: crashed|TORN after [1-9]\d* events, the last \d+ bytes are lost)\n$`).MatchString(verdict) || code != 14 {
				t.Errorf("verify exits with %d: %s", code, verdict)
			}
			if list, _ := ana.runs("sessions"); !regexp.MustCompile(`^\S+-shop-demo-\S+ +crashed +ana `).MatchString(list) {
				t.Errorf("listed as %s", list)
			}
			again, code := ana.runs("replay", "latest")
			if told := s.told(); code != 0 || again == "" || !strings.HasPrefix(again, told) && !strings.HasPrefix(told, again) {
				t.Errorf("replay exits with %d and tells something else:\n%s\nthan was told:\n%s", code, again, told)
			}
		})
	}
}

func TestASessionThatRunsIsListedAsRunning(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	s := ana.starts("demo", "--plain")
	s.until(" frozen")
	if list, _ := ana.runs("sessions"); !strings.Contains(list, " running ") {
		t.Errorf("listed as %s", list)
	}
	if verdict, code := ana.runs("sessions", "verify", "latest"); !strings.HasSuffix(verdict, "it has no end: running\n") || code != 14 {
		t.Errorf("verify exits with %d: %s", code, verdict)
	}
}
