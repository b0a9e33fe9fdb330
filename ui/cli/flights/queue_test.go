package flights

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/targets/compose/composetest"
	"goaround/targets/remote"
)

const schema = `
CREATE TABLE jobs (id serial PRIMARY KEY, taken boolean NOT NULL DEFAULT false);
CREATE TABLE done (job int NOT NULL, host text NOT NULL);
CREATE TABLE workers (host text, worker text, version text, started timestamptz DEFAULT clock_timestamp(), stopped timestamptz);`

// queue is the PostgreSQL of a stack, with jobs that keep coming in.
type queue struct {
	engine *remote.Engine
	name   string // of its container
}

// newQueue starts a stack's queue and lets jobs come in, some four a second.
func newQueue(t *testing.T, s *composetest.Stack) *queue {
	t.Helper()
	s.ComposeUp(t, "queue")
	e, err := remote.Open(t.Context(), s.Docker.DaemonHost())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	q := &queue{engine: e, name: s.Project + "-queue-1"}
	composetest.Until(t, "the queue", func() bool { _, err := q.psql(t.Context(), schema); return err == nil })
	filled := make(chan struct{})
	go func() {
		defer close(filled)
		q.psql(context.WithoutCancel(t.Context()), "INSERT INTO jobs DEFAULT VALUES \\watch 0.25\n")
	}()
	t.Cleanup(func() { q.fillNoMore(); <-filled })
	return q
}

func (q *queue) psql(ctx context.Context, script string) (string, error) {
	out, err := q.engine.Exec(ctx, q.name, "", []string{"psql", "-U", "work", "-At", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-f", "-"}, []byte(script))
	return strings.TrimSpace(string(out)), err
}

// count is the one number that a query gives.
func (q *queue) count(t *testing.T, query string) (n int) {
	t.Helper()
	out, err := q.psql(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	if n, err = strconv.Atoi(out); err != nil {
		t.Fatalf("%s: %q", query, out)
	}
	return n
}

func (q *queue) fillNoMore() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	q.psql(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO jobs%'")
}

// TestNoJobIsLost swaps a worker that always has a job in hand there and back. What it logs
// counts from the intent of a rollback: for the traffic to the latest moment at which a
// request was sent that the new version answered, for the worker until the old one was
// well and the new one had stopped. It flies alone, for the sake of these figures.
func TestNoJobIsLost(t *testing.T) {
	for _, order := range []string{"stop-first", "start-first"} {
		t.Run(order, func(t *testing.T) {
			s := composetest.New(t)
			s.AddQueue(t)
			s.AddService(t, "api")
			s.AddWorker(t, "mailer", order)
			watchFor(t, s, "1s")
			q := newQueue(t, s)
			s.ComposeUp(t)
			s.WaitFor(t, "v1")
			ada := pilot(t, s)
			load := s.Load(t, 250)
			visit(t, s, 320)
			swapThereAndBack(t, ada, s.Image(t, "v2"))
			q.fillNoMore()
			composetest.Until(t, "the end of the queue", func() bool { return q.count(t, "SELECT count(*) FROM jobs WHERE NOT taken") == 0 })
			q.judge(t, order)
			figures(t, ada.events(t, "latest"), load.Stop())
			for _, failed := range load.Failed() {
				t.Errorf("a request failed: %v", failed.Err)
			}
		})
	}
}

// swapThereAndBack deploys a version, and goes back and forward again until there were as
// many of both as swaps says.
func swapThereAndBack(t *testing.T, c crew, image string) {
	t.Helper()
	f := c.fly(t, "deploy", image, "--plain")
	f.toWatch()
	f.sees("step    swap the workers ok")
	for i := range swaps {
		if i > 0 {
			f.say("forward")
			f.expect("TRAFFIC IS THERE on v2")
			f.expect("WORKERS ARE THERE on v2")
			f.expect("switch  written down")
		}
		f.say("rollback")
		f.expect("TRAFFIC IS BACK on v1")
		f.expect("WORKERS ARE BACK on v1")
		f.expect("switch  written down")
	}
	f.expect("type close")
	f.say("close")
	f.ends(10)
}

// judge counts what became of the jobs, and who worked when.
func (q *queue) judge(t *testing.T, order string) {
	t.Helper()
	const before = "SELECT 1 FROM workers a WHERE a.started < b.started AND (a.stopped IS NULL OR a.stopped > b.started)"
	jobs := q.count(t, "SELECT count(*) FROM jobs")
	lost := q.count(t, "SELECT count(*) FROM jobs WHERE id NOT IN (SELECT job FROM done)")
	twice := q.count(t, "SELECT count(*) FROM (SELECT job FROM done GROUP BY job HAVING count(*) > 1) AS d")
	runs := q.count(t, "SELECT count(*) FROM workers")
	alone := q.count(t, "SELECT count(*) FROM workers b WHERE NOT EXISTS ("+before+")")
	new := q.count(t, "SELECT count(*) FROM done JOIN workers USING (host) WHERE version = 'v2'")
	t.Logf("%s, %d switches, %d rollbacks: %d jobs, %d lost, %d done twice; %d of %d workers began while none worked", order, swaps, swaps, jobs, lost, twice, alone, runs)
	if lost > 0 || twice > 0 || jobs == 0 || new == 0 || runs != 2*swaps+1 {
		t.Errorf("%d jobs, %d by v2, %d lost, %d done twice, by %d workers, want %d", jobs, new, lost, twice, runs, 2*swaps+1)
	}
	if want := map[string]int{"stop-first": runs, "start-first": 1}[order]; alone != want {
		t.Errorf("%d workers began while none worked, want %d", alone, want)
	}
}

// figures logs how long the rollbacks of a recording took, with two routed services and
// a worker.
func figures(t *testing.T, events []release.Event, sent []composetest.Sent) {
	t.Helper()
	back := rollbacks(events, sent)
	state := release.Fold(release.State{}, events...)
	var workers []time.Duration
	for _, sw := range state.Switches {
		if sw.Way.Back {
			workers = append(workers, state.WorkersOf(sw).Took)
		}
	}
	if len(back) != swaps || len(workers) != swaps {
		t.Fatalf("the recording has %d rollbacks, want %d", len(back), swaps)
	}
	t.Logf("rollback with two routed services and a worker: traffic back p50 %s, p95 %s; workers back p50 %s, p95 %s",
		quantile(back, 0.5), quantile(back, 0.95), quantile(workers, 0.5).Round(10*time.Millisecond), quantile(workers, 0.95).Round(10*time.Millisecond))
}
