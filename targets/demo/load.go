package demo

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// inFlight bounds the requests of the users that have no answer yet. What comes due
// beyond it is not sent.
const inFlight = 64

// patience is how long a user, or a probe, waits for an answer.
const patience = 10 * time.Second

// users send rps requests a second until ctx ends: evenly, to one host after the
// other, and without waiting for answers.
func (s *site) users(ctx context.Context, rps int) {
	transport := &http.Transport{MaxIdleConnsPerHost: inFlight}
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	d := newDice(s.seed, 0)
	seats := make(chan struct{}, inFlight)
	tick := time.NewTicker(time.Second / time.Duration(rps))
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			for range inFlight {
				seats <- struct{}{}
			}
			return
		case <-tick.C:
		}
		method, path := choose(d)
		url := s.hosts[n%len(s.hosts)].proxy.url + path
		select {
		case seats <- struct{}{}:
			go func() {
				ask(ctx, client, method, url)
				<-seats
			}()
		default:
		}
	}
}

// choose is what a user does next.
func choose(d *dice) (method, path string) {
	switch {
	case d.chance(0.35):
		return http.MethodGet, "/"
	case d.chance(0.45):
		return http.MethodGet, "/cart"
	case d.chance(0.55):
		return http.MethodPost, "/pay"
	}
	return http.MethodGet, "/login"
}

// ask sends one request. What comes of it is the proxy's to record.
func ask(ctx context.Context, client *http.Client, method, url string) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(""))
	if err != nil {
		return
	}
	res, err := client.Do(req)
	if err != nil {
		return
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
}
