// Package composetest brings up a small team's stack on a real engine, for tests: one
// web service behind HAProxy, from plain Compose files, under a name of its own. All of
// it is taken away when the test ends.
package composetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/flags"
	"github.com/docker/compose/v5/pkg/api"
	compose "github.com/docker/compose/v5/pkg/compose"
	"github.com/docker/docker/client"

	"goaround/checklist"
)

// Proxy is the image of the stacks' proxy; `.ci/images` makes it where none can be pulled.
const Proxy = "haproxy:2.6"

// patience is how long a test waits for something that comes on any machine.
const patience = 60 * time.Second

// Stack is a team's project folder and what runs of it.
type Stack struct {
	Dir     string // with goaround.yaml, compose.yaml, haproxy/haproxy.cfg and web.env
	Project string // of Compose, and the app's name
	URL     string // of the proxy on this machine, without a path
	Docker  *client.Client

	app  []byte // the released service's program
	port int    // that the proxy publishes
}

// Up makes a stack and starts it as `docker compose up` would: v1 is live in slot base.
// It skips the test when no engine answers, or fails it where CI is set.
func Up(t testing.TB) *Stack {
	t.Helper()
	s := New(t)
	s.ComposeUp(t)
	s.WaitFor(t, "v1")
	return s
}

// New makes a stack's files and its image v1, and starts nothing.
func New(t testing.TB) *Stack {
	t.Helper()
	s := &Stack{Docker: Engine(t), port: freePort(t)}
	s.prepare(t, fmt.Sprintf("127.0.0.1:%d", s.port), "127.0.0.1")
	t.Cleanup(func() { s.sweep(t) })
	s.Image(t, "v1")
	return s
}

// UpOn is Up on an engine of the test's own, whose published ports are at address, with
// what add adds to the files. It takes nothing away: the engine's end does.
func UpOn(t testing.TB, docker *client.Client, address string, add ...func(*Stack)) *Stack {
	t.Helper()
	s := &Stack{Docker: docker, port: freePort(t)}
	s.prepare(t, fmt.Sprint(s.port), address)
	for _, part := range add {
		part(s)
	}
	s.Image(t, "v1")
	s.start(t)
	return s
}

// Beside brings the same stack up on another engine of the test's own, which has its
// images.
func (s *Stack) Beside(t testing.TB, docker *client.Client, address string) *Stack {
	t.Helper()
	other := *s
	other.Docker, other.URL = docker, fmt.Sprintf("http://%s:%d", address, s.port)
	other.start(t)
	return &other
}

func (s *Stack) start(t testing.TB) {
	t.Helper()
	s.ComposeUp(t)
	s.WaitFor(t, "v1")
}

func (s *Stack) prepare(t testing.TB, publish, address string) {
	t.Helper()
	s.Dir, s.Project = t.TempDir(), "goaround-test-"+strings.ToLower(rand.Text()[:8])
	s.app = compile(t)
	s.URL = fmt.Sprintf("http://%s:%d", address, s.port)
	if err := write(s.Dir, s.Project, publish, s.URL); err != nil {
		t.Fatal(err)
	}
}

// Engine connects to the engine that the environment names, and looks for the proxy's
// image there. Without one the test is skipped, or fails where CI is set.
func Engine(t testing.TB) *client.Client {
	t.Helper()
	without := t.Skipf
	if os.Getenv("CI") == "true" {
		without = t.Fatalf
	}
	docker, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		without("no Docker engine: %v", err)
	}
	t.Cleanup(func() { docker.Close() })
	if _, err := docker.Ping(t.Context()); err != nil {
		without("no Docker engine answers: %v", err)
	}
	if _, err := docker.ImageInspect(t.Context(), Proxy); err != nil {
		without("the engine has no %s; `.ci/images %s` makes it: %v", Proxy, Proxy, err)
	}
	return docker
}

// ComposeUp does what `docker compose up -d SERVICE...` does in the stack's folder.
func (s *Stack) ComposeUp(t testing.TB, services ...string) {
	t.Helper()
	s.up(t, api.StartOptions{}, services)
}

// ComposeUpWait does what `docker compose up --wait SERVICE...` does there.
func (s *Stack) ComposeUpWait(t testing.TB, services ...string) {
	t.Helper()
	s.up(t, api.StartOptions{Wait: true, WaitTimeout: time.Minute}, services)
}

func (s *Stack) up(t testing.TB, start api.StartOptions, services []string) {
	t.Helper()
	sdk := s.compose(t)
	project, err := sdk.LoadProject(t.Context(), api.ProjectLoadOptions{
		WorkingDir: s.Dir, ConfigPaths: []string{filepath.Join(s.Dir, "compose.yaml")}, Services: services,
	})
	if err != nil {
		t.Fatalf("load compose.yaml: %v", err)
	}
	start.Project, start.Services = project, services
	create := api.CreateOptions{Services: services, Recreate: api.RecreateDiverged, RecreateDependencies: api.RecreateDiverged, IgnoreOrphans: true}
	if err := sdk.Up(t.Context(), project, api.UpOptions{Create: create, Start: start}); err != nil {
		t.Fatalf("compose up: %v", err)
	}
}

func (s *Stack) compose(t testing.TB) api.Compose {
	t.Helper()
	cli, err := command.NewDockerCli(command.WithAPIClient(s.Docker), command.WithCombinedStreams(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	if err := cli.Initialize(flags.NewClientOptions()); err != nil {
		t.Fatal(err)
	}
	sdk, err := compose.NewComposeService(cli)
	if err != nil {
		t.Fatal(err)
	}
	return sdk
}

// WaitFor waits until the proxy answers with version.
func (s *Stack) WaitFor(t testing.TB, version string) {
	t.Helper()
	Until(t, "an answer of "+version, func() bool { return s.Version(t.Context()) == version })
}

// Version is what version answers through the proxy now; empty if none does.
func (s *Stack) Version(ctx context.Context) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	if err != nil {
		return ""
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.Header.Get("X-Version")
}

// Until polls for a condition, and ends the test when it does not come in a minute.
func Until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); !holds(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited %s for %s", patience, what)
		}
	}
}

// freePort is a port that nothing listened on a moment ago, below those that outgoing
// connections are given.
func freePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 20_000 + mathrand.IntN(10_000)
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// File is the stack's goaround.yaml, parsed.
func (s *Stack) File(t testing.TB) *checklist.File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(s.Dir, "goaround.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	file, errs := checklist.Parse("goaround.yaml", data)
	for _, e := range errs {
		t.Fatalf("goaround.yaml:%d:%d: %s", e.Line, e.Column, e.Say)
	}
	return file
}
