package haproxy_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/pkg/stdcopy"

	"goaround/targets/router"
	"goaround/targets/router/haproxy"
)

const (
	stateHead = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n"
	stateLine = "3 %s %d %s 172.20.0.%d %d %d %d 0 3 1 0 0 0 0 0 0 %s 8080 - 0 0 - - 0\n"
)

// worker is a HAProxy worker in memory: what it answers is as recorded from 2.6.12.
type worker struct {
	pid      int
	stopping bool
	static   string // a backend whose balance takes no new weight
	names    []string
	servers  map[string]*fakeServer // "web/blue"
	stat     string                 // the answer to any `show stat`
}

type fakeServer struct {
	op, admin, weight int
	stuck             bool // takes a new weight and keeps the old
}

// newWorker has a backend for each name, as the file sets it up.
func newWorker(pid int, backends ...string) *worker {
	w := &worker{pid: pid, names: backends, servers: map[string]*fakeServer{}}
	for _, b := range backends {
		w.servers[b+"/base"] = &fakeServer{op: 2, weight: 100}
		w.servers[b+"/blue"] = &fakeServer{op: 2}
		w.servers[b+"/green"] = &fakeServer{op: 2}
	}
	return w
}

func (w *worker) answer(command string) string {
	f := strings.Fields(command)
	switch {
	case strings.HasPrefix(command, "show info"):
		stopping := 0
		if w.stopping {
			stopping = 1
		}
		return fmt.Sprintf("Name: HAProxy\nPid: %d\nStart_time_sec: 1795836333\nStopping: %d\nDroppedLogs: 7\n", w.pid, stopping)
	case strings.HasPrefix(command, "show servers state"):
		if len(f) > 3 {
			return w.state(f[3])
		}
		return w.state(w.names...)
	case strings.HasPrefix(command, "show stat"):
		return w.stat
	case strings.HasPrefix(command, "set server"):
		return w.set(f)
	}
	return ""
}

func (w *worker) state(backends ...string) string {
	var b strings.Builder
	b.WriteString(stateHead)
	for _, name := range backends {
		for i, slot := range []string{"base", "blue", "green"} {
			s, ok := w.servers[name+"/"+slot]
			if !ok {
				return "Can't find backend.\n"
			}
			fmt.Fprintf(&b, stateLine, name, i+1, slot, i+2, s.op, s.admin, s.weight, name)
		}
	}
	return b.String()
}

func (w *worker) set(f []string) string {
	s, ok := w.servers[f[2]]
	switch {
	case !ok:
		return "No such server.\n"
	case w.stopping:
		return "Proxy is disabled.\n"
	case f[3] == "weight" && strings.HasPrefix(f[2], w.static+"/"):
		return "Backend is using a static LB algorithm and only accepts weights '0%' and '100%'.\n"
	case f[3] == "weight" && !s.stuck:
		fmt.Sscan(f[4], &s.weight)
	case f[3] == "state":
		s.admin &^= 0x1f
	}
	return ""
}

// fakeHost has a proxy whose worker can be replaced, and a log.
type fakeHost struct {
	mu      sync.Mutex
	worker  *worker // nil: nobody listens
	dials   int
	asked   []string
	mute    func(command string) bool // such a command is never answered
	conns   []net.Conn
	written []string // to the state file
	onWrite func()
	log     *io.PipeReader
	logW    *io.PipeWriter
	since   []time.Time
}

func newFakeHost(w *worker) *fakeHost {
	h := &fakeHost{worker: w}
	h.log, h.logW = io.Pipe()
	return h
}

func (h *fakeHost) Dial(_ context.Context, _, address string) (net.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.worker == nil || address != "127.0.0.1:9999" {
		return nil, errors.New("dial: connection refused")
	}
	h.dials++
	ours, theirs := net.Pipe()
	h.conns = append(h.conns, theirs)
	go h.serve(h.worker, theirs)
	return ours, nil
}

// serve talks to one connection, which belongs to one worker for good.
func (h *fakeHost) serve(w *worker, conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		for command := range strings.SplitSeq(lines.Text(), ";") {
			answer, mute := h.take(w, command)
			if mute {
				io.Copy(io.Discard, conn)
				return
			}
			if _, err := io.WriteString(conn, answer+"\n> "); err != nil {
				return
			}
		}
	}
}

func (h *fakeHost) take(w *worker, command string) (answer string, mute bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, command)
	if h.mute != nil && h.mute(command) {
		return "", true
	}
	return w.answer(command), false
}

func (h *fakeHost) Exec(_ context.Context, _, user string, argv []string, stdin []byte) ([]byte, error) {
	if h.onWrite != nil {
		h.onWrite()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.written = append(h.written, user+" "+argv[len(argv)-1]+"\n"+string(stdin))
	return nil, nil
}

func (h *fakeHost) Logs(_ context.Context, _ string, since time.Time) (io.ReadCloser, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.since = append(h.since, since)
	return h.log, nil
}

// say writes a line to the log, or the part of one.
func (h *fakeHost) say(text string) {
	io.WriteString(stdcopy.NewStdWriter(h.logW, stdcopy.Stdout), text)
}

// do changes the worker while nobody looks.
func (h *fakeHost) do(change func(*worker)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(h.worker)
}

func (h *fakeHost) weights() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := map[string]int{}
	for name, s := range h.worker.servers {
		all[name] = s.weight
	}
	return all
}

func (h *fakeHost) heard(prefix string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, command := range h.asked {
		if strings.HasPrefix(command, prefix) {
			n++
		}
	}
	return n
}

// fly returns a router on a fake host, which is closed with the test.
func fly(t *testing.T, h *fakeHost, backends ...string) *haproxy.Proxy {
	var routes []router.Route
	for _, b := range backends {
		routes = append(routes, router.Route{Service: b, Backend: b, Port: 8080})
	}
	p := haproxy.New(h, "local", "proxy", routes)
	t.Cleanup(func() { p.Close() })
	return p
}
