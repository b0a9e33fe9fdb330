package composetest

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Socket is a WebSocket client: a connection that was upgraded and stays.
type Socket struct {
	Version string // that it talks to

	conn net.Conn
	r    *bufio.Reader
}

// Socket opens one through the proxy; it is closed with the test.
func (s *Stack) Socket(t testing.TB) *Socket {
	t.Helper()
	addr := strings.TrimPrefix(s.URL, "http://")
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	k := &Socket{conn: conn, r: bufio.NewReader(conn)}
	conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprintf(conn, "GET /echo HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", addr)
	res, err := http.ReadResponse(k.r, nil)
	if err != nil {
		t.Fatalf("upgrade: %v", err)
	}
	if accept := res.Header.Get("Sec-WebSocket-Accept"); res.StatusCode != http.StatusSwitchingProtocols || accept != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("upgrade: %s, accept %q", res.Status, accept)
	}
	k.Version = res.Header.Get("X-Version")
	return k
}

// Echo sends a line and waits for it to come back.
func (k *Socket) Echo() error {
	k.conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintln(k.conn, "ping"); err != nil {
		return err
	}
	line, err := k.r.ReadString('\n')
	if err == nil && line != "ping\n" {
		return fmt.Errorf("echoed %q", line)
	}
	return err
}

// Wait waits until the other side has ended it, and reports whether it has.
func (k *Socket) Wait() bool {
	k.conn.SetDeadline(time.Now().Add(patience))
	_, err := k.r.ReadByte()
	late, ok := err.(net.Error)
	return err != nil && !(ok && late.Timeout())
}

// Close ends it.
func (k *Socket) Close() error { return k.conn.Close() }
