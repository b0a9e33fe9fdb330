package haproxy_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/remote/remotetest"
	"goaround/targets/router"
	"goaround/targets/router/haproxy"
	"goaround/targets/text"
)

func TestARealProxy(t *testing.T) {
	r := newRig(t)
	t.Run("has a configuration that releases can be moved with", r.configured)
	t.Run("sends everything to the slot it was switched to", r.switches)
	t.Run("loses no request when it is switched under load", r.underLoad)
	t.Run("counts as many requests as it logs", r.counts)
	t.Run("refuses a slot where nothing runs, and changes nothing", r.refuses)
	t.Run("obeys the newest switch", r.newest)
	t.Run("alarms when something else has changed its weights", r.alarms)
	t.Run("is switched in the middle of reloads", r.reloads)
	t.Run("comes back from a restart as it was", r.restarts)
	t.Run("is said to be silent when it is stopped", r.silent)
}

func only(slot targets.Slot) map[string]int {
	all := map[string]int{}
	for _, service := range []string{"web", "api"} {
		for _, s := range []targets.Slot{targets.Base, targets.Blue, targets.Green} {
			all[service+"/"+string(s)] = 0
			if s == slot {
				all[service+"/"+string(s)] = 100
			}
		}
	}
	return all
}

func (r *rig) configured(t *testing.T) {
	if found := haproxy.Check([]router.File{{Name: "haproxy.cfg", Text: r.configuration()}}, r.routes); found != nil {
		t.Error(found)
	}
	if diff := cmp.Diff(only(targets.Base), r.weights(t)); diff != "" {
		t.Error(diff)
	}
}

func (r *rig) switches(t *testing.T) {
	kept := &http.Client{Transport: &http.Transport{}}
	defer kept.CloseIdleConnections()
	for _, to := range []targets.Slot{targets.Blue, targets.Green, targets.Blue, targets.Blue} {
		r.mustSwitch(t, to)
		if diff := cmp.Diff(only(to), r.weights(t)); diff != "" {
			t.Error(diff)
		}
		for range 10 {
			for _, path := range []string{"/", "/api"} {
				if got, err := r.get(kept, path); got != string(to) {
					t.Errorf("%s of %s is answered by %q, %v", path, to, got, err)
				}
			}
		}
	}
}

func (r *rig) underLoad(t *testing.T) {
	l := r.load(t, 200)
	var took, bare []time.Duration
	for i := range 20 {
		rehearsal, err := r.Rehearse(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		bare = append(bare, rehearsal)
		start := time.Now()
		r.mustSwitch(t, []targets.Slot{targets.Green, targets.Blue}[i%2])
		took = append(took, time.Since(start))
		want := l.count() + 10
		remotetest.Until(t, "ten more requests", func() bool { return l.count() >= want })
	}
	l.end()
	if len(l.failed) > 0 || l.sent < 200 {
		t.Errorf("%d of %d requests failed: %q", len(l.failed), l.sent, l.failed)
	}
	slices.Sort(took)
	slices.Sort(bare)
	t.Logf("%d requests; p50 / p95: a switch of two backends %s / %s, one call of the admin socket %s / %s",
		l.sent, took[10], took[19], bare[10], bare[19])
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent
}

// sum is what a watch has seen of one service in one slot.
type sum struct{ Requests, Bad int }

// logged and counted are the two witnesses' words about a slot of a service.
func (w *watched) logged(service string, slot targets.Slot) sum {
	var s sum
	for _, q := range w.seen() {
		if q.Service == service && q.Slot == slot {
			s.Requests++
			if q.Bad {
				s.Bad++
			}
		}
	}
	return s
}

func (w *watched) counted(service string, slot targets.Slot) sum {
	c := w.counter(service, slot)
	return sum{int(c.Requests), int(c.Bad)}
}

func (s sum) minus(o sum) sum { return sum{s.Requests - o.Requests, s.Bad - o.Bad} }

// expect waits until the log says one thing of the service web, and the counters the
// other, since before.
func (w *watched) expect(t *testing.T, log, counters, before sum) {
	t.Helper()
	var l, c sum
	defer func() {
		if t.Failed() {
			t.Errorf("logged %+v, counted %+v instead of %+v and %+v", l, c, log, counters)
		}
	}()
	remotetest.Until(t, "both witnesses have it", func() bool {
		l, c = w.logged("web", targets.Blue), w.counted("web", targets.Blue).minus(before)
		return l == log && c == counters
	})
}

func (r *rig) counts(t *testing.T) {
	r.mustSwitch(t, targets.Blue)
	w := r.watch(t)
	before := w.counted("web", targets.Blue)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	ask := func(n int, path string) {
		for range n {
			r.get(client, path)
		}
	}
	ask(50, "/")
	ask(20, "/api")
	ask(7, "/status?code=500")
	ask(5, "/status?code=404")
	ask(2, "/cut")
	ask(4, "/slow?ms=100")
	for range 3 {
		r.fresh("/abort")
	}
	w.expect(t, sum{71, 12}, sum{71, 12}, before)
	if api := w.logged("api", targets.Blue); api.Requests < 20 || api.Bad > 0 {
		t.Errorf("%+v of the other service", api)
	}

	ask(1, "/")
	ask(1, "/abort")
	w.expect(t, sum{72, 12}, sum{73, 13}, before)

	slow := 0
	for _, q := range w.seen() {
		if q.Latency >= 100*time.Millisecond {
			slow++
		}
		if q.Host != "local" || time.Since(q.At).Abs() > time.Hour {
			t.Fatalf("%+v", q)
		}
	}
	if slow < 4 {
		t.Errorf("%d slow requests", slow)
	}
}

func (r *rig) refuses(t *testing.T) {
	r.mustSwitch(t, targets.Green)
	err := r.Switch(t.Context(), targets.Base)
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != "proxy-server" || !strings.Contains(p.Error(), "web/base has no address") {
		t.Errorf("%v", err)
	}
	err = r.Switch(t.Context(), "red")
	if !errors.As(err, &p) || p.Code != "proxy-backend" || !strings.Contains(p.Error(), "no server red") {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(only(targets.Green), r.weights(t)); diff != "" {
		t.Error(diff)
	}
}

func (r *rig) newest(t *testing.T) {
	older := make(chan error)
	go func() { older <- r.Switch(t.Context(), targets.Base) }()
	remotetest.Until(t, "the older switch waits for its server", func() bool { return r.weights(t)["web/base"] == 100 })
	r.mustSwitch(t, targets.Blue)
	var p *text.Problem
	if err := <-older; !errors.As(err, &p) || p.Code != "route-superseded" {
		t.Errorf("the older switch ended with %v", err)
	}
	if diff := cmp.Diff(only(targets.Blue), r.weights(t)); diff != "" {
		t.Error(diff)
	}
}

func (r *rig) alarms(t *testing.T) {
	w := r.watch(t)
	r.admin(t, "set server web/blue weight 0")
	if got, _ := r.fresh("/"); !strings.HasPrefix(got, "503") {
		t.Errorf("%q without a server", got)
	}
	remotetest.Until(t, "an alarm", func() bool { return len(w.heard()) == 1 })
	if a := w.heard()[0]; a.Clear || a.Problem.Code != "proxy-strayed" || !strings.Contains(a.Problem.Error(), "web/blue has weight 0") {
		t.Errorf("%+v", a)
	}
	remotetest.Until(t, "the request is logged as one without a slot", func() bool {
		return w.logged("web", targets.NoSlot) == sum{1, 1}
	})
	r.mustSwitch(t, targets.Blue)
	remotetest.Until(t, "it is over", func() bool { return len(w.heard()) == 2 })
	if a := w.heard()[1]; !a.Clear || a.Problem.Code != "proxy-strayed" {
		t.Errorf("%+v", a)
	}
}

func (r *rig) reloads(t *testing.T) {
	if err := r.Persist(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := r.watch(t)
	l := r.load(t, 100)
	for _, to := range []targets.Slot{targets.Green, targets.Blue, targets.Green} {
		process := w.counter("web", to).Process
		r.signal(t, "USR2")
		remotetest.Until(t, "another worker counts", func() bool { return w.counter("web", to).Process != process })
		r.mustSwitch(t, to)
		if got, err := r.fresh("/"); got != string(to) {
			t.Errorf("%q answers after the switch to %s, %v", got, to, err)
		}
		if err := r.Persist(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	l.end()
	if len(l.failed) > 0 {
		t.Errorf("%d of %d requests failed: %q", len(l.failed), l.sent, l.failed)
	}
	for _, a := range w.heard() {
		t.Errorf("alarm: %+v", a.Problem)
	}
}

func (r *rig) restarts(t *testing.T) {
	r.mustSwitch(t, targets.Green)
	if err := r.Persist(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := r.watch(t)
	process := w.counter("web", targets.Green).Process
	now := 0
	if err := r.Client().ContainerRestart(t.Context(), r.name, container.StopOptions{Timeout: &now}); err != nil {
		t.Fatal(err)
	}
	r.address = r.Published(r.name, "8000")
	remotetest.Until(t, "green answers", func() bool {
		got, _ := r.fresh("/")
		return got == "green"
	})
	if diff := cmp.Diff(only(targets.Green), r.weights(t)); diff != "" {
		t.Error(diff)
	}
	seen := len(w.seen())
	remotetest.Until(t, "log and counters go on", func() bool {
		r.fresh("/")
		return len(w.seen()) > seen && w.counter("web", targets.Green).Process != process
	})
	r.mustSwitch(t, targets.Blue)
	for _, a := range w.heard() {
		if a.Problem.Code == "proxy-strayed" {
			t.Errorf("alarm: %+v", a.Problem)
		}
	}
}

func (r *rig) silent(t *testing.T) {
	w := r.watch(t)
	if err := r.Client().ContainerStop(t.Context(), r.name, container.StopOptions{}); err != nil {
		t.Fatal(err)
	}
	remotetest.Until(t, "an alarm", func() bool { return len(w.heard()) > 0 })
	if a := w.heard()[0]; a.Clear || a.Problem.Code != "proxy-silent" {
		t.Errorf("%+v", a)
	}
	_, err := r.Servers(t.Context())
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != "proxy-socket" || p.Hint.IsZero() {
		t.Errorf("%v", err)
	}
	r.Start(r.name)
	remotetest.Until(t, "it is over", func() bool { return len(w.heard()) > 1 })
	if a := w.heard()[1]; !a.Clear || a.Problem.Code != "proxy-silent" {
		t.Errorf("%+v", a)
	}
}
