package demo

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// app is the shop, as one instance of it runs.
type app struct {
	at      targets.Where
	version string
	kind    Release
	boot    time.Duration // from its start until it is healthy
	key     []byte        // of its forms' tokens, the same in all instances
	dice    *dice
	say     func(targets.Line)
	mux     *http.ServeMux

	started atomic.Int64 // Unix nanoseconds
	live    atomic.Int64 // Unix nanoseconds of the cutover to it; 0: it has no traffic
	worked  atomic.Int64 // nanoseconds of CPU, by the model
	served  atomic.Int64 // requests
	refused atomic.Int64 // Unix nanoseconds of the last complaint

	mu    sync.Mutex
	words []text.Safe // the last lines of its log
}

// lastWords is how many lines of its log an instance keeps.
const lastWords = 30

// ServeHTTP answers a request.
func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// start is the instance's process starting, at begun.
func (a *app) start(begun time.Time) {
	a.started.Store(begun.UnixNano())
	a.log(false, "INFO shop %s starts", a.version)
	a.log(false, "INFO db: connecting to postgres://shop@db:5432/shop")
}

func (a *app) healthy() bool {
	return a.kind != Dead && time.Since(time.Unix(0, a.started.Load())) >= a.boot
}

// health answers the probe.
func (a *app) health(w http.ResponseWriter, _ *http.Request) {
	switch {
	case a.healthy():
		fmt.Fprintln(w, "ok")
	case a.kind == Dead:
		a.complain()
		http.Error(w, "database: connection refused", http.StatusServiceUnavailable)
	default:
		http.Error(w, "starting", http.StatusServiceUnavailable)
	}
}

// complain logs why a dead release is not healthy, once a second at most.
func (a *app) complain() {
	now := time.Now().UnixNano()
	if was := a.refused.Load(); now-was >= int64(time.Second) && a.refused.CompareAndSwap(was, now) {
		a.log(true, "ERROR db: dial tcp 10.0.3.7:5432: connect: connection refused")
	}
}

// page is a page whose answer takes about median. Only risky pages ever fail: they pay
// the errors that all of them owe, so that a smoke test of the others is no lottery.
func (a *app) page(median time.Duration, risky bool, answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		took := time.Duration(float64(a.dice.latency(median)) * a.kind.Slowness())
		if inproc.Pause(r.Context(), took) != nil {
			return
		}
		a.served.Add(1)
		a.worked.Add(int64(took / 8))
		if took > 8*median {
			a.log(true, "WARN slow query %d ms orders.list", took.Milliseconds())
		}
		if a.fails(risky) {
			a.log(true, "ERROR %s %s 500 %s trace=%08x", r.Method, r.URL.Path, a.kind.reason(r.URL.Path), a.dice.number())
			http.Error(w, "something went wrong", http.StatusInternalServerError)
			return
		}
		if risky && a.dice.chance(normalErrors) {
			a.log(true, "WARN pay: retry 1/3, upstream answered 502")
		}
		answer(w, r)
	}
}

// fails reports whether this answer is an error. A slot without traffic makes none.
func (a *app) fails(risky bool) bool {
	since := a.live.Load()
	if since == 0 {
		return false
	}
	a.dice.owe(a.kind.Errors(time.Since(time.Unix(0, since))))
	return risky && a.dice.due()
}

func (a *app) log(bad bool, format string, args ...any) {
	l := targets.Line{Where: a.at, At: time.Now(), Bad: bad, Text: text.Clean(fmt.Sprintf(format, args...))}
	a.mu.Lock()
	a.words = append(a.words[max(len(a.words)-lastWords+1, 0):], l.Text)
	a.mu.Unlock()
	a.say(l)
}

func (a *app) last() []text.Safe {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]text.Safe(nil), a.words...)
}
