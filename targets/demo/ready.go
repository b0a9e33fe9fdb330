package demo

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// An instance is ready when it has answered this many probes in a row, this far apart.
const (
	probes     = 3
	probeEvery = 200 * time.Millisecond
)

func (s *site) awaitReady(ctx context.Context, h *host, name targets.Slot, report func(targets.Progress)) error {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: patience}
	for good, end := 0, time.Now().Add(s.pace.ready); ; {
		sl := h.slot(name)
		if !sl.running() {
			return nothingThere(h, name)
		}
		status := probe(ctx, client, sl.address())
		if good++; status != http.StatusOK {
			good = 0
		}
		tell(report, targets.Progress{Text: text.Clean(fmt.Sprintf("GET %s %d", Health, status))})
		if good == probes {
			return nil
		}
		if good == 0 && time.Now().After(end) {
			return neverReady(h, sl, s.pace.ready)
		}
		if err := inproc.Pause(ctx, probeEvery); err != nil {
			return err
		}
	}
}

// probe is the status of one answer; 0: there is none.
func probe(ctx context.Context, client *http.Client, addr string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+Health, nil)
	if err != nil {
		return 0
	}
	res, err := client.Do(req)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

func neverReady(h *host, sl *slot, within time.Duration) error {
	p := text.NewProblem("not-ready",
		fmt.Sprintf("%s in %s on %s was not ready within %s", sl.release.Version, sl.name, h.name, within),
		"read the last lines of its log, mend the release, and deploy it again")
	p.More = sl.app.last()
	return p
}
