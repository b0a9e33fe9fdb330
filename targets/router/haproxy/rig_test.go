package haproxy_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/go-connections/nat"

	"goaround/targets"
	"goaround/targets/remote/remotetest"
	"goaround/targets/router"
	"goaround/targets/router/haproxy"
)

// rig is a HAProxy in a container, with two slots of one program behind it that is
// released as two services, web and api. Nothing runs in the slot base.
type rig struct {
	*remotetest.Bench
	*haproxy.Proxy
	t       *testing.T
	name    string // of the proxy's container
	routes  []router.Route
	address string // of the frontend
}

const settings = `
defaults
    mode http
    log global
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    option idle-close-on-response
    load-server-state-from-file global

`

func newRig(t *testing.T) *rig {
	r := &rig{t: t, Bench: remotetest.Open(t), routes: []router.Route{
		{Service: "web", Backend: "web", Port: 8080}, {Service: "api", Backend: "api", Port: 8080},
	}}
	image, network := r.Image("haproxy:2.6"), r.Network()
	volume := r.Volume()
	server := r.Server()
	for _, slot := range []string{"blue", "green"} {
		r.Run("web-"+slot+" api-"+slot, network, &container.Config{Image: server, Env: []string{"VERSION=" + slot}}, nil)
	}
	r.name = r.Bench.Create("proxy", network, &container.Config{
		Image: image, Cmd: []string{"haproxy", "-f", "/usr/local/etc/haproxy/"}, ExposedPorts: nat.PortSet{"8000/tcp": {}},
	}, &container.HostConfig{
		PortBindings: nat.PortMap{"8000/tcp": {{HostIP: "127.0.0.1"}}},
		Mounts:       []mount.Mount{{Type: mount.TypeVolume, Source: volume, Target: "/var/lib/goaround"}},
	})
	r.Put(r.name, "/usr/local/etc/haproxy/haproxy.cfg", r.configuration())
	r.Start(r.name)
	r.address = r.Published(r.name, "8000")
	r.Proxy = haproxy.New(r.Engine, "local", r.name, r.routes)
	t.Cleanup(func() { r.Proxy.Close() })
	remotetest.Until(t, "both slots are up", func() bool { return r.up(targets.Blue) && r.up(targets.Green) })
	return r
}

// configuration is the stanza in the smallest file around it.
func (r *rig) configuration() string {
	cfg := settings + haproxy.Stanza(r.routes)
	cfg = strings.Replace(cfg, "    log-format", "    bind :8000\n    use_backend api if { path_beg /api }\n    default_backend web\n    log-format", 1)
	return strings.Replace(cfg, "backend api\n", "backend api\n    option prefer-last-server\n", 1)
}

func (r *rig) up(slot targets.Slot) bool {
	servers, err := r.Servers(r.t.Context())
	for _, s := range servers {
		if s.Slot == slot && !s.Up {
			return false
		}
	}
	return err == nil
}

// weights are what the proxy says now: "web/base 0 web/blue 100 ...".
func (r *rig) weights(t *testing.T) map[string]int {
	t.Helper()
	servers, err := r.Servers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	for _, s := range servers {
		all[s.Service+"/"+string(s.Slot)] = s.Weight
	}
	return all
}

func (r *rig) mustSwitch(t *testing.T, to targets.Slot) {
	t.Helper()
	if err := r.Switch(t.Context(), to); err != nil {
		t.Fatal(err)
	}
}

// admin gives the proxy a command behind the router's back.
func (r *rig) admin(t *testing.T, command string) {
	t.Helper()
	conn, err := r.Dial(t.Context(), r.name, "127.0.0.1:9999")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, command+"\n")
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) signal(t *testing.T, signal string) {
	t.Helper()
	if err := r.Client().ContainerKill(t.Context(), r.name, signal); err != nil {
		t.Fatal(err)
	}
}

// get asks the proxy once; a kept connection is not tried again when it is dead.
func (r *rig) get(client *http.Client, path string) (string, error) {
	request, err := http.NewRequest(http.MethodPost, "http://"+r.address+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		return answer.Status, nil
	}
	return string(body), err
}

// fresh asks over a connection of its own: a kept one may lead to a worker that a
// reload has retired, which answers once more, by its own weights.
func (r *rig) fresh(path string) (string, error) {
	return r.get(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, path)
}

// watched is what a watch has seen so far.
type watched struct {
	mu       sync.Mutex
	requests []targets.Request
	counters map[targets.Where]targets.Counter
	alarms   []targets.Alarm
}

// watch follows the proxy until the test ends. To see that it does, requests to the
// service api are made.
func (r *rig) watch(t *testing.T) *watched {
	w := &watched{counters: map[targets.Where]targets.Counter{}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Watch(ctx, w.see)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	remotetest.Until(t, "the watch has begun", func() bool {
		r.fresh("/api")
		return len(w.seen()) > 0 && w.counter("web", targets.Blue).Process != ""
	})
	return w
}

func (w *watched) see(s targets.Sighting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s := s.(type) {
	case targets.Request:
		w.requests = append(w.requests, s)
	case targets.Counter:
		w.counters[s.Where] = s
	case targets.Alarm:
		w.alarms = append(w.alarms, s)
	}
}

func (w *watched) seen() []targets.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}

func (w *watched) heard() []targets.Alarm {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.alarms
}

func (w *watched) counter(service string, slot targets.Slot) targets.Counter {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counters[targets.Where{Host: "local", Service: service, Slot: slot}]
}

// load asks the proxy without pause, over kept and over new connections.
type load struct {
	stop   context.CancelFunc
	done   sync.WaitGroup
	mu     sync.Mutex
	sent   int
	failed []string
}

func (r *rig) load(t *testing.T, rate int) *load {
	ctx, cancel := context.WithCancel(t.Context())
	l := &load{stop: cancel}
	const clients = 8
	for i := range clients {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i%2 == 0}}
		path := []string{"/", "/api", "/slow?ms=300", "/api"}[i/2]
		l.done.Go(func() {
			defer client.CloseIdleConnections()
			tick := time.NewTicker(time.Second * clients / time.Duration(rate))
			defer tick.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
					body, err := r.get(client, path)
					l.note(body, err)
				}
			}
		})
	}
	t.Cleanup(l.end)
	return l
}

func (l *load) note(body string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	if err != nil {
		l.failed = append(l.failed, err.Error())
	} else if body != "blue" && body != "green" {
		l.failed = append(l.failed, body)
	}
}

func (l *load) end() {
	l.stop()
	l.done.Wait()
}
