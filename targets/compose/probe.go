package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// answerWithin is how long one probe may take.
const answerWithin = 5 * time.Second

// newProber returns a client that reaches the slots' own names through the proxy's
// container, over one kept connection each: opening one takes about 50 ms.
func newProber(h *host) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			MaxConnsPerHost: 1,
			IdleConnTimeout: 30 * time.Second,
			DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
				return h.dialAddress(ctx, address)
			},
		},
		Timeout:       answerWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// probe asks a service in a slot for its ready path. It says why the answer was not
// good; empty: it was, 2xx.
func (h *host) probe(ctx context.Context, r released, slot targets.Slot) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.address(slot)+r.Ready, nil)
	if err != nil {
		return err.Error()
	}
	req.Host = r.Name
	res, err := h.prober.Do(req)
	if err != nil {
		return h.unanswered(r, err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	if res.StatusCode/100 != 2 {
		return fmt.Sprintf("GET %s answered %d", r.Ready, res.StatusCode)
	}
	return ""
}

func (h *host) unanswered(r released, err error) string {
	var problem *text.Problem
	if errors.As(err, &problem) {
		return problem.Error()
	}
	return fmt.Sprintf("nothing answered GET %s on port %d", r.Ready, r.Port)
}

// address is where a service in a slot is found on the networks that it shares with the
// proxy.
func (r released) address(slot targets.Slot) string {
	return net.JoinHostPort(inSlot(r.Name, slot), strconv.Itoa(r.Port))
}
