package haproxy

import (
	"context"
	"sync"
	"time"

	"goaround/targets"
)

const (
	pollEvery    = time.Second
	refreshEvery = 5 // polls
	silentAfter  = 3 // polls without an answer
)

// Watch follows the log and polls the counters; see router.Router.
func (p *Proxy) Watch(ctx context.Context, sink func(targets.Sighting)) {
	var one sync.Mutex
	orderly := func(s targets.Sighting) {
		one.Lock()
		defer one.Unlock()
		if ctx.Err() == nil {
			sink(s)
		}
	}
	var all sync.WaitGroup
	all.Go(func() { p.follow(ctx, orderly) })
	all.Go(func() { p.poll(ctx, orderly) })
	all.Wait()
}

// watcher is what the polls of one Watch remember.
type watcher struct {
	*Proxy
	sink    func(targets.Sighting)
	tallies map[targets.Where]*tally
	process string
	silent  int
	silence alarm // the proxy does not answer
	strayed alarm // it does something else than what was confirmed
}

func (p *Proxy) poll(ctx context.Context, sink func(targets.Sighting)) {
	w := &watcher{Proxy: p, sink: sink, tallies: map[targets.Where]*tally{}}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for n := 0; ; n++ {
		if same := w.look(ctx); !same || n%refreshEvery == 0 {
			w.rehearse(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// rehearse makes sure of the stream for switches, and tells if it works. A switch that
// uses it just now needs no rehearsal.
func (w *watcher) rehearse(ctx context.Context) {
	start := time.Now()
	if w.switches.refresh(ctx) {
		w.sink(targets.Rehearsed{Host: w.name, At: time.Now(), Took: time.Since(start)})
	}
}

// look polls once. It reports whether the worker that answered last time has answered;
// if not, the stream for switches must not keep it from ending.
func (w *watcher) look(ctx context.Context) (same bool) {
	changes, _ := w.change()
	seen, err := w.read(ctx)
	switch {
	case ctx.Err() != nil:
		return true
	case err != nil:
		if w.silent++; w.silent >= silentAfter {
			w.raise(&w.silence, w.silenceOf(err))
		}
		return false
	}
	w.silent = 0
	w.raise(&w.silence, nil)
	w.compare(seen.backends, changes)
	for i, c := range seen.counts {
		w.count(w.routes[i].Service, c, seen.info)
	}
	same = seen.info.process == w.process
	w.process = seen.info.process
	return same
}

// seen is what one poll has read, for each route.
type seen struct {
	backends [][]server
	counts   []map[targets.Slot]count
	info     info
}

func (w *watcher) read(ctx context.Context) (seen, error) {
	r, err := w.polls.ask(ctx, append(w.showState(), w.showStat()...)...)
	if err != nil {
		return seen{}, err
	}
	now := seen{info: r.info}
	if now.backends, err = w.backends(r.answers[:len(w.routes)]); err != nil {
		return seen{}, err
	}
	for _, answer := range r.answers[len(w.routes):] {
		c, err := parseStat(answer)
		if err != nil {
			return seen{}, err
		}
		now.counts = append(now.counts, c)
	}
	return now, nil
}

// showStat are the commands for servers (type 4) alone.
func (p *Proxy) showStat() []string {
	var commands []string
	for _, r := range p.routes {
		commands = append(commands, "show stat "+r.Backend+" 4 -1")
	}
	return commands
}
