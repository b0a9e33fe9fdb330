package main

import (
	"context"
	"sync"
	"time"
)

// visitors are the customers of the shop at addr.
type visitors struct {
	addr  string // host:port
	kept  int    // requests a second over connections that are kept
	fresh int    // requests a second over connections that are not
}

// keepers is how many of them keep a connection.
const keepers = 8

// visit sends them until ctx ends; the returned group is done when the last has gone.
func (v visitors) visit(ctx context.Context, t *tally) *sync.WaitGroup {
	var all sync.WaitGroup
	for range keepers {
		all.Go(func() { v.keep(ctx, t) })
	}
	single := func(path string) func() {
		return func() { all.Go(func() { v.once(path, t) }) }
	}
	all.Go(func() { every(ctx, time.Second/time.Duration(v.fresh), single("/")) })
	all.Go(func() { every(ctx, time.Second, single("/slow?ms=3000")) })
	all.Go(func() { every(ctx, time.Second/4, func() { buy(v.addr, t) }) })
	return &all
}

// keep asks again and again over one connection.
func (v visitors) keep(ctx context.Context, t *tally) {
	c := &client{addr: v.addr}
	defer c.close()
	every(ctx, keepers*time.Second/time.Duration(v.kept), func() { t.count(c.get("/")) })
}

// once asks over a connection of its own.
func (v visitors) once(path string, t *tally) {
	c := &client{addr: v.addr}
	defer c.close()
	t.count(c.get(path))
}

// every calls visit again and again until ctx ends. A visit that takes longer than
// interval delays the next.
func every(ctx context.Context, interval time.Duration, visit func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			visit()
		}
	}
}
