package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// stall is a shop whose version can change, and that breaks on demand.
type stall struct {
	version atomic.Value
	broken  atomic.Bool
	visits  chan string // the path of every request; nil: nobody counts
}

func (s *stall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.broken.Load() {
		http.Error(w, "no", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("X-Shop-Version", s.version.Load().(string))
	switch r.Method + r.URL.Path {
	case "GET/login":
		io.WriteString(w, `<input name="csrf" value="t">`)
	case "POST/login", "POST/cart":
		w.WriteHeader(http.StatusFound)
	}
	if s.visits != nil {
		s.visits <- r.URL.Path
	}
}

// figure returns a number of a leg's line.
func figure(t *testing.T, line, name string) int {
	t.Helper()
	for _, field := range strings.Fields(line) {
		if n, ok := strings.CutPrefix(field, name+"="); ok {
			number, err := strconv.Atoi(n)
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
	}
	t.Fatalf("no %s in %q", name, line)
	return 0
}

func TestALegEndsWithALineAndTheLastWithTheInput(t *testing.T) {
	shop := &stall{visits: make(chan string)}
	shop.version.Store("v1")
	server := httptest.NewServer(shop)
	defer server.Close()
	in, control := io.Pipe()
	printed, out := io.Pipe()
	ended := make(chan error, 1)
	var errs bytes.Buffer
	go func() { ended <- run(t.Context(), []string{"-url", server.URL}, in, out, &errs); out.Close() }()
	lines := bufio.NewScanner(printed)
	until := func(path string) {
		for seen := range shop.visits {
			if seen == path {
				return
			}
		}
	}
	until("/")
	lines.Scan()
	until("/pay")
	shop.version.Store("v2")
	until("/pay")
	go func() {
		for range shop.visits {
		}
	}()
	io.WriteString(control, "\n")
	lines.Scan()
	first := lines.Text()
	control.Close()
	lines.Scan()
	if figure(t, first, "failed") != 0 || figure(t, first, "orders") < 1 {
		t.Errorf("first leg: %s\n%s", first, &errs)
	}
	if v1, v2 := figure(t, first, "last:v1"), figure(t, first, "last:v2"); v1 > v2 {
		t.Errorf("v1 answered last: %s", first)
	}
	if figure(t, lines.Text(), "failed") != 0 {
		t.Errorf("last leg: %s\n%s", lines.Text(), &errs)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestARequestOnAConnectionThatBreaksFailsAndIsNotRepeated(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var requests atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			reader := bufio.NewReader(conn)
			http.ReadRequest(reader)
			requests.Add(1)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			http.ReadRequest(reader)
			requests.Add(1)
			conn.Close()
		}
	}()
	c := &client{addr: listener.Addr().String()}
	if _, err := c.get("/"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.get("/"); err == nil {
		t.Error("the second request had an answer")
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests were sent", n)
	}
	if _, err := c.get("/"); err != nil {
		t.Errorf("after that, over a new connection: %v", err)
	}
}

func TestAnAnswerOfTheProxyItselfIsAFailure(t *testing.T) {
	shop := &stall{}
	shop.version.Store("v1")
	server := httptest.NewServer(shop)
	defer server.Close()
	var errs bytes.Buffer
	tl := newTally(&errs)
	c := &client{addr: server.Listener.Addr().String()}
	tl.count(c.get("/"))
	shop.broken.Store(true)
	tl.count(c.get("/"))
	if line := tl.next(); figure(t, line, "requests") != 2 || figure(t, line, "failed") != 1 {
		t.Error(line)
	}
	if !strings.Contains(errs.String(), `GET /: answered 503 by ""`) {
		t.Errorf("told: %s", &errs)
	}
}

func TestTheLastRequestOfAVersionIsTheOneSentLast(t *testing.T) {
	tl := newTally(io.Discard)
	began := tl.leg.began
	for _, ms := range []int{10, 30, 20} {
		tl.count(answer{sent: began.Add(time.Duration(ms) * time.Millisecond), version: "v1"}, nil)
	}
	if line := tl.next(); figure(t, line, "last:v1") != 30 {
		t.Error(line)
	}
}
