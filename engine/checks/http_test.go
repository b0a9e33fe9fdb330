package checks_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine/checks"
	"goaround/targets/text"
)

// serve is a server that answers every request by h.
func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// get is an HTTP item that sends one request.
func get(address string, change func(*checklist.Request)) checklist.Item {
	q := checklist.Request{Method: "GET", URL: address}
	if change != nil {
		change(&q)
	}
	return checklist.Item{Kind: checklist.HTTP, Timeout: patience, Steps: []checklist.Request{q}}
}

// visible is a line of evidence with the server's address as HOST.
func visible(server *httptest.Server, got checks.Result) checks.Result {
	host := strings.TrimPrefix(server.URL, "http://")
	got.Evidence = text.Clean(strings.ReplaceAll(got.Evidence.String(), host, "HOST"))
	return got
}

func TestAnAnswerIsJudgedByWhatIsExpected(t *testing.T) {
	status := func(n int) func(*checklist.Request) {
		return func(q *checklist.Request) { q.Status = n }
	}
	body := func(s string) func(*checklist.Request) {
		return func(q *checklist.Request) { q.Expect = s }
	}
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		change   func(*checklist.Request)
		ok       bool
		evidence string
		more     string
	}{
		"nothing expected, 200":   {answering(200, "ok"), nil, true, "200 in T", ""},
		"nothing expected, 404":   {answering(404, ""), nil, true, "404 in T", ""},
		"nothing expected, 503":   {answering(503, "\nno upstream\n\ntry later\n3\n4\n"), nil, false, "503 in T, expected below 500", "no upstream\ntry later\n3\n"},
		"the status expected":     {answering(418, ""), status(418), true, "418 in T", ""},
		"another status":          {answering(200, "hello"), status(204), false, "200 in T, expected 204", "hello\n"},
		"the body expected":       {answering(200, "all operational"), body("operational"), true, "200 in T", ""},
		"another body":            {answering(200, "degraded"), body("operational"), false, "200 in T, expected `operational` in the body", "degraded\n"},
		"error, body as expected": {answering(500, "operational"), body("operational"), false, "500 in T, expected below 500", "operational\n"},
		"redirect expected":       {redirect("/login?next=secret"), status(302), true, "302 to /login in T", ""},
		"redirect not expected":   {redirect("https://other.example/"), status(200), false, "302 to / in T, expected 200", ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, c.answer)
			got := checks.Runner{}.HTTP(t.Context(), get(server.URL+"/x?key=hidden", c.change), checks.Outside())
			check(t, visible(server, got), c.ok, "GET http://HOST/x "+c.evidence, c.more)
		})
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func TestWhatARequestSaysIsSent(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		fmt.Fprintf(w, "%s %s %s %s %s %s", q.Method, q.URL, q.Host, q.Header.Get("X-Team"), q.UserAgent(), body)
	})
	item := get(server.URL+"/a/b?c=d", func(q *checklist.Request) {
		q.Method, q.Body = "PUT", "hello"
		q.Header = map[string]string{"X-Team": "shop", "Host": "shop.example"}
		q.Expect = "PUT /a/b?c=d shop.example shop goaround hello"
	})
	got := checks.Runner{}.HTTP(t.Context(), item, checks.Outside())
	check(t, visible(server, got), true, "PUT http://HOST/a/b 200 in T", "")
}

func TestAnAnswerThatNeverEndsIsReadToItsFirstMegabyte(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, q *http.Request) {
		for q.Context().Err() == nil {
			fmt.Fprint(w, strings.Repeat("\x1b[2J", 1<<14))
		}
	})
	item := get(server.URL, func(q *checklist.Request) { q.Expect = "needle" })
	got := checks.Runner{}.HTTP(t.Context(), item, checks.Outside())
	checkSafe(t, got)
	got.More = nil
	check(t, visible(server, got), false, "GET http://HOST 200 in T, expected `needle` in the first MiB of the body", "")
}

func TestAServerThatDoesNotAnswerFailsTheCheck(t *testing.T) {
	asked := make(chan struct{}, 8)
	server := serve(t, func(w http.ResponseWriter, q *http.Request) {
		asked <- struct{}{}
		if q.URL.Path == "/half" {
			fmt.Fprint(w, "half")
			w.(http.Flusher).Flush()
		}
		<-q.Context().Done()
	})
	for _, path := range []string{"/never", "/half"} {
		item := get(server.URL+path, nil)
		item.Timeout = 100 * time.Millisecond
		got := checks.Runner{}.HTTP(t.Context(), item, checks.Outside())
		check(t, visible(server, got), false, "GET http://HOST"+path+": not done within T", "")
	}
	for len(asked) > 0 {
		<-asked
	}

	ctx, stop := context.WithCancel(t.Context())
	results := make(chan checks.Result, 1)
	go func() { results <- checks.Runner{}.HTTP(ctx, get(server.URL, nil), checks.Outside()) }()
	wait(t, asked)
	stop()
	check(t, visible(server, wait(t, results)), false, "GET http://HOST: stopped before it ended", "")
}

func TestAServerThatIsNotThereFailsTheCheck(t *testing.T) {
	server := serve(t, answering(200, ""))
	server.Close()
	got := visible(server, checks.Runner{}.HTTP(t.Context(), get(server.URL, nil), checks.Outside()))
	check(t, got, false, "GET http://HOST: dial tcp HOST: connect: connection refused", "")
}

func TestACertificateThatNobodyVouchesForFailsTheCheck(t *testing.T) {
	server := httptest.NewUnstartedServer(answering(200, ""))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	got := checks.Runner{}.HTTP(t.Context(), get(server.URL, nil), checks.Outside())
	if got.OK || !strings.Contains(got.Evidence.String(), "certificate") {
		t.Errorf("got %v, %q", got.OK, got.Evidence)
	}
}

func TestAHostileAnswerIsMadeSafe(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	answers := make(chan string, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			fmt.Fprint(conn, <-answers)
			conn.Close()
		}
	}()
	door := text.NewDoor(map[string]string{"API_TOKEN": "correct-horse-battery"})
	for name, answer := range map[string]string{
		"body":         "HTTP/1.1 500 \x1b[31mNo\r\n\r\n\x1b]0;title\x07\u202Eevil\r\ncorrect-horse-battery\xff\r\n",
		"location":     "HTTP/1.1 302 Found\r\nLocation: /\u202E%1b[31m\u2066/correct-horse-battery\r\nContent-Length: 0\r\n\r\n",
		"no HTTP":      "\x1b[31mSSH-2.0-correct-horse-battery\r\n",
		"one line":     "HTTP/1.1 500 No\r\n\r\n" + strings.Repeat("\u202Ex", 1<<20),
		"bad encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\x1b\r\n",
		"cut off":      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
	} {
		t.Run(name, func(t *testing.T) {
			answers <- answer
			item := get("http://"+listener.Addr().String(), func(q *checklist.Request) { q.Status = 204 })
			got := checks.Runner{Door: door}.HTTP(t.Context(), item, checks.Outside())
			if got.OK {
				t.Error("it is OK")
			}
			checkSafe(t, got)
			for _, line := range append(got.More, got.Evidence) {
				if strings.Contains(line.String(), "correct-horse") {
					t.Errorf("the secret is in %q", line)
				}
			}
		})
	}
}

func TestThePublicSiteIsOKBelow500(t *testing.T) {
	for status, ok := range map[int]bool{200: true, 302: true, 404: true, 500: false, 503: false} {
		server := serve(t, answering(status, ""))
		got := checks.Runner{}.Public(t.Context(), server.URL+"/", checks.Outside())
		if got.OK != ok {
			t.Errorf("%d: OK is %v: %s", status, got.OK, got.Evidence)
		}
	}
}

func TestASlotIsReachedAsAProxyWouldReachIt(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, q *http.Request) {
		if _, err := q.Cookie("sid"); err != nil {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "0123456789", Secure: true, HttpOnly: true, Domain: "shop.example"})
			fmt.Fprintf(w, "hello %s %s", q.Host, q.Header.Get("X-Forwarded-Proto"))
			return
		}
		fmt.Fprint(w, "welcome back")
	})
	dials := 0
	client := checks.Inside(func(ctx context.Context) (net.Conn, error) {
		dials++
		var d net.Dialer
		return d.DialContext(ctx, "tcp", server.Listener.Addr().String())
	})
	base := &url.URL{Scheme: "https", Host: "shop.example"}
	got := checks.Runner{}.Smoke(t.Context(), smoke(
		checklist.Request{Method: "GET", URL: "/", Expect: "hello shop.example https"},
		checklist.Request{Method: "GET", URL: "/", Expect: "welcome back"},
	), base, client)
	check(t, got, true, "2 requests as expected in T", "GET / 200 in T\nGET / 200 in T\n")
	if dials != 1 {
		t.Errorf("%d connections, want one that is kept", dials)
	}
}
