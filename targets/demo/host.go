package demo

import (
	"fmt"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// host is one of the demo's hosts.
type host struct {
	name  string
	proxy *proxy

	mu       sync.Mutex // guards below; nobody waits for anything while holding it
	slots    map[targets.Slot]*slot
	store    *targets.Record
	freeze   *targets.Freeze
	sessions []targets.Summary
	took     map[string]time.Duration

	jobs inproc.Jobs // has a lock of its own
}

// slot is what there is in a slot; nil: nothing.
func (h *host) slot(name targets.Slot) *slot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.slots[name]
}

// put has sl, or nothing, in a slot, and returns what was there.
func (h *host) put(name targets.Slot, sl *slot) (was *slot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	was = h.slots[name]
	delete(h.slots, name)
	if sl != nil {
		h.slots[name] = sl
	}
	return was
}

func (h *host) close() {
	h.proxy.server.Close()
	h.proxy.transport.CloseIdleConnections()
	for _, name := range slots() {
		h.slot(name).kill()
	}
}

// slots are all places for a release, in their order.
func slots() []targets.Slot { return []targets.Slot{targets.Base, targets.Blue, targets.Green} }

func nothingThere(h *host, slot targets.Slot) error {
	return text.NewProblem("slot-empty", fmt.Sprintf("nothing runs in %s on %s", slot, h.name), "stage a release there, or start it")
}

func containerName(sl *slot) text.Safe {
	return text.Clean(fmt.Sprintf("%s-%s-%s-1", App, sl.name, Service))
}
