package composetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Sent is one request of a load and what came of it.
type Sent struct {
	At      time.Time // when it was sent
	Took    time.Duration
	Version string // which version answered
	Slow    bool   // the one that takes 3 s
	Kept    bool   // over a connection that is kept
	Err     error  // nil: answered with 200 by some version
}

// Load is traffic from independent clients, none of which ever sends a request twice:
// half of the requests over kept connections, half over new ones, and one request of
// 3 s always in flight.
type Load struct {
	addr   string
	cancel context.CancelFunc
	all    sync.WaitGroup

	mu   sync.Mutex
	sent []Sent
}

// workers is how many clients of each kind share the rate.
const workers = 4

// Load starts rps requests a second through the proxy. They end with the test, or with
// Stop.
func (s *Stack) Load(t testing.TB, rps int) *Load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &Load{addr: strings.TrimPrefix(s.URL, "http://"), cancel: cancel}
	t.Cleanup(func() { l.Stop() })
	between := time.Second * 2 * workers / time.Duration(rps)
	for range workers {
		l.all.Go(func() { l.repeat(ctx, &caller{addr: l.addr}, "/", between) })
		l.all.Go(func() { l.repeat(ctx, &caller{addr: l.addr, once: true}, "/", between) })
	}
	l.all.Go(func() { l.repeat(ctx, &caller{addr: l.addr}, "/slow?for=3s", 0) })
	return l
}

// Stop ends the load, after the requests in flight, and returns all that was sent.
func (l *Load) Stop() []Sent {
	l.cancel()
	l.all.Wait()
	return l.Sent()
}

// Sent is what was sent and has ended by now.
func (l *Load) Sent() []Sent {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Sent(nil), l.sent...)
}

// Count is how many requests were sent and have ended by now.
func (l *Load) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.sent)
}

// Failed are the requests without an answer of any version.
func (l *Load) Failed() []Sent {
	var failed []Sent
	for _, s := range l.Sent() {
		if s.Err != nil {
			failed = append(failed, s)
		}
	}
	return failed
}

// LastSent is the latest time at which a request was sent that version answered. The
// slow request counts like any other: what counts is when it was sent.
func (l *Load) LastSent(version string) time.Time {
	var last time.Time
	for _, s := range l.Sent() {
		if s.Version == version && s.At.After(last) {
			last = s.At
		}
	}
	return last
}

// repeat sends requests at a steady rate; one that is late is sent at once.
func (l *Load) repeat(ctx context.Context, c *caller, path string, between time.Duration) {
	defer c.close()
	for next := time.Now(); ctx.Err() == nil; next = next.Add(between) {
		if wait := time.Until(next); wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		s := c.call(path)
		s.Kept = !c.once
		if s.Slow = between == 0; s.Slow && s.Err != nil {
			next = time.Now().Add(50 * time.Millisecond)
		}
		l.mu.Lock()
		l.sent = append(l.sent, s)
		l.mu.Unlock()
	}
}

// caller is one client: a connection that it keeps, or one for each request.
type caller struct {
	addr   string
	once   bool
	conn   net.Conn
	reader *bufio.Reader
}

func (c *caller) call(path string) Sent {
	s := Sent{At: time.Now()}
	s.Version, s.Err = c.exchange(path)
	s.Took = time.Since(s.At)
	if s.Err != nil || c.once {
		c.close()
	}
	return s
}

func (c *caller) exchange(path string) (version string, err error) {
	if c.conn == nil {
		if c.conn, err = net.DialTimeout("tcp", c.addr, patience); err != nil {
			return "", err
		}
		c.reader = bufio.NewReader(c.conn)
	}
	c.conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, c.addr); err != nil {
		return "", err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return "", err
	}
	if response.Close {
		c.close()
	}
	if version = response.Header.Get("X-Version"); response.StatusCode != http.StatusOK {
		return version, fmt.Errorf("status %d by %q", response.StatusCode, version)
	}
	return version, nil
}

func (c *caller) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}
