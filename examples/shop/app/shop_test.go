package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser keeps cookies and does not follow redirects.
type browser struct {
	t    *testing.T
	http *http.Client
	base string
}

// answer is what a browser got.
type answer struct {
	status  int
	version string
	to      string // where it redirects
	body    string
}

// visit starts a shop of that version on orders and opens a browser at it.
func visit(t *testing.T, version string, orders store) *browser {
	t.Helper()
	s := httptest.NewServer(newShop(version, orders, "key", slog.New(slog.DiscardHandler)).handler())
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{t, &http.Client{Jar: jar, CheckRedirect: stay}, s.URL}
}

func (b *browser) get(path string) answer { return b.read(b.http.Get(b.base + path)) }

func (b *browser) post(path string, form url.Values) answer {
	return b.read(b.http.PostForm(b.base+path, form))
}

func (b *browser) read(resp *http.Response, err error) answer {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("X-Shop-Version"), resp.Header.Get("Location"), string(body)}
}

// token is the hidden field of the form in a page.
func (a answer) token() string {
	found := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return found[1]
}

func (b *browser) signIn(name string) (token string) {
	b.t.Helper()
	token = b.get("/login").token()
	if a := b.post("/login", url.Values{"user": {name}, "csrf": {token}}); a.status != http.StatusFound || a.to != "/cart" {
		b.t.Fatalf("sign in: %d to %q: %s", a.status, a.to, a.body)
	}
	return token
}

func TestACustomerBuysWhatIsInTheCartOnce(t *testing.T) {
	b := visit(t, "v1", &memory{})
	form := url.Values{"csrf": {b.signIn("ana")}, "item": {"toy glider"}}
	b.post("/cart", form)
	b.post("/cart", form)
	if a := b.get("/cart"); !strings.Contains(a.body, "2 x toy glider") {
		t.Errorf("cart: %s", a.body)
	}
	if a := b.post("/pay", form); a.status != http.StatusOK || !strings.Contains(a.body, "3800 cents") {
		t.Errorf("pay: %d %s", a.status, a.body)
	}
	if a := b.post("/pay", form); a.status != http.StatusConflict {
		t.Errorf("paid twice: %d %s", a.status, a.body)
	}
}

func TestASessionGoesOnAtAnotherVersion(t *testing.T) {
	orders := &memory{}
	b := visit(t, "v1", orders)
	form := url.Values{"csrf": {b.signIn("ana")}, "item": {"paper plane"}}
	b.post("/cart", form)
	b.base = visit(t, "v2", orders).base
	if a := b.post("/pay", form); a.status != http.StatusOK || a.version != "v2" || !strings.Contains(a.body, "300 cents") {
		t.Errorf("pay at v2: %d by %q: %s", a.status, a.version, a.body)
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	b := visit(t, "v1", &memory{})
	for _, token := range []string{"", "guess", visit(t, "v1", &memory{}).get("/login").token()} {
		if a := b.post("/login", url.Values{"user": {"ana"}, "csrf": {token}}); a.status != http.StatusForbidden {
			t.Errorf("token %q: %d", token, a.status)
		}
	}
}

func TestAForgedBuyerHasToSignIn(t *testing.T) {
	b := visit(t, "v1", &memory{})
	at, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	forged := signer{[]byte("another key")}.seal("buyer", "ana")
	b.http.Jar.SetCookies(at, []*http.Cookie{{Name: buyerCookie, Value: forged}})
	if a := b.get("/cart"); a.status != http.StatusFound || a.to != "/login" {
		t.Errorf("cart: %d to %q", a.status, a.to)
	}
}

func TestANameIsText(t *testing.T) {
	b := visit(t, "v1", &memory{})
	b.signIn("<b>ana</b>")
	if a := b.get("/cart"); strings.Contains(a.body, "<b>") {
		t.Errorf("cart: %s", a.body)
	}
}

func TestAShopWithoutItsDatabaseIsNotHealthy(t *testing.T) {
	if a := visit(t, "v1", &memory{}).get("/healthz"); a.status != http.StatusOK {
		t.Errorf("with: %d", a.status)
	}
	gone := errors.New("connection refused")
	if a := visit(t, "v1", &memory{err: gone}).get("/healthz"); a.status != http.StatusServiceUnavailable {
		t.Errorf("without: %d", a.status)
	}
}

func TestSlowTakesMillisecondsUpToHalfAMinute(t *testing.T) {
	b := visit(t, "v1", &memory{})
	for query, want := range map[string]int{"ms=1": 200, "ms=30001": 400, "ms=-1": 400, "ms=soon": 400, "": 400} {
		if a := b.get("/slow?" + query); a.status != want {
			t.Errorf("%q: %d, want %d", query, a.status, want)
		}
	}
}

func TestARequestInFlightIsAnsweredAfterTheShopWasToldToClose(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	arrived, finish := make(chan bool), make(chan bool)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-finish
		io.WriteString(w, "done")
	})
	ctx, stop := context.WithCancel(t.Context())
	served, answered := make(chan error, 1), make(chan error, 1)
	go func() { served <- serve(ctx, listener, h, slog.New(slog.DiscardHandler)) }()
	go func() { answered <- wants("done", "http://"+listener.Addr().String()) }()
	<-arrived
	stop()
	for {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			break
		}
		conn.Close()
	}
	close(finish)
	if err := <-answered; err != nil {
		t.Errorf("request in flight: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// wants returns an error unless the body at address is want.
func wants(want, address string) error {
	resp, err := http.Get(address)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && string(body) != want {
		err = fmt.Errorf("body is %q", body)
	}
	return err
}
