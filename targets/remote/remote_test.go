package remote_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"

	"goaround/targets/remote"
	"goaround/targets/remote/remotetest"
	"goaround/targets/text"
)

func TestAContainerWithoutAToolIsAProblem(t *testing.T) {
	b := remotetest.Open(t)
	bare := &container.Config{Image: b.Image("haproxy:2.6"), User: "0", Entrypoint: []string{"sh", "-c", `rm "$(command -v bash)" && ` + idle}}
	name := b.Run("bare", "", bare, nil)
	remotetest.Until(t, "bash is gone", func() bool {
		_, err := b.Exec(t.Context(), name, "", []string{"sh", "-c", "! command -v bash"}, nil)
		return err == nil
	})
	_, err := b.Dial(t.Context(), name, "web:8080")
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != "relay-missing" || p.Hint.IsZero() {
		t.Errorf("%v", err)
	}
}

func TestACommandGetsItsStdinAndItsUser(t *testing.T) {
	b := remotetest.Open(t)
	name := b.Run("shell", "", &container.Config{Image: b.Image("haproxy:2.6"), Entrypoint: []string{"sh", "-c", idle}}, nil)
	for user, want := range map[string]string{"": "99", "0": "0"} {
		out, err := b.Exec(t.Context(), name, user, []string{"sh", "-c", "id -u; cat; echo aside >&2"}, []byte("in\n"))
		if err != nil || string(out) != want+"\nin\n" {
			t.Errorf("user %q: %q, %v", user, out, err)
		}
	}
	_, err := b.Exec(t.Context(), name, "", []string{"sh", "-c", "echo no >&2; exit 3"}, nil)
	var exit *remote.ExitError
	if !errors.As(err, &exit) || exit.Code != 3 || exit.Stderr.String() != "no" || exit.Missing() {
		t.Errorf("%v", err)
	}
	_, err = b.Exec(t.Context(), name, "", []string{"no-such-command"}, nil)
	if !errors.As(err, &exit) || !exit.Missing() {
		t.Errorf("%v", err)
	}
	_, err = b.Exec(t.Context(), name, "", []string{"sh", "-c", "head -c 5000000 /dev/zero"}, nil)
	if err == nil || !strings.Contains(err.Error(), "over") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := b.Exec(ctx, name, "", []string{"sleep", "600"}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestAnEngineThatIsNotThereIsAProblem(t *testing.T) {
	e, err := remote.Open(t.Context(), "unix://"+filepath.Join(t.TempDir(), "docker.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	_, exec := e.Exec(t.Context(), "web", "", []string{"true"}, nil)
	_, dial := e.Dial(t.Context(), "web", "web:80")
	_, logs := e.Logs(t.Context(), "web", time.Now())
	for what, err := range map[string]error{"ping": e.Ping(t.Context()), "exec": exec, "dial": dial, "logs": logs} {
		var p *text.Problem
		if !errors.As(err, &p) || p.Code != "engine-silent" || !strings.Contains(p.Error(), e.Host()) || p.Hint.IsZero() {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestAnEngineThatNeverAnswersHoldsNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "docker.sock")
	silent, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	e, err := remote.Open(t.Context(), "unix://"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := e.Dial(ctx, "web", "web:80"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestAnEngineThatLetsNobodyInIsAProblem(t *testing.T) {
	e, err := remote.Open(t.Context(), "unix:///run/docker.sock")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	err = e.Problem(&net.OpError{Op: "dial", Net: "unix", Err: fs.ErrPermission})
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != "engine-denied" || p.Hint.IsZero() {
		t.Errorf("%v", err)
	}
	if err := e.Problem(context.Canceled); err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestAnAddressThatCannotBeReachedIsRefused(t *testing.T) {
	for _, address := range []string{"ssh://deploy:pw@web-1", "tcp:1", "context:", "context:no-such-context", "web-1", ""} {
		_, err := remote.Open(t.Context(), address)
		var p *text.Problem
		if !errors.As(err, &p) || p.Code != "host-address" || p.Hint.IsZero() {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestLocalIsWhereTheDockerCommandGoes(t *testing.T) {
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	t.Setenv("DOCKER_CONTEXT", "")
	t.Setenv("DOCKER_HOST", "unix:///somewhere/docker.sock")
	e, err := remote.Open(t.Context(), "local")
	if err != nil || e.Host() != "unix:///somewhere/docker.sock" {
		t.Errorf("%v, %v", e, err)
	}
	t.Setenv("DOCKER_HOST", "ssh://deploy@web-1")
	if e, err := remote.Open(t.Context(), "local"); err != nil || e.Host() != "ssh://deploy@web-1" || !e.Away() {
		t.Errorf("%v, %v", e, err)
	}
	t.Setenv("DOCKER_HOST", "")
	t.Setenv("DOCKER_CONTEXT", "no-such-context")
	if _, err := remote.Open(t.Context(), "local"); err == nil {
		t.Error("a context that is not there is taken")
	}
}

func TestLogsGoOnFromAMomentWithTheEnginesTime(t *testing.T) {
	b := remotetest.Open(t)
	name := b.Run("talker", "", &container.Config{Image: b.Image("busybox:1.35"), Cmd: []string{"sh", "-c", "echo one; sleep 0.2; echo two; sleep 0.2; echo three"}}, nil)
	read := func(since time.Time) (times []time.Time, lines []string) {
		stream, err := b.Logs(t.Context(), name, since)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		var out strings.Builder
		if _, err := stdcopy.StdCopy(&out, &out, stream); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			stamp, text, _ := strings.Cut(line, " ")
			at, err := time.Parse(time.RFC3339Nano, stamp)
			if err != nil {
				t.Fatal(err)
			}
			times, lines = append(times, at), append(lines, strings.TrimSpace(text))
		}
		return times, lines
	}
	times, lines := read(time.Unix(1, 0))
	if want := []string{"one", "two", "three"}; !slices.Equal(lines, want) {
		t.Fatalf("%q instead of %q", lines, want)
	}
	if _, lines := read(times[0].Add(1)); !slices.Equal(lines, []string{"two", "three"}) {
		t.Errorf("after the first: %q", lines)
	}
	if _, lines := read(time.Time{}); len(lines) > 0 {
		t.Errorf("from now on: %q", lines)
	}
}
