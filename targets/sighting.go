package targets

import (
	"cmp"
	"time"

	"goaround/targets/text"
)

// Sighting is something seen of a host while it is watched: one of [Request],
// [Counter], [Vital], [Line], [Rehearsed], [Alarm].
type Sighting interface{ sighting() }

// Where says which service in which slot of which host.
type Where struct {
	Host    string `json:"host"`
	Service string `json:"svc"`
	Slot    Slot   `json:"slot"`
}

// Compare orders by host, then service, then slot, as cmp.Compare does.
func (w Where) Compare(o Where) int {
	return cmp.Or(cmp.Compare(w.Host, o.Host), cmp.Compare(w.Service, o.Service), cmp.Compare(w.Slot, o.Slot))
}

// Request is one request that the proxy answered, from its access log.
type Request struct {
	Where
	At      time.Time     // end of the request, the host's clock
	Bad     bool          // 5xx, refused, timed out, or no server was there; never a client's fault
	Aborted bool          // the client went away: counts neither way
	Latency time.Duration // time to the response's first byte; 0 unknown
}

// Counter is the proxy's own count of one slot's requests, the second witness, about
// once a second. Totals rise for the life of a proxy process; a fall means it restarted.
type Counter struct {
	Where
	At       time.Time
	Requests uint64 // answered or failed, retries not counted twice
	Bad      uint64
	Active   int    // requests in flight now
	Dropped  uint64 // log lines that the proxy could not send, all services
	Process  string // identifies the process the totals belong to
}

// Vital is how one instance is, about once a second while it changes and every 5 s else.
// One that is gone is seen a last time, as Stopped.
type Vital struct {
	Where
	At       time.Time
	State    Condition
	Health   Health
	Restarts int
	CPU      float64 // cores, 1.0 is one core; negative: unknown
	Memory   uint64  // bytes
}

// Line is a line of an instance's own log.
type Line struct {
	Where
	At   time.Time
	Bad  bool // looks like an error or a warning
	Text text.Safe
}

// Rehearsed says that the call which a switch on a host takes was just made, over the
// connection that is kept for it, and changed nothing. A target that has such connections
// tells of each about every 5 s, as long as they work.
type Rehearsed struct {
	Host string
	At   time.Time
	Took time.Duration
}

// Alarm is something about the target that a person should know at once: the proxy was
// reloaded and its weights are not what was confirmed, a host cannot be reached.
type Alarm struct {
	Host    string
	At      time.Time
	Clear   bool // it is over
	Problem *text.Problem
}

func (Request) sighting()   {}
func (Counter) sighting()   {}
func (Vital) sighting()     {}
func (Line) sighting()      {}
func (Rehearsed) sighting() {}
func (Alarm) sighting()     {}
