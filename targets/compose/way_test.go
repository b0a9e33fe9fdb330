package compose_test

import (
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"goaround/targets/compose/composetest"
)

// way is a way to the engine that can be cut: to who uses it the engine is then gone.
type way struct {
	address string // "unix:///path", of this end
	engine  string // path of the engine's socket

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

// newWay opens a way to an engine on this machine.
func newWay(t *testing.T, engine string) *way {
	t.Helper()
	path, local := strings.CutPrefix(engine, "unix://")
	if !local && os.Getenv("CI") == "true" {
		t.Fatalf("the engine is at %s, not at a socket of this machine", engine)
	}
	if !local {
		t.Skipf("the engine is at %s, not at a socket of this machine", engine)
	}
	w := &way{address: "unix://" + t.TempDir() + "/docker.sock", engine: path}
	w.open(t)
	t.Cleanup(w.close)
	return w
}

func (w *way) open(t *testing.T) {
	t.Helper()
	l, err := net.Listen("unix", strings.TrimPrefix(w.address, "unix://"))
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.listener = l
	w.mu.Unlock()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			w.carry(conn)
		}
	}()
}

func (w *way) carry(conn net.Conn) {
	engine, err := net.Dial("unix", w.engine)
	if err != nil {
		conn.Close()
		return
	}
	w.mu.Lock()
	w.conns = append(w.conns, conn, engine)
	w.mu.Unlock()
	pass := func(to, from net.Conn) {
		io.Copy(to, from)
		to.(*net.UnixConn).CloseWrite()
	}
	go pass(engine, conn)
	go pass(conn, engine)
}

// close cuts the way and all that goes over it.
func (w *way) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener.Close()
	for _, c := range w.conns {
		c.Close()
	}
	w.conns = nil
}

func TestAnEngineThatIsNotThereIsOneSentence(t *testing.T) {
	s := composetest.New(t)
	way := newWay(t, s.Docker.DaemonHost())
	target := openWith(t, s, through(way))
	way.close()
	_, err := target.Acquire(t.Context(), claim("ana"))
	problem(t, err, "engine-silent")
	_, err = target.Resolve(t.Context(), nil, ignore)
	problem(t, err, "engine-silent")
}
