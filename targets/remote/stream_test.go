package remote_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets/remote/remotetest"
)

const idle = "while :; do sleep 1000; done"

func TestAStreamThroughAContainer(t *testing.T) {
	b := remotetest.Open(t)
	network := b.Network()
	b.Run("web", network, &container.Config{Image: b.Server(), Env: []string{"VERSION=v1"}}, nil)
	for tool, image := range map[string]string{"nc": "busybox:1.35", "bash": "haproxy:2.6"} {
		t.Run(tool, func(t *testing.T) {
			name := b.Run(tool, network, &container.Config{Image: b.Image(image), Entrypoint: []string{"sh", "-c", idle}}, nil)
			remotetest.Until(t, "the server answers", func() bool {
				conn, err := b.Dial(t.Context(), name, "web:7")
				if err != nil {
					return false
				}
				defer conn.Close()
				fmt.Fprintln(conn, "are you there")
				line, _ := bufio.NewReader(conn).ReadString('\n')
				return line != ""
			})
			s := stream{b, tool, name}
			t.Run("reaches an address of the host's networks", s.reaches)
			t.Run("carries many bytes unchanged", s.carries)
			t.Run("loses nothing at a deadline", s.deadline)
			t.Run("leaves no process when it is closed", s.closed)
			t.Run("leaves no process when the other side closes it", s.ended)
			t.Run("says where a connection was refused", s.refused)
		})
	}
}

// stream is a container that carries streams.
type stream struct {
	*remotetest.Bench
	tool, name string
}

func (s stream) reaches(t *testing.T) {
	web := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
		return s.Dial(ctx, s.name, address)
	}}}
	defer web.CloseIdleConnections()
	for range 3 {
		answer, err := web.Get("http://web:8080/")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || string(body) != "v1" {
			t.Fatalf("%q, %v", body, err)
		}
	}
}

func (s stream) carries(t *testing.T) {
	conn := s.dial(t)
	const lines = 20_000
	go func() {
		w := bufio.NewWriter(conn)
		for i := range lines {
			fmt.Fprintf(w, "line %d of what is sent\x00\xff\n", i)
		}
		w.Flush()
	}()
	r := bufio.NewReader(conn)
	for i := range lines {
		line, err := r.ReadString('\n')
		if want := fmt.Sprintf("line %d of what is sent\x00\xff\n", i); err != nil || line != want {
			t.Fatalf("%q, %v instead of %q", line, err, want)
		}
	}
}

func (s stream) deadline(t *testing.T) {
	conn := s.dial(t)
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := conn.Read(make([]byte, 8)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%v instead of a deadline", err)
	}
	conn.SetReadDeadline(time.Time{})
	fmt.Fprint(conn, "still here\n")
	if line, err := bufio.NewReader(conn).ReadString('\n'); line != "still here\n" {
		t.Fatalf("%q, %v", line, err)
	}
}

func (s stream) closed(t *testing.T) {
	conn := s.dial(t)
	fmt.Fprint(conn, "x\n")
	conn.Read(make([]byte, 2))
	if all := strings.Join(s.Processes(s.name), "\n"); !strings.Contains(all, s.tool+" ") {
		t.Fatalf("no %s while a stream is open:\n%s", s.tool, all)
	}
	ended := make(chan error)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		ended <- err
	}()
	conn.Close()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("read ended with %v", err)
	}
	s.onlyIdle(t)
}

func (s stream) ended(t *testing.T) {
	conn, err := s.Dial(t.Context(), s.name, "web:8080")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.0\r\n\r\n")
	if got, err := io.ReadAll(conn); err != nil || !strings.HasSuffix(string(got), "v1") {
		t.Fatalf("%q, %v", got, err)
	}
	s.onlyIdle(t)
}

func (s stream) refused(t *testing.T) {
	for _, address := range []string{"web:9", "nowhere.invalid:80"} {
		conn, err := s.Dial(t.Context(), s.name, address)
		if err == nil {
			_, err = conn.Read(make([]byte, 1))
			conn.Close()
		}
		if err == nil || errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "dial "+address+": ") {
			t.Errorf("%s: %v", address, err)
		}
	}
	s.onlyIdle(t)
}

func (s stream) dial(t *testing.T) net.Conn {
	t.Helper()
	start := time.Now()
	conn, err := s.Dial(t.Context(), s.name, "web:7")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("opened in %s", time.Since(start))
	t.Cleanup(func() { conn.Close() })
	return conn
}

func (s stream) onlyIdle(t *testing.T) {
	t.Helper()
	remotetest.Until(t, "no process of a stream is left", func() bool {
		for _, p := range s.Processes(s.name) {
			if !strings.Contains(p, "sleep 1000") {
				return false
			}
		}
		return true
	})
}
