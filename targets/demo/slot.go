package demo

import (
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"goaround/targets"
)

// slot is a release in a slot of a host: its one instance, and the server that it has
// while it runs.
type slot struct {
	name    targets.Slot
	release targets.Release
	app     *app
	work    *sync.WaitGroup // of the site: counts its server's goroutine

	mu     sync.Mutex
	server *http.Server // nil: stopped
	addr   string
}

// start starts a stopped slot, as if at begun.
func (sl *slot) start(begun time.Time) error {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	if sl.server != nil {
		return nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	sl.app.start(begun)
	server := &http.Server{Handler: sl.app}
	sl.server, sl.addr = server, l.Addr().String()
	sl.work.Go(func() { server.Serve(l) })
	return nil
}

// kill stops sl, which may be nil, at once.
func (sl *slot) kill() {
	if server := sl.detach(); server != nil {
		server.Close()
	}
}

// detach makes sl a stopped slot, and returns the server it had.
func (sl *slot) detach() (server *http.Server) {
	if sl == nil {
		return nil
	}
	sl.mu.Lock()
	defer sl.mu.Unlock()
	server, sl.server = sl.server, nil
	return server
}

// running reports whether sl has a server; it may be nil.
func (sl *slot) running() bool {
	if sl == nil {
		return false
	}
	sl.mu.Lock()
	defer sl.mu.Unlock()
	return sl.server != nil
}

func (sl *slot) address() string {
	sl.mu.Lock()
	defer sl.mu.Unlock()
	return sl.addr
}

// up reports whether the proxy can send to sl.
func (sl *slot) up() bool { return sl.running() && sl.app.healthy() }

// upstream is sl as the proxy sends to it, at its address of now.
func (sl *slot) upstream(through *http.Transport) *upstream {
	to := &url.URL{Scheme: "http", Host: sl.address()}
	return &upstream{slot: sl, proxy: &httputil.ReverseProxy{
		Transport:    through,
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(to); r.SetXForwarded() },
		ErrorLog:     silent(),
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}}
}

func (sl *slot) state() targets.SlotState {
	in := targets.Instance{
		Service: Service, Name: containerName(sl), State: targets.Stopped,
		Started: time.Unix(0, sl.app.started.Load()), Digest: sl.release.Images[Service].Pin,
	}
	if sl.running() {
		in.State, in.Health = targets.Running, sl.healthWord()
	}
	return targets.SlotState{Release: sl.release, Instances: []targets.Instance{in}}
}

func (sl *slot) healthWord() targets.Health {
	switch {
	case sl.app.healthy():
		return targets.Healthy
	case sl.app.kind == Dead:
		return targets.Unhealthy
	}
	return targets.HealthUnknown
}
