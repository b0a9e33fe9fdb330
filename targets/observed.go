package targets

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goaround/targets/text"
)

// Observed is a snapshot of a target.
type Observed struct {
	Hosts []Host `json:"hosts"` // in the order of the environment's list
}

// Host returns the host of that name.
func (o Observed) Host(name string) (Host, bool) {
	for _, h := range o.Hosts {
		if h.Name == name {
			return h, true
		}
	}
	return Host{}, false
}

// Known is o without the hosts of which it cannot be known what is live, and their names.
func (o Observed) Known() (known Observed, without []string) {
	for _, h := range o.Hosts {
		if h.Unknown != nil {
			without = append(without, h.Name)
		} else {
			known.Hosts = append(known.Hosts, h)
		}
	}
	return known, without
}

// Live is the slot that all hosts send traffic to; ok is false if they differ or one
// of them is unknown. NoSlot and true: nothing runs anywhere.
func (o Observed) Live() (slot Slot, ok bool) {
	for i, h := range o.Hosts {
		if h.Unknown != nil || h.Divided || i > 0 && h.Live != slot {
			return NoSlot, false
		}
		slot = h.Live
	}
	return slot, len(o.Hosts) > 0
}

// Host is what one host shows.
type Host struct {
	Name        string             `json:"name"`
	Engine      text.Safe          `json:"engine"`             // version of its Docker Engine
	Live        Slot               `json:"live"`               // where the proxy sends traffic; NoSlot: nowhere
	Divided     bool               `json:"divided,omitempty"`  // the services' traffic goes to more than one slot
	Servers     []Server           `json:"servers"`            // what the proxy says
	Slots       map[Slot]SlotState `json:"slots"`              // what there is in each slot
	Jobs        []JobState         `json:"jobs,omitempty"`     // those that sessions have begun, the newest last
	Store       *Record            `json:"store,omitempty"`    // what the host store says is live
	Lease       *Holder            `json:"lease,omitempty"`    // who has the lease
	Freeze      *Freeze            `json:"freeze,omitempty"`   // nothing is deployed; nil: it is not frozen
	Differences []text.Safe        `json:"differs,omitempty"`  // proxy against store, and workers against both, in words
	Warnings    []*text.Problem    `json:"warnings,omitempty"` // e.g. a shared service that differs from the file
	Unknown     *text.Problem      `json:"unknown,omitempty"`  // what is live cannot be known, and why; Live means nothing then
	SwitchTook  time.Duration      `json:"switch_took"`        // a proxy call that changed nothing, measured just now
}

// Server is one slot's entry in the proxy, for one service.
type Server struct {
	Service string `json:"service"`
	Slot    Slot   `json:"slot"`
	Weight  int    `json:"weight"`
	Up      bool   `json:"up"`    // operational state: the proxy can send to it
	Ready   bool   `json:"ready"` // administrative state: neither drain nor maintenance
	Addr    string `json:"addr,omitempty"`
}

// SlotState is what there is in a slot of a host.
type SlotState struct {
	Release   Release    `json:"release"`
	Instances []Instance `json:"instances,omitempty"`
	Missing   []string   `json:"missing,omitempty"` // released services with a route that have no container here
}

// Warm reports whether every released service with a route runs here, so that traffic
// could go to it at once.
func (s SlotState) Warm() bool {
	for _, in := range s.Instances {
		if !in.Worker && !in.well() {
			return false
		}
	}
	return len(s.Instances) > 0 && len(s.Missing) == 0
}

// Works reports whether every worker here runs; also where there is none.
func (s SlotState) Works() bool {
	return !slices.ContainsFunc(s.Instances, func(in Instance) bool { return in.Worker && !in.well() })
}

// Idle reports whether no worker here runs.
func (s SlotState) Idle() bool {
	return !slices.ContainsFunc(s.Instances, func(in Instance) bool { return in.Worker && in.State != Stopped })
}

// Holds reports whether what is here is r, but for workers that have no container any more.
func (s SlotState) Holds(r Release) bool {
	for service, im := range s.Release.Images {
		if r.Images[service].Pin != im.Pin {
			return false
		}
	}
	return !s.Release.Zero() && len(s.Missing) == 0
}

// Cold reports whether all that has a route is here, but not all of it runs.
func (s SlotState) Cold() bool {
	return len(s.Instances) > 0 && len(s.Missing) == 0 && !s.Warm()
}

// Astray says, in words, which workers run in another slot than the one that has the
// traffic, and which of that slot do not run as they should.
func (h Host) Astray() []text.Safe {
	var found []text.Safe
	for _, slot := range []Slot{Base, Blue, Green} {
		for _, in := range h.Slots[slot].Instances {
			switch {
			case !in.Worker || h.Live == NoSlot:
			case slot == h.Live && !in.well():
				found = append(found, text.Clean(fmt.Sprintf("worker %s of %s, which is live, does not run as it should", in.Service, slot)))
			case slot != h.Live && in.State != Stopped:
				found = append(found, text.Clean(fmt.Sprintf("worker %s runs in %s, and the traffic goes to %s", in.Service, slot, h.Live)))
			}
		}
	}
	return found
}

// Condition is what a container is doing.
type Condition string

// The conditions.
const (
	Running    Condition = "running"
	Stopped    Condition = "stopped"
	Restarting Condition = "restarting"
)

// Health is Docker's own word about a container, and ours.
type Health string

// The healths. HealthUnknown: there is no check, or none has ended.
const (
	HealthUnknown Health = ""
	Healthy       Health = "healthy"
	Unhealthy     Health = "unhealthy"
)

// Instance is one container of a slot.
type Instance struct {
	Service  string    `json:"service"`
	Worker   bool      `json:"worker,omitempty"` // it has no route
	Name     text.Safe `json:"name"`
	State    Condition `json:"state"`
	Health   Health    `json:"health,omitempty"`
	Restarts int       `json:"restarts,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	Digest   string    `json:"digest,omitempty"`
}

func (i Instance) well() bool { return i.State == Running && i.Health != Unhealthy }

// Record is the file `live` of the host store.
type Record struct {
	Slot      Slot                     `json:"slot"`
	Release   Release                  `json:"release"`
	Since     time.Time                `json:"since"` // the engine's clock
	Session   string                   `json:"session"`
	Before    Slot                     `json:"before,omitempty"` // the slot live before: the way back
	BeforeWas Release                  `json:"before_release,omitzero"`
	Back      bool                     `json:"back,omitempty"` // came live by a rollback
	SafeBack  bool                     `json:"safe_back"`      // no contract or irreversible job ran in between
	UnsafeWhy text.Safe                `json:"unsafe_why,omitzero"`
	Ahead     bool                     `json:"ahead,omitempty"` // an unsafe job of a release that is not live was started: no way back to Release is safe either
	Took      map[string]time.Duration `json:"took,omitempty"`  // by Op.TimedAs: how long it took last on this host
}

// Holder is who has a lease, as the host shows it.
type Holder struct {
	By         text.Safe     `json:"by"`
	Session    text.Safe     `json:"session"`
	Since      time.Time     `json:"since"`
	Age        time.Duration `json:"age"` // since the last heartbeat, by the engine's clock
	Generation int           `json:"generation"`
	Step       text.Safe     `json:"step,omitzero"`  // what they are doing, as of the last heartbeat
	Free       bool          `json:"free,omitempty"` // silent for so long that anybody may take it
}

// Answered is what hosts, looked at one by one, show together: one whose look failed is
// Unknown, for the reason that why gives. If all failed, or ctx has ended, it is the first
// error.
func Answered(ctx context.Context, hosts []Host, errs []error, why func(i int) *text.Problem) (Observed, error) {
	var first error
	failed := 0
	for i, err := range errs {
		if err == nil {
			continue
		}
		failed++
		if first == nil {
			first = err
		}
		name := hosts[i].Name
		hosts[i] = Host{Name: name, Unknown: why(i)}
	}
	if failed > 0 && (failed == len(hosts) || ctx.Err() != nil) {
		return Observed{}, first
	}
	return Observed{Hosts: hosts}, nil
}
