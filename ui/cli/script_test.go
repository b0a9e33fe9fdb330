package cli_test

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"goaround/engine/release"
	"goaround/engine/tick"
	"goaround/recordings"
	"goaround/targets"
	"goaround/ui/replay"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("GOAROUND_USER", "ana")
			env.Setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
			env.Values["t"] = env.T()
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "lands": lands},
	})
}

// exits CODE COMMAND... is exec, of a command that exits with that code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if code := run(ts, args[1:]); fmt.Sprint(code) != args[0] {
		ts.Fatalf("exited with %d", code)
	}
}

func run(ts *testscript.TestScript, args []string) int {
	var exit *exec.ExitError
	switch err := ts.Exec(args[0], args[1:]...); {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		ts.Fatalf("run %v: %v", args, err)
	}
	return -1
}

// lands CODE SLOWNESS COMMAND... is exits, of a demo whose new version is so many times
// as slow as the old one. On a machine that was too busy for the demo's latencies to be
// what the demo meant, another code proves nothing and the script is skipped.
func lands(ts *testscript.TestScript, _ bool, args []string) {
	slowness, err := strconv.Atoi(args[1])
	ts.Check(err)
	code := run(ts, args[2:])
	if fmt.Sprint(code) == args[0] {
		return
	}
	store := recordings.Open(filepath.Join(ts.Getenv("XDG_STATE_HOME"), "goaround", "sessions"))
	before, after := p95(ts, store, targets.Base), p95(ts, store, targets.Blue)/time.Duration(slowness)
	if usual := 150 * time.Millisecond; before > usual || after > usual {
		ts.Value("t").(testscript.T).Skip(fmt.Sprintf("exited with %d, on a machine so busy that p95 was %s before and %s after the cutover instead of 100 ms", code, before, after))
	}
	ts.Fatalf("exited with %d, p95 was %s before and %s after the cutover", code, before, after)
}

// p95 is the latency of a slot in the latest recording.
func p95(ts *testscript.TestScript, store *recordings.Store, slot targets.Slot) time.Duration {
	id, err := store.Find("latest")
	ts.Check(err)
	var s release.State
	for e, err := range replay.Events(store, id) {
		ts.Check(err)
		s = release.Reduce(s, e)
	}
	if len(s.Ticks) == 0 {
		return 0
	}
	from, to := s.Ticks[0].At, s.Ticks[len(s.Ticks)-1].At+1
	return tick.Columns(s.Ticks, from, to, 1, func(w targets.Where) bool { return w.Slot == slot })[0].Hist.Quantile(0.95)
}
