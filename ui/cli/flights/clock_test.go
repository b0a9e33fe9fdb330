package flights

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"goaround/targets/compose/composetest"
)

// TestALeaseIsJudgedByItsOwnEnginesClock has one host of two whose clock is an hour
// ahead or behind. While its holder lives, nobody gets the lease; when it has slept for
// long enough, anybody does, and the sleeper says who.
func TestALeaseIsJudgedByItsOwnEnginesClock(t *testing.T) {
	t.Parallel()
	off := []time.Duration{time.Hour}
	if everywhere {
		off = append(off, -time.Hour)
	}
	for _, off := range off {
		t.Run(off.String(), func(t *testing.T) {
			t.Parallel()
			s, ada := pair(t, "30m")
			ada.env = []string{"DOCKER_CONFIG=" + t.TempDir()}
			ada.context(t, "web-1", s.engines[0].Host)
			ada.context(t, "web-2", wrongClock(t, s.engines[1].Host, off))
			grace := colleague(t, ada.stack)
			grace.env = ada.env
			image := s.image(t, "v2")
			loads := s.load(t, 20)
			f := ada.fly(t, "deploy", image, "--plain")
			f.toWatch()
			heard(t, grace, false)
			hosts := status(t, grace).Observed.Hosts
			if apart := hosts[1].Lease.Since.Sub(hosts[0].Lease.Since); (apart - off).Abs() > time.Minute {
				t.Fatalf("the clocks are %s apart, want %s", apart, off)
			}
			mention(t, grace.fly(t, "deploy", image, "--plain").ends(15), "the lease is held by ada")
			f.say("rollback")
			f.expect("TRAFFIC IS BACK on v1, 2 of 2 hosts")
			f.expect("the rollback is done")
			signal(t, f, syscall.SIGSTOP)
			heard(t, grace, true)
			g := grace.fly(t, "deploy", image, "--plain")
			g.expect("for GO / NO-GO")
			signal(t, f, syscall.SIGCONT)
			f.expect("LEASE   taken over by grace")
			f.ends(15)
			g.say("no-go it is ada's")
			g.ends(11)
			s.serves(t, "v1")
			answered(t, loads)
		})
	}
}

// TestALaptopThatSleepsAloneKeepsItsLease stops the process of a deploy in its watch until
// anybody might have the lease, which nobody wants, and lets it go on.
func TestALaptopThatSleepsAloneKeepsItsLease(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	grace := colleague(t, s)
	image := s.Image(t, "v2")
	f := ada.fly(t, "deploy", image, "--plain")
	f.toWatch()
	signal(t, f, syscall.SIGSTOP)
	heard(t, grace, true)
	signal(t, f, syscall.SIGCONT)
	heard(t, grace, false)
	mention(t, grace.fly(t, "deploy", image, "--plain").ends(15), "the lease is held by ada")
	f.say("rollback")
	f.expect("TRAFFIC IS BACK on v1")
	f.expect("the rollback is done")
	f.say("close")
	f.ends(10)
	mention(t, grace.must(t, 0, "status"), "v1 is live in base")
}

// heard waits until each host has a lease that is free to take, or is not.
func heard(t testing.TB, c crew, free bool) {
	t.Helper()
	composetest.Until(t, fmt.Sprintf("a lease on each host, free: %v", free), func() bool {
		for _, h := range status(t, c).Observed.Hosts {
			if h.Lease == nil || h.Lease.Free != free {
				return false
			}
		}
		return true
	})
}

// wrongClock is the address of an engine whose clock is off, and with it all times that it
// says: a proxy before it changes them, and those that its logs are asked for.
func wrongClock(t testing.TB, engine string, off time.Duration) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "docker.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", strings.TrimPrefix(engine, "unix://"))
	}
	server := &http.Server{Handler: &httputil.ReverseProxy{
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0), // of requests that were given up
		Transport:     &http.Transport{DialContext: dial},
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "docker"
			q := r.Out.URL.Query()
			if since, err := strconv.ParseFloat(q.Get("since"), 64); err == nil && since > 0 {
				q.Set("since", strconv.FormatFloat(since-off.Seconds(), 'f', 9, 64))
				r.Out.URL.RawQuery = q.Encode()
			}
		},
		ModifyResponse: func(res *http.Response) error {
			switch path := res.Request.URL.Path; {
			case strings.HasSuffix(path, "/logs"):
				res.Body = &wrongLog{ReadCloser: res.Body, off: off}
			case strings.HasSuffix(path, "/info"), strings.Contains(path, "/containers/") && strings.HasSuffix(path, "/json"):
				body, err := io.ReadAll(res.Body)
				if err != nil {
					return err
				}
				body = shift(body, off)
				res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
				res.Header.Set("Content-Length", strconv.Itoa(len(body)))
			}
			return nil
		},
	}}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return "unix://" + path
}

// wrongLog is the log of a container, in the frames of the engine: the time before each
// line is off, and that of a request in the line of a proxy.
type wrongLog struct {
	io.ReadCloser
	off  time.Duration
	next bytes.Buffer
}

func (l *wrongLog) Read(p []byte) (int, error) {
	if l.next.Len() == 0 {
		head := make([]byte, 8)
		if _, err := io.ReadFull(l.ReadCloser, head); err != nil {
			return 0, err
		}
		line := make([]byte, binary.BigEndian.Uint32(head[4:]))
		if _, err := io.ReadFull(l.ReadCloser, line); err != nil {
			return 0, err
		}
		line = shift(line, l.off)
		binary.BigEndian.PutUint32(head[4:], uint32(len(line)))
		l.next.Write(append(head, line...))
	}
	return l.next.Read(p)
}

// shift changes the times in what an engine says.
func shift(said []byte, off time.Duration) []byte {
	times := regexp.MustCompile(`("(?:SystemTime|Created|StartedAt|FinishedAt|t)":|^)("?20[0-9T:.-]{10,27}Z"?|[0-9]{10,13})`)
	return times.ReplaceAllFunc(said, func(found []byte) []byte {
		parts := times.FindSubmatch(found)
		return slices.Concat(parts[1], []byte(shifted(string(parts[2]), off)))
	})
}

// shifted is a time in quotes or without them, or the seconds or milliseconds of one.
func shifted(value string, off time.Duration) string {
	if n, err := strconv.ParseInt(value, 10, 64); err == nil {
		if n > 1e12 {
			return strconv.FormatInt(n+off.Milliseconds(), 10)
		}
		return strconv.FormatInt(n+int64(off.Seconds()), 10)
	}
	at, err := time.Parse(time.RFC3339Nano, strings.Trim(value, `"`))
	if err != nil || at.Year() < 1970 {
		return value
	}
	said := at.Add(off).Format("2006-01-02T15:04:05.000000000Z07:00")
	if value[0] == '"' {
		said = `"` + said + `"`
	}
	return said
}
