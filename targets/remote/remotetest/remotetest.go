// Package remotetest gives tests containers on the real Docker Engine, and takes all of
// them away again.
package remotetest

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/go-connections/nat"

	"goaround/targets/remote"
)

// Patience is how long a test waits for what must come.
const Patience = 60 * time.Second

// Bench makes and removes what a test needs on the engine.
type Bench struct {
	*remote.Engine
	t      testing.TB
	prefix string
}

// Open returns a bench on the local engine. Without an engine the test is skipped,
// or fails when the environment says CI=true.
func Open(t testing.TB) *Bench {
	t.Helper()
	e, err := remote.Open(t.Context(), "local")
	if err == nil {
		err = e.Ping(t.Context())
	}
	if err != nil {
		lacking(t, err.Error())
	}
	t.Cleanup(func() { e.Close() })
	return &Bench{Engine: e, t: t, prefix: "goaround-test-" + strings.ToLower(rand.Text()[:10])}
}

func lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// Image requires an image that .ci/images makes.
func (b *Bench) Image(name string) string {
	b.t.Helper()
	if _, err := b.Client().ImageInspect(b.t.Context(), name); err != nil {
		lacking(b.t, "image "+name+" is missing: make it with .ci/images "+name)
	}
	return name
}

// Name is a name of the test's own.
func (b *Bench) Name(short string) string { return b.prefix + "-" + short }

// Network makes a network and returns its name.
func (b *Bench) Network() string {
	b.t.Helper()
	name := b.Name("net")
	if _, err := b.Client().NetworkCreate(b.t.Context(), name, network.CreateOptions{}); err != nil {
		b.t.Fatal(err)
	}
	b.after(func(ctx context.Context) error { return b.Client().NetworkRemove(ctx, name) })
	return name
}

// Volume makes a volume and returns its name; the containers that use it are made later.
func (b *Bench) Volume() string {
	name := b.Name("volume")
	b.after(func(ctx context.Context) error { return b.Client().VolumeRemove(ctx, name, true) })
	return name
}

// Run makes and starts a container on a network, where it is known by its short name,
// and returns its full name.
func (b *Bench) Run(short, network string, c *container.Config, h *container.HostConfig) string {
	b.t.Helper()
	name := b.Create(short, network, c, h)
	b.Start(name)
	return name
}

// Create makes a container on a network, where it is known by its short name (and by
// others behind a space), and returns its full name.
func (b *Bench) Create(short, network string, c *container.Config, h *container.HostConfig) string {
	b.t.Helper()
	aliases := strings.Fields(short)
	name := b.Name(aliases[0])
	if _, err := b.Client().ContainerCreate(b.t.Context(), c, h, networking(network, aliases), nil, name); err != nil {
		b.t.Fatal(err)
	}
	b.after(func(ctx context.Context) error {
		return b.Client().ContainerRemove(ctx, name, container.RemoveOptions{Force: true, RemoveVolumes: true})
	})
	return name
}

// Start starts a container.
func (b *Bench) Start(name string) {
	b.t.Helper()
	if err := b.Client().ContainerStart(b.t.Context(), name, container.StartOptions{}); err != nil {
		b.t.Fatal(err)
	}
}

// Put writes a file into a container, running or not; its folder must be there.
func (b *Bench) Put(name, path, text string) {
	b.t.Helper()
	files := archive(b.t, map[string][]byte{filepath.Base(path): []byte(text)})
	err := b.Client().CopyToContainer(b.t.Context(), name, filepath.Dir(path), files, container.CopyToContainerOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
}

// Published is where a port of a running container is reached from this machine.
func (b *Bench) Published(name, port string) string {
	b.t.Helper()
	in, err := b.Client().ContainerInspect(b.t.Context(), name)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range in.NetworkSettings.Ports[nat.Port(port+"/tcp")] {
		return net.JoinHostPort(p.HostIP, p.HostPort)
	}
	b.t.Fatalf("port %s of %s is not published", port, name)
	return ""
}

func networking(name string, aliases []string) *network.NetworkingConfig {
	if name == "" {
		return nil
	}
	return &network.NetworkingConfig{EndpointsConfig: map[string]*network.EndpointSettings{name: {Aliases: aliases}}}
}

func (b *Bench) after(clean func(context.Context) error) {
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), Patience)
		defer cancel()
		if err := clean(ctx); err != nil {
			b.t.Errorf("clean up: %v", err)
		}
	})
}

// Processes lists the command lines of what runs in a container.
func (b *Bench) Processes(name string) []string {
	b.t.Helper()
	top, err := b.Client().ContainerTop(b.t.Context(), name, []string{"-o", "pid,args"})
	if err != nil {
		b.t.Fatal(err)
	}
	var lines []string
	for _, p := range top.Processes {
		lines = append(lines, p[len(p)-1])
	}
	return lines
}

// Until waits for a condition that must come true.
func Until(t testing.TB, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(Patience); !is(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("%s: not after %s", what, Patience)
		}
	}
}
