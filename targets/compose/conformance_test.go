package compose_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/compose/composetest"
	"goaround/targets/targettest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	targettest.Run(t, func(t *testing.T) targettest.Subject {
		s := composetest.New(t)
		s.AddWorker(t, "mailer", "start-first")
		s.AddWorker(t, "indexer", "stop-first")
		s.ComposeUp(t)
		s.WaitFor(t, "v1")
		edit(t, s.Dir+"/goaround.yaml", func(file string) string {
			return strings.Replace(file, "ready_within: 60s", "ready_within: 10s", 1)
		})
		return targettest.Subject{
			Target:  open(t, s),
			Peer:    open(t, s),
			Hosts:   []string{"local"},
			Service: "web",
			Workers: []string{"mailer", "indexer"},
			Good:    s.Image(t, "v2"),
			Sick:    s.Image(t, "sick"),
			Path:    "/",
			Jobs: targettest.Jobs{
				Good: targets.Job{Name: "good", Service: "web", Command: []string{"/app", "job", "2s", "0"}, Timeout: time.Minute},
				Bad:  targets.Job{Name: "bad", Service: "web", Command: []string{"/app", "job", "0s", "3"}, Timeout: time.Minute},
				Says: "migrating",
			},
			Send: func(ctx context.Context) error { return send(ctx, s.URL) },
			Left: func(ctx context.Context, slot targets.Slot) ([]string, error) { return left(ctx, s, slot) },
		}
	})
}

func send(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}

// left are the containers of a slot, as Docker lists them.
func left(ctx context.Context, s *composetest.Stack, slot targets.Slot) ([]string, error) {
	containers, err := s.Containers(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range containers {
		if strings.HasPrefix(c.Names[0], "/"+s.Project+"-"+string(slot)+"-") {
			names = append(names, c.Names[0])
		}
	}
	return names, nil
}
