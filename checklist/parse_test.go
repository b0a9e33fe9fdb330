package checklist_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
)

func parse(t *testing.T, text string) *checklist.File {
	t.Helper()
	f, errs := checklist.Parse("goaround.yaml", []byte(text))
	for _, err := range errs {
		t.Error(err.Render())
	}
	if t.Failed() {
		t.FailNow()
	}
	return f
}

func TestEveryFieldOfAFileIsRead(t *testing.T) {
	data, err := os.ReadFile("testdata/goaround.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := &checklist.File{
		App:     "shop",
		Compose: checklist.Compose{Files: []string{"compose.yaml", "compose.prod.yaml"}, Project: "shop"},
		Proxy:   checklist.Proxy{Service: "proxy", Kind: "haproxy"},
		Environments: []checklist.Environment{
			{Name: "staging", Hosts: []string{"context:stage", "unix:///run/stage.sock"}, URL: "https://staging.shop.example/", Votes: 1},
			{Name: "production", Hosts: []string{"ssh://deploy@web-1", "ssh://deploy@web-2:2222"}, URL: "https://shop.example/", Votes: 1},
		},
		Release: []checklist.Service{
			{Name: "web", Backend: "shop_web", Port: 8080, Ready: "/healthz", ReadyWithin: 90 * time.Second},
			{Name: "api", Backend: "api", ReadyWithin: time.Minute},
			{Name: "mailer", Order: checklist.StopFirst, ReadyWithin: 2 * time.Minute},
		},
		Jobs: []checklist.Job{
			{Name: "migrate", Service: "web", Command: []string{"/shop", "migrate"}, Class: checklist.JobExpand, Timeout: 20 * time.Minute},
			{Name: "drop-legacy", Service: "api", Command: []string{"sh", "-c", "bin/drop --all"}, Class: checklist.JobContract, Timeout: 10 * time.Minute},
		},
		Pre: []checklist.Item{
			{ID: "pre-1", Phase: "pre", Kind: "ask", Title: "On-call told in #ops?", Who: "copilot", Key: true},
			{
				ID: "pre-2", Phase: "pre", Kind: "command", Title: "CI is green on this commit",
				Command: []string{"./bin/ci-status", "--limit", "1"}, Timeout: 90 * time.Second,
			},
			{
				ID: "pre-3", Phase: "pre", Kind: "command", Title: "Disk has room",
				Command: []string{"sh", "-c", "df -h / | tail -1"}, Timeout: 30 * time.Second,
			},
			{
				ID: "pre-4", Phase: "pre", Kind: "http", Title: "Payment provider is up", Timeout: 10 * time.Second,
				Steps: []checklist.Request{
					{Method: "GET", URL: "https://status.pay.example/api", Status: 200, Expect: "operational"},
				},
			},
		},
		During: []checklist.Item{
			{ID: "during-1", Phase: "during", Kind: "job", Title: "job migrate", Job: "migrate"},
			{ID: "during-2", Phase: "during", Kind: "stage", Title: "Bring up the idle slot"},
			{
				ID: "during-3", Phase: "during", Kind: "smoke", Title: "/login /cart/{{ token }}", Timeout: 10 * time.Second,
				Steps: []checklist.Request{
					{Method: "GET", URL: "/login", Status: 200, Capture: map[string]string{"token": `name="csrf" value="([^"]+)"`}},
					{Method: "POST", URL: "/login", Status: 302, Form: map[string]string{"user": "smoke", "pin": "0042", "csrf": "{{token}}"}},
					{
						Method: "PUT", URL: "/cart/{{ token }}?full=1", Body: "{\"n\": 1}\n",
						Header: map[string]string{"Content-Type": "application/json"},
					},
				},
			},
			{ID: "during-4", Phase: "during", Kind: "ask", Title: "Ready to move the traffic?"},
			{ID: "during-5", Phase: "during", Kind: "job", Title: "job drop-legacy", Job: "drop-legacy"},
			{ID: "during-6", Phase: "during", Kind: "cutover", Title: "Move the traffic"},
		},
		Post: []checklist.Item{
			{ID: "post-1", Phase: "post", Kind: "ask", Title: "Orders flowing?", After: 10 * time.Minute},
		},
		Cutover:  checklist.CutoverAuto,
		Waves:    []int{1, 3},
		Watch:    time.Hour,
		Guard:    checklist.Guard{Errors: 0.025, Latency: 1.5, Auto: checklist.AutoOff},
		Rollback: checklist.Rollback{AlwaysConfirm: true, Drain: 45 * time.Second, UntilNext: true},
		AllowYes: true,
	}
	if diff := cmp.Diff(want, parse(t, string(data))); diff != "" {
		t.Error(diff)
	}
}

func TestAppAndReleaseAreEnough(t *testing.T) {
	want := &checklist.File{
		App:          "shop",
		Environments: []checklist.Environment{{Name: "production", Hosts: []string{"local"}, Votes: 1}},
		Release:      []checklist.Service{{Name: "web", Backend: "web", ReadyWithin: time.Minute}},
		During: []checklist.Item{
			{ID: "during-1", Phase: "during", Kind: "stage", Title: "Bring up the idle slot"},
			{ID: "during-2", Phase: "during", Kind: "cutover", Title: "Move the traffic"},
		},
		Cutover:  checklist.CutoverAsk,
		Watch:    30 * time.Minute,
		Guard:    checklist.Guard{Errors: 0.05, Latency: 2, Auto: checklist.AutoCountdown},
		Rollback: checklist.Rollback{Drain: 30 * time.Second},
	}
	if diff := cmp.Diff(want, parse(t, "app: shop\nrelease:\n  web:\n")); diff != "" {
		t.Error(diff)
	}
}

func TestAStageThatIsLeftOutGoesAfterTheJobsThatStandFirst(t *testing.T) {
	f := parse(t, `
app: shop
release: {web: }
jobs:
  expand: {service: web, command: [/shop, expand], class: expand}
  fill: {service: web, command: [/shop, fill], class: none}
checklist:
  during:
    - job: expand
    - ask: "Is the index there?"
    - job: fill
`)
	var kinds []checklist.Kind
	for _, it := range f.During {
		kinds = append(kinds, it.Kind)
	}
	want := []checklist.Kind{checklist.RunJob, checklist.Stage, checklist.Ask, checklist.RunJob, checklist.Cutover}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
}
