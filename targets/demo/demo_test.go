package demo

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"sync"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// until waits for cond, a minute at most.
func until(t *testing.T, what string, cond func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(time.Minute)
	for !cond() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("no %s within a minute", what)
		}
	}
}

func pilot(t *testing.T, d *Target) {
	t.Helper()
	if _, err := d.Acquire(t.Context(), targets.Claim{By: "ana", Session: "s1"}); err != nil {
		t.Fatal(err)
	}
}

// do performs verb on slot of both hosts.
func do(t *testing.T, d *Target, v targets.Verb, slot targets.Slot) {
	t.Helper()
	r, err := d.Resolve(t.Context(), map[string]string{Service: Image}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range d.hosts {
		op := targets.Op{Host: h.name, Verb: v, Slot: slot, Release: r, Session: "s1", Drain: time.Minute}
		if err := d.Do(t.Context(), op, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func past(t *testing.T, d *Target) (seen []targets.Request) {
	t.Helper()
	if err := d.Past(t.Context(), time.Hour, func(r targets.Request) { seen = append(seen, r) }); err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestTheUsersGoToBothHostsInTurn(t *testing.T) {
	d := open(t, Options{RPS: 100})
	by := map[string]int{}
	until(t, "20 requests", func() bool {
		clear(by)
		for _, r := range past(t, d) {
			by[r.Host]++
			if r.Slot != targets.Base || r.Latency <= 0 {
				t.Errorf("%+v", r)
			}
		}
		return by["web-1"] >= 10 && by["web-2"] >= 10
	})
}

func TestCountersAgreeWithTheLog(t *testing.T) {
	d := open(t, Options{RPS: 200})
	until(t, "50 requests", func() bool { return len(past(t, d)) >= 50 })
	d.end()
	quiet := func() bool {
		for _, h := range d.hosts {
			if h.proxy.totals[targets.Base].active.Load() > 0 {
				return false
			}
		}
		return true
	}
	until(t, "end of the requests in flight", quiet)
	until(t, "agreement", func() bool {
		var requests, bad, logged, failed uint64
		for _, h := range d.hosts {
			requests += h.proxy.totals[targets.Base].requests.Load()
			bad += h.proxy.totals[targets.Base].bad.Load()
		}
		for _, r := range past(t, d) {
			logged++
			if r.Bad {
				failed++
			}
		}
		return requests == logged && bad == failed
	})
}

// client asks the public address again and again, and fails the test on any answer but 200.
func client(t *testing.T, ctx context.Context, address string) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	for ctx.Err() == nil {
		res, err := c.Get(address)
		if err != nil {
			t.Errorf("GET %s: %v", address, err)
			return
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("GET %s: %d %v", address, res.StatusCode, err)
		}
		res.Body.Close()
	}
}

func TestASwitchLosesNoRequest(t *testing.T) {
	d := open(t, Options{})
	pilot(t, d)
	do(t, d, targets.VerbStage, targets.Blue)
	do(t, d, targets.VerbReady, targets.Blue)
	ctx, stop := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() { client(t, ctx, d.URL()) })
	}
	for range 25 {
		do(t, d, targets.VerbRoute, targets.Blue)
		before := len(past(t, d))
		until(t, "request after the switch", func() bool { return len(past(t, d)) > before })
		do(t, d, targets.VerbRoute, targets.Base)
	}
	do(t, d, targets.VerbRoute, targets.Blue)
	do(t, d, targets.VerbRetire, targets.Base)
	stop()
	clients.Wait()
}

func TestWithoutAServerARequestIsBadAndInNoSlot(t *testing.T) {
	d := open(t, Options{})
	for _, h := range d.hosts {
		h.slot(targets.Base).kill()
	}
	res, err := http.Get(d.URL())
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	until(t, "bad request in no slot", func() bool {
		for _, r := range past(t, d) {
			if r.Slot == targets.NoSlot && r.Bad && res.StatusCode == http.StatusServiceUnavailable {
				return true
			}
		}
		return false
	})
}

func TestTheIdleSlotLetsASmokeTestLogIn(t *testing.T) {
	d := open(t, Options{Release: Bad})
	pilot(t, d)
	do(t, d, targets.VerbStage, targets.Blue)
	do(t, d, targets.VerbReady, targets.Blue)
	c := &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return d.Dial(ctx, "web-1", Service, targets.Blue)
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := c.Get("http://web/login")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindSubmatch(body)
	if err != nil || token == nil {
		t.Fatalf("no token in %s: %v", body, err)
	}
	for csrf, want := range map[string]int{string(token[1]): http.StatusFound, "forged": http.StatusForbidden} {
		res, err := c.PostForm("http://web/login", url.Values{"user": {"smoke"}, "csrf": {csrf}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("POST /login with %q: %d, want %d", csrf, res.StatusCode, want)
		}
	}
}

func TestAnUnknownReleaseIsAProblemThatNamesTheOthers(t *testing.T) {
	_, err := New(t.Context(), Options{Release: "god"})
	var p *text.Problem
	if !errors.As(err, &p) || p.Hint.String() != "use one of good, bad, slow, flaky, dead" {
		t.Errorf("error %v", err)
	}
}

func TestMoreUsersThanTheDemoHasAreRefused(t *testing.T) {
	for _, rps := range []int{-1, MaxRPS + 1} {
		var p *text.Problem
		if _, err := New(t.Context(), Options{RPS: rps}); !errors.As(err, &p) {
			t.Errorf("%d requests a second: error %v", rps, err)
		}
	}
}

func TestCloseLeavesNeitherGoroutineNorListener(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := newSite(t.Context(), Options{RPS: 200}, brisk)
	if err != nil {
		t.Fatal(err)
	}
	d := &Target{site: s}
	pilot(t, d)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	watched := make(chan error, 1)
	go func() { watched <- d.Watch(ctx, func(targets.Sighting) {}) }()
	do(t, d, targets.VerbStage, targets.Blue)
	do(t, d, targets.VerbReady, targets.Blue)
	do(t, d, targets.VerbRoute, targets.Blue)
	until(t, "requests", func() bool { return len(past(t, d)) > 20 })
	addresses := []string{d.hosts[0].slot(targets.Base).address(), d.hosts[1].slot(targets.Blue).address()}
	for _, h := range d.hosts {
		u, err := url.Parse(h.proxy.url)
		if err != nil {
			t.Fatal(err)
		}
		addresses = append(addresses, u.Host)
	}
	stop()
	if err := <-watched; err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	for _, a := range addresses {
		if c, err := net.Dial("tcp", a); err == nil {
			c.Close()
			t.Errorf("%s still listens", a)
		}
	}
	until(t, "end of every goroutine", func() bool { return runtime.NumGoroutine() <= before })
}
