package checks_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
	"goaround/engine/checks"
	"goaround/targets/text"
)

// patience is how long a test waits for what must happen, on the slowest machine.
const patience = 60 * time.Second

func command(argv ...string) checklist.Item {
	return checklist.Item{Kind: checklist.Command, Command: argv, Timeout: patience}
}

func sh(script string) checklist.Item { return command("sh", "-c", script) }

// timeless is evidence without its times.
func timeless(s text.Safe) string {
	return regexp.MustCompile(`\b\d+(\.\d)? m?s\b`).ReplaceAllString(s.String(), "T")
}

func lines(all []text.Safe) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString(timeless(s) + "\n")
	}
	return b.String()
}

func check(t *testing.T, got checks.Result, ok bool, evidence, more string) {
	t.Helper()
	if got.OK != ok {
		t.Errorf("OK is %v, want %v", got.OK, ok)
	}
	if diff := cmp.Diff(evidence, timeless(got.Evidence)); diff != "" {
		t.Errorf("evidence: %s", diff)
	}
	if diff := cmp.Diff(more, lines(got.More)); diff != "" {
		t.Errorf("more: %s", diff)
	}
}

func TestACommandThatExitsZeroIsOK(t *testing.T) {
	got := checks.Runner{}.Command(t.Context(), sh("echo looking; echo run 8812; echo"))
	check(t, got, true, "exit 0 in T: run 8812", "looking\nrun 8812\n\n")
}

func TestACommandThatFailsShowsItsCodeAndLastWords(t *testing.T) {
	got := checks.Runner{}.Command(t.Context(), sh("echo one; echo CI is red >&2; exit 3"))
	check(t, got, false, "exit 3 in T: CI is red", "one\nCI is red\n")
	got = checks.Runner{}.Command(t.Context(), sh("kill -9 $$"))
	check(t, got, false, "signal: killed in T", "")
}

func TestACommandThatCannotStartSaysWhy(t *testing.T) {
	got := checks.Runner{Dir: t.TempDir()}.Command(t.Context(), command("./bin/ci-status"))
	check(t, got, false, "did not start: fork/exec ./bin/ci-status: no such file or directory", "")
	got = checks.Runner{}.Command(t.Context(), command("goaround-no-such-program"))
	check(t, got, false, `did not start: exec: "goaround-no-such-program": executable file not found in $PATH`, "")
}

func TestACommandRunsInTheFolderOfTheFileWithItsVariables(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ask"), []byte("#!/bin/sh\necho $GOAROUND_VERSION $1 ${PATH:+path}\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	got := checks.Runner{Dir: dir, Env: []string{"GOAROUND_VERSION=v42"}}.Command(t.Context(), command("./ask", "a b"))
	check(t, got, true, "exit 0 in T: v42 a b path", "v42 a b path\n")
}

func TestACommandHasNoInputAndNoTerminal(t *testing.T) {
	got := checks.Runner{}.Command(t.Context(), sh("cat; (: </dev/tty) 2>/dev/null || echo no terminal"))
	check(t, got, true, "exit 0 in T: no terminal", "no terminal\n")
}

func TestOfMuchOutputTheLastLinesAreKept(t *testing.T) {
	got := checks.Runner{}.Command(t.Context(), sh("seq 1 5000"))
	var want strings.Builder
	for n := 4971; n <= 5000; n++ {
		fmt.Fprintln(&want, n)
	}
	check(t, got, true, "exit 0 in T: 5000", want.String())
}

func TestHostileOutputIsMadeSafe(t *testing.T) {
	script := `printf 'a\033[31mb\r\007\n\342\200\256evil\n\377\376\n'; head -c 1000000 /dev/zero | tr '\0' x; echo`
	got := checks.Runner{}.Command(t.Context(), sh(script))
	if !got.OK || len(got.More) != 4 {
		t.Fatalf("got %v with %d lines", got.OK, len(got.More))
	}
	checkSafe(t, got)
	if last := got.More[3].String(); !strings.HasSuffix(last, "bytes cut)") {
		t.Errorf("the long line ends in %q", last[max(0, len(last)-40):])
	}
}

func TestASecretInOutputIsTakenOut(t *testing.T) {
	door := text.NewDoor(map[string]string{"DB_PASSWORD": "correct-horse-battery"})
	got := checks.Runner{Door: door}.Command(t.Context(), sh("echo connect as app:correct-horse-battery; exit 1"))
	check(t, got, false, "exit 1 in T: connect as app:<secret DB_PASSWORD>", "connect as app:<secret DB_PASSWORD>\n")
}

func TestACommandOverItsTimeIsKilled(t *testing.T) {
	item := sh("sleep 1000")
	item.Timeout = 100 * time.Millisecond
	got := checks.Runner{}.Command(t.Context(), item)
	check(t, got, false, "not done within T", "")
}

// The grandchild holds a pipe open that no other process has: it ends when it is dead.
func TestWithACommandAllThatItStartedIsKilled(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "alive")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	results := make(chan checks.Result, 1)
	go func() {
		results <- checks.Runner{Dir: dir}.Command(ctx, sh("sleep 1000 >alive & wait"))
	}()
	opened := make(chan *os.File, 1)
	go func() {
		alive, _ := os.Open(fifo)
		opened <- alive
	}()
	alive := wait(t, opened)
	defer alive.Close()
	stop()
	check(t, wait(t, results), false, "stopped before it ended", "")
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = alive.Read(make([]byte, 1))
	}()
	wait(t, gone)
}

func TestAProcessLeftBehindDoesNotHoldTheCheck(t *testing.T) {
	got := checks.Runner{}.Command(t.Context(), sh("sleep 1000 & echo done"))
	check(t, got, true, "exit 0 in T: done", "done\n")
}

func TestAProcessThatLeftTheGroupDoesNotHoldTheCheck(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no setsid on this machine")
		}
		t.Skip("there is no setsid on this machine")
	}
	dir := t.TempDir()
	script := `setsid sh -c 'echo $$ >new; mv new pid; exec sleep 1000' & until [ -f pid ]; do sleep 0.01; done; echo done`
	got := checks.Runner{Dir: dir}.Command(t.Context(), sh(script))
	written, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(written)))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Errorf("the process did not live on: %v", err)
	}
	check(t, got, true, "exit 0 in T: done", "done\n")
}

func wait[T any](t *testing.T, from <-chan T) (value T) {
	t.Helper()
	select {
	case value = <-from:
	case <-time.After(patience):
		t.Fatal("waited in vain")
	}
	return value
}

func checkSafe(t *testing.T, got checks.Result) {
	t.Helper()
	for _, line := range append(got.More, got.Evidence) {
		for _, c := range line.String() {
			if unicode.In(c, unicode.C, unicode.Zl, unicode.Zp) {
				t.Errorf("%U in %q", c, line)
			}
		}
	}
}
