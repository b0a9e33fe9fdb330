package demo

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"time"

	"goaround/targets"
)

// proxy is a host's reverse proxy. One atomic pointer says where the traffic goes: a
// request reads it once, so none is lost or divided by a switch.
type proxy struct {
	host      string
	url       string
	server    *http.Server
	transport *http.Transport
	live      atomic.Pointer[upstream]
	totals    map[targets.Slot]*totals // of every slot; the map itself never changes
	see       func(targets.Request)
}

// upstream is where a request goes.
type upstream struct {
	slot  *slot
	proxy *httputil.ReverseProxy
}

// totals is what the proxy counts of one slot.
type totals struct {
	requests, bad atomic.Uint64
	active        atomic.Int64
}

// newProxy listens on loopback and serves until its server is closed.
func newProxy(host string, work *sync.WaitGroup, see func(targets.Request)) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{
		host: host, url: "http://" + l.Addr().String(), see: see,
		transport: &http.Transport{MaxIdleConnsPerHost: inFlight},
		totals:    map[targets.Slot]*totals{targets.Base: {}, targets.Blue: {}, targets.Green: {}},
	}
	p.server = &http.Server{Handler: p, ErrorLog: silent()}
	work.Go(func() { p.server.Serve(l) })
	return p, nil
}

// send moves the traffic to sl. The faults of a release count from here.
func (p *proxy) send(sl *slot) {
	if was := p.live.Load(); was != nil {
		if was.slot == sl {
			return
		}
		was.slot.app.live.Store(0)
	}
	sl.app.live.Store(time.Now().UnixNano())
	p.live.Store(sl.upstream(p.transport))
}

// stop sends the traffic nowhere.
func (p *proxy) stop() {
	if was := p.live.Swap(nil); was != nil {
		was.slot.app.live.Store(0)
	}
}

// to is the slot that has the traffic; NoSlot: none.
func (p *proxy) to() targets.Slot {
	if u := p.live.Load(); u != nil {
		return u.slot.name
	}
	return targets.NoSlot
}

// inFlight is how many requests of a slot have not ended.
func (p *proxy) inFlight(slot targets.Slot) int {
	t := p.totals[slot]
	if t == nil {
		return 0
	}
	return int(t.active.Load())
}

// measure is how long a switch to where the traffic goes already takes.
func (p *proxy) measure() time.Duration {
	begun := time.Now()
	u := p.live.Load()
	p.live.CompareAndSwap(u, u)
	return time.Since(begun)
}

// ServeHTTP sends r on, and records what came of it.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := &recorder{ResponseWriter: w, begun: time.Now()}
	u, t := p.enter()
	if u == nil || !u.slot.running() {
		t.active.Add(-1)
		http.Error(rec, "no server", http.StatusServiceUnavailable)
		p.see(rec.request(p.host, targets.NoSlot, r))
		return
	}
	defer func() {
		t.active.Add(-1)
		seen := rec.request(p.host, u.slot.name, r)
		t.requests.Add(1)
		if seen.Bad {
			t.bad.Add(1)
		}
		p.see(seen)
	}()
	u.proxy.ServeHTTP(rec, r)
}

// enter is where a request goes, and counts it there: once the traffic is elsewhere, all
// that are on their way have been counted.
func (p *proxy) enter() (*upstream, *totals) {
	for {
		u := p.live.Load()
		t := &totals{}
		if u != nil {
			t = p.totals[u.slot.name]
		}
		t.active.Add(1)
		if p.live.Load() == u {
			return u, t
		}
		t.active.Add(-1)
	}
}

// recorder notes the status and the time of an answer's first byte.
type recorder struct {
	http.ResponseWriter
	begun  time.Time
	first  time.Duration
	status int
}

// WriteHeader notes the first final status.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK {
		rec.status, rec.first = status, time.Since(rec.begun)
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the standard library reach the writer below.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

func (rec *recorder) request(host string, slot targets.Slot, r *http.Request) targets.Request {
	aborted := r.Context().Err() != nil
	return targets.Request{
		Where:   targets.Where{Host: host, Service: Service, Slot: slot},
		Bad:     !aborted && (rec.status == 0 || rec.status >= http.StatusInternalServerError),
		Aborted: aborted, Latency: rec.first,
	}
}

func silent() *log.Logger { return log.New(io.Discard, "", 0) }
