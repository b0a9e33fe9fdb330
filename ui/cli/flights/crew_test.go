package flights

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets/compose/composetest"
	"goaround/ui/replay"
)

// crew is a person with a laptop: a copy of the project, and recordings of their own.
type crew struct {
	name   string
	stack  *composetest.Stack
	folder string // of goaround.yaml
	state  string // XDG_STATE_HOME
	env    []string
}

// stack brings one up, with a watch that long and enough requests for the guard to know
// the old version.
func stack(t testing.TB, watch string) (*composetest.Stack, crew) {
	t.Helper()
	s := composetest.Up(t)
	watchFor(t, s, watch)
	visit(t, s, 320)
	return s, pilot(t, s)
}

// pilot is somebody who works in the stack's own folder.
func pilot(t testing.TB, s *composetest.Stack) crew {
	return crew{name: "ada", stack: s, folder: s.Dir, state: t.TempDir()}
}

// colleague is somebody with another checkout, who has no recording of anything.
func colleague(t testing.TB, s *composetest.Stack) crew {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(s.Dir)); err != nil {
		t.Fatal(err)
	}
	return crew{name: "grace", stack: s, folder: folder, state: t.TempDir()}
}

func (c crew) command(args ...string) *exec.Cmd {
	cmd := exec.Command(goaround, args...)
	cmd.Dir = c.folder
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+c.state, "GOAROUND_USER="+c.name, "DOCKER_HOST="+c.stack.Docker.DaemonHost(), "DOCKER_CONTEXT=")
	cmd.Env = append(cmd.Env, c.env...)
	return cmd
}

// run runs a command that asks nothing, to its end.
func (c crew) run(t testing.TB, args ...string) (code int, out string) {
	t.Helper()
	said, err := c.command(args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("goaround %v: %v", args, err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return code, string(said)
}

// must runs a command, and ends the test if it exits with anything but code.
func (c crew) must(t testing.TB, code int, args ...string) string {
	t.Helper()
	got, out := c.run(t, args...)
	if got != code {
		t.Fatalf("goaround %s: exit %d, want %d\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

// store is where the crew's recordings are.
func (c crew) store() *recordings.Store {
	return recordings.Open(filepath.Join(c.state, "goaround", "sessions"))
}

// events are those of a session's recording, as far as it can be read.
func (c crew) events(t testing.TB, session string) []release.Event {
	t.Helper()
	store := c.store()
	id, err := store.Find(session)
	if err != nil {
		t.Fatal(err)
	}
	var all []release.Event
	for e, err := range replay.Events(store, id) {
		if err != nil {
			t.Fatalf("read the recording %s: %v", id, err)
		}
		all = append(all, e)
	}
	return all
}

// raw is the bytes of all recordings of the crew.
func (c crew) raw(t testing.TB) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.state, "goaround", "sessions", "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recording in %s: %v", c.state, err)
	}
	var all strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// visit sends n requests, so that the guard need not wait for some, and leaves no
// connection open.
func visit(t testing.TB, s *composetest.Stack, n int) {
	t.Helper()
	composetest.Until(t, "the shop is open", func() bool { return s.Version(t.Context()) != "" })
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range n {
		res, err := client.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}

// amend changes a file of the stack; what is replaced must be there. undo puts it back.
func amend(t testing.TB, folder, name, old, new string) (undo func()) {
	t.Helper()
	path := filepath.Join(folder, name)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(before), old) {
		t.Fatalf("%s has no %q", name, old)
	}
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(string(before), old, new, 1))
	return func() { write(string(before)) }
}

// watchFor sets how long the new version is watched. The guard has no say: most stacks
// have little traffic, and a slow machine is no reason to go back.
func watchFor(t testing.TB, s *composetest.Stack, span string) {
	t.Helper()
	amend(t, s.Dir, "goaround.yaml", "allow_yes: true", "allow_yes: true\nwatch: {for: "+span+"}\nguard: {auto: off}")
}

// containers are those of the stack, each with its state, for comparison.
func containers(t testing.TB, s *composetest.Stack) []string {
	t.Helper()
	all, err := s.Containers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range all {
		out = append(out, fmt.Sprintf("%s %s %s", c.Names[0], c.ID[:12], c.State))
	}
	slices.Sort(out)
	return out
}
