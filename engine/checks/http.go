package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"

	"goaround/checklist"
	"goaround/targets/text"
)

const publicTimeout = 10 * time.Second

// HTTP sends the one request of an item.
func (r Runner) HTTP(ctx context.Context, item checklist.Item, client *http.Client) Result {
	defer client.CloseIdleConnections()
	return r.newVisit(client, nil, nil, item.Timeout).step(ctx, item.Steps[0])
}

// Public asks address, the site as everybody sees it, and is OK if the answer is below 500.
func (r Runner) Public(ctx context.Context, address string, client *http.Client) Result {
	defer client.CloseIdleConnections()
	return r.newVisit(client, nil, nil, publicTimeout).step(ctx, checklist.Request{Method: "GET", URL: address})
}

// Smoke sends the requests of an item, one after the other, to the scheme and host of
// base, until one is not answered as expected. Cookies and captured values are kept
// for the run. Each request has the item's timeout.
func (r Runner) Smoke(ctx context.Context, item checklist.Item, base *url.URL, client *http.Client) Result {
	defer client.CloseIdleConnections()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return Result{Evidence: r.line("make a cookie jar: %v", err)}
	}
	v := r.newVisit(client, base, jar, item.Timeout)
	start := time.Now()
	var said []text.Safe
	for i, q := range item.Steps {
		step := v.step(ctx, q)
		said = append(said, step.Evidence)
		if !step.OK {
			evidence := fmt.Sprintf("step %d of %d: %s", i+1, len(item.Steps), step.Evidence)
			return Result{Evidence: text.Clean(evidence), More: append(said, step.More...)}
		}
	}
	return Result{OK: true, Evidence: r.line("%s as expected in %s", requests(len(said)), took(time.Since(start))), More: said}
}

func requests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}
