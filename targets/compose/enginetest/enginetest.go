// Package enginetest starts Docker Engines of a test's own, which can be killed, stopped
// and pruned. Each has its processes, mounts and network to itself: nothing of it touches
// the machine's engine, and all of it is gone when the test ends.
package enginetest

import (
	"bufio"
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/client"
)

//go:embed engine.sh
var script string

// patience is how long a test waits for something that comes on any machine.
const patience = 60 * time.Second

// Engine is a dockerd and all that it started.
type Engine struct {
	Host    string // "unix:///path", as DOCKER_HOST says it
	Address string // of this machine's end of a cable to it: ports that it publishes are there
	Docker  *client.Client

	name    string // of its cgroup and of our end of the cable
	dir     string
	first   *exec.Cmd // pid 1 of its namespaces
	orders  io.WriteCloser
	answers chan string
}

// Start starts an engine with further arguments of dockerd, "--live-restore" for one, and
// waits until it answers. It needs root on Linux and dockerd's programs: without them the
// test is skipped, or fails where CI is set.
func Start(t testing.TB, args ...string) *Engine {
	t.Helper()
	need(t)
	dir, err := os.MkdirTemp("", "engine-")
	if err != nil {
		t.Fatal(err)
	}
	e := &Engine{Host: "unix://" + filepath.Join(dir, "docker.sock"), name: "goaround" + strings.ToLower(rand.Text()[:6]), dir: dir}
	t.Cleanup(func() { e.remove(t) })
	if err := e.unshare(); err != nil {
		t.Fatal(err)
	}
	e.await(t, "ready")
	e.connect(t)
	if e.Docker, err = client.NewClientWithOpts(client.WithHost(e.Host), client.WithAPIVersionNegotiation()); err != nil {
		t.Fatal(err)
	}
	e.Start(t, args...)
	return e
}

func need(t testing.TB) {
	t.Helper()
	without := t.Skipf
	if os.Getenv("CI") == "true" {
		without = t.Fatalf
	}
	if os.Geteuid() != 0 {
		without("an engine of the test's own needs root")
	}
	for _, program := range []string{"dockerd", "containerd", "iptables", "ip", "unshare", "bash"} {
		if _, err := exec.LookPath(program); err != nil {
			without("an engine of the test's own needs %s: %v", program, err)
		}
	}
}

// unshare starts the first process of the engine's namespaces.
func (e *Engine) unshare() error {
	e.first = exec.Command("unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "bash", "-c", script)
	e.first.Env = append(os.Environ(), "DIR="+e.dir, "NAME="+e.name)
	log, err := os.Create(filepath.Join(e.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	e.first.Stderr = log
	if e.orders, err = e.first.StdinPipe(); err != nil {
		return err
	}
	out, err := e.first.StdoutPipe()
	if err != nil {
		return err
	}
	e.answers = make(chan string, 1)
	if err := e.first.Start(); err != nil {
		return err
	}
	go func() {
		defer close(e.answers)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			e.answers <- lines.Text()
		}
	}()
	return nil
}

// connect lays a cable between this machine and the engine's network. Its two addresses
// are of the block that is set aside for benchmarks between devices (RFC 2544).
func (e *Engine) connect(t testing.TB) {
	t.Helper()
	var random [2]byte
	rand.Read(random[:])
	block := uint32(198<<24|18<<16) | uint32(binary.BigEndian.Uint16(random[:]))<<2&0x1fffc
	here, there := address(block+1), address(block+2)
	for _, line := range []string{
		fmt.Sprintf("link add %s type veth peer name eth0 netns %d", e.name, e.first.Process.Pid),
		fmt.Sprintf("addr add %s/30 dev %s", here, e.name),
		fmt.Sprintf("link set %s up", e.name),
	} {
		if out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %v: %s", line, err, out)
		}
	}
	e.order(t, "connect", there.String()+"/30")
	e.Address = there.String()
}

func address(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}

// Start starts dockerd again, and waits until it answers.
func (e *Engine) Start(t testing.TB, args ...string) {
	t.Helper()
	e.order(t, "start", args...)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for again := time.NewTicker(20 * time.Millisecond); ; {
		_, err := e.Docker.Ping(ctx)
		if err == nil {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("waited %s for the engine: %v\n%s", patience, err, e.log())
		}
	}
}

// Kill kills dockerd (SIGKILL) and nothing else, and returns when it is dead.
func (e *Engine) Kill(t testing.TB) {
	t.Helper()
	e.order(t, "kill")
}

// Stop has dockerd end (SIGTERM), and returns when it has.
func (e *Engine) Stop(t testing.TB) {
	t.Helper()
	e.order(t, "stop")
}

// Run runs a line of bash in the engine's namespaces, where its socket is at the usual
// place. What goes on in the background ends with the engine.
func (e *Engine) Run(t testing.TB, line string) {
	t.Helper()
	e.order(t, "run", line)
}

// Load copies images from another engine.
func (e *Engine) Load(t testing.TB, from *client.Client, images ...string) {
	t.Helper()
	saved, err := from.ImageSave(t.Context(), images)
	if err != nil {
		t.Fatalf("save %v: %v", images, err)
	}
	defer saved.Close()
	loaded, err := e.Docker.ImageLoad(t.Context(), saved)
	if err != nil {
		t.Fatalf("load %v: %v", images, err)
	}
	defer loaded.Body.Close()
	if _, err := io.Copy(io.Discard, loaded.Body); err != nil {
		t.Fatalf("load %v: %v", images, err)
	}
}

func (e *Engine) order(t testing.TB, command string, args ...string) {
	t.Helper()
	if _, err := fmt.Fprintln(e.orders, command, strings.Join(args, " ")); err != nil {
		t.Fatalf("%s the engine: %v\n%s", command, err, e.log())
	}
	e.await(t, command)
}

func (e *Engine) await(t testing.TB, answer string) {
	t.Helper()
	select {
	case got := <-e.answers:
		if got != answer {
			t.Fatalf("%s the engine: answered %q\n%s", answer, got, e.log())
		}
	case <-time.After(patience):
		t.Fatalf("waited %s to %s the engine\n%s", patience, answer, e.log())
	}
}

// log is the end of what dockerd and the first process wrote.
func (e *Engine) Log() string { return e.log() }
func (e *Engine) log() string {
	all, err := os.ReadFile(filepath.Join(e.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(all[max(0, len(all)-4000):])
}
