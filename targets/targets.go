// Package targets is the contract of a target: what runs the releases. The engine
// observes a target, plans, and has it do one operation at a time; each operation is
// one that a person would name, is safe to repeat, and can be seen to be done.
//
// Every target passes the conformance suite in targettest.
package targets

import (
	"context"
	"net"
	"time"

	"goaround/targets/text"
)

// Slot is one of the places a release can run in. Two of them are up during a deploy.
type Slot string

// The slots. Base is a stack that runs from plain `docker compose up`.
const (
	NoSlot Slot = ""
	Base   Slot = "base"
	Blue   Slot = "blue"
	Green  Slot = "green"
)

// Next is the slot that the release after the one in s goes to.
func (s Slot) Next() Slot {
	if s == Blue {
		return Green
	}
	return Blue
}

// Image is one image of a release.
type Image struct {
	Ref     string    `json:"ref"`             // as the user or the Compose file names it
	Pin     string    `json:"pin"`             // repo digest, or image ID: what all operations use
	Version text.Safe `json:"version"`         // the tag, a name for people
	Commit  text.Safe `json:"commit,omitzero"` // label org.opencontainers.image.revision
}

// Release is what a deploy takes live: an image for each released service.
type Release struct {
	Version text.Safe        `json:"version"` // for people: the first image's tag
	Images  map[string]Image `json:"images"`  // by service
}

// Zero reports whether there is no release.
func (r Release) Zero() bool { return len(r.Images) == 0 }

// Same reports whether both releases run the same pinned images.
func (r Release) Same(o Release) bool {
	if len(r.Images) != len(o.Images) || r.Zero() {
		return false
	}
	for name, im := range r.Images {
		if o.Images[name].Pin != im.Pin {
			return false
		}
	}
	return true
}

// CodeGone is the code of the Problem of an operation on a slot whose containers are
// not there: doing it again cannot help.
const CodeGone = "slot-gone"

// CodeSent is the code of a note of Resolve: an image went to hosts from this machine.
const CodeSent = "image-sent"

// Verb names what an operation does.
type Verb string

// The verbs. All are safe to repeat.
const (
	// VerbStage removes what is left in Op.Slot and creates Op.Release there. What has a
	// route is started, a worker is not.
	VerbStage Verb = "stage"
	// VerbStart starts the containers that are kept, stopped, in Op.Slot, but no worker.
	VerbStart Verb = "start"
	// VerbReady waits until each instance in Op.Slot that has a route answers and the proxy
	// could send to it.
	VerbReady Verb = "ready"
	// VerbWarn writes down, before an unsafe job starts, that from what is live in Op.Slot
	// no way back is safe any more, nor one to it, and why: Op.Unsafe.
	VerbWarn Verb = "warn"
	// VerbJob runs Op.Job in Op.Release and waits for its end; its output is progress. It
	// starts a job once a session: asked again it waits for the one that runs, or says
	// again how it ended. It refuses while a job of that name runs for another session. A
	// context that ends stops the job.
	VerbJob Verb = "job"
	// VerbRoute sends all traffic to Op.Slot and reads that back; NoSlot: no slot gets any
	// more. It does not wait for anything else.
	VerbRoute Verb = "route"
	// VerbSwap has the workers of Op.Slot run and those of Op.From stand still, kept: each
	// service in its order. Where a new one does not become healthy, the one before goes on,
	// or is started again, and the operation fails. Swaps of one host run one after another,
	// the one asked for last at the end. It does nothing where there are no workers.
	VerbSwap Verb = "swap"
	// VerbPersist writes down what is live, so that it survives a restart of the proxy.
	VerbPersist Verb = "persist"
	// VerbRetire stops all containers in Op.Slot and keeps them. It waits while something is
	// in flight there, at most Op.Drain, then cuts what is left and says how much that was.
	// It refuses where the slot has traffic, before it waits and after.
	VerbRetire Verb = "retire"
	// VerbRemove takes the containers in Op.Slot away.
	VerbRemove Verb = "remove"
)

// Op is one operation on one host.
type Op struct {
	ID       string        `json:"id"` // unique within a session: "stage@web-1"
	Host     string        `json:"host"`
	Verb     Verb          `json:"verb"`
	Slot     Slot          `json:"slot"`
	From     Slot          `json:"from,omitempty"`    // route, persist, swap: the slot live before; NoSlot: none was
	Release  Release       `json:"release,omitzero"`  // stage, persist, warn, swap: what runs in Slot; job: its images
	Before   Release       `json:"before,omitzero"`   // persist: what ran in From
	Session  string        `json:"session,omitempty"` // stage, persist, warn, job
	Plan     string        `json:"plan,omitempty"`    // stage, job: digest, for the label
	Job      *Job          `json:"job,omitempty"`     // job
	Unsafe   text.Safe     `json:"unsafe,omitzero"`   // warn, persist, job: why the way back is not safe; empty: it is
	Drain    time.Duration `json:"drain,omitempty"`   // retire: how long requests in flight get
	Back     bool          `json:"back,omitempty"`    // route, persist, swap: a rollback
	Cause    string        `json:"cause"`             // why, printed in the plan
	Undo     string        `json:"undo"`              // how it is undone, printed in the plan
	Estimate time.Duration `json:"estimate,omitempty"`
}

// TimedAs is the name under which a host notes how long the operation took: its verb, of
// a job its name too.
func (o Op) TimedAs() string {
	if o.Job != nil {
		return string(o.Verb) + " " + o.Job.Name
	}
	return string(o.Verb)
}

// Claim says who wants a lease.
type Claim struct {
	By      string // a person, e.g. "ana"
	Session string
	After   string // resume: a session that nobody runs any more; its lease is taken at once
	Force   bool   // rollback: from whoever has it, on the hosts that answer
}

// From reports whether the lease is taken at once from that session.
func (c Claim) From(session string) bool {
	return c.Force || c.After != "" && session == c.After
}

// HeldError says that somebody else has the lease.
type HeldError struct {
	By      text.Safe
	Session text.Safe
	Since   time.Time
	Age     time.Duration // since the holder's last heartbeat
}

func (e *HeldError) Error() string { return "lease is held by " + e.By.String() }

// Lease is the right to change the target, for one app and environment on all its
// hosts. The target sends the heartbeat. Every mutation looks first that the lease is
// still its own.
type Lease interface {
	// Lost is closed when the lease is somebody else's; Err then says whose.
	Lost() <-chan struct{}
	// Err is nil while the lease is ours, a *HeldError after it was taken.
	Err() error
	// Note says what the holder is doing: others see it with the next heartbeat.
	Note(step text.Safe)
	// Release gives it back.
	Release(ctx context.Context) error
}

// Target is where releases run: one app in one environment on all its hosts. All
// methods are safe for concurrent use; Do of different hosts runs in parallel, and
// VerbRoute never waits for another operation, even on the same host.
//
// An error that a person can act on is a *text.Problem (wrapped or not). A context
// that ends makes every method return soon, and what an operation had done by then is
// unknown: observe.
type Target interface {
	HostStore
	// Resolve makes the images present on every host and pins them. The keys are
	// services, the values references as the user names them; "" takes the Compose
	// file's. It changes nothing that runs. report is called from one goroutine at a time.
	Resolve(ctx context.Context, images map[string]string, report func(Progress)) (Release, error)
	// Observe takes a snapshot of all hosts in parallel, without side effect. A host that
	// does not answer is in it as Unknown; if none does, that is an error.
	Observe(ctx context.Context) (Observed, error)
	// Acquire takes the lease, all hosts or none; *HeldError if somebody has it.
	// Its heartbeat runs until Release or until ctx ends.
	Acquire(ctx context.Context, c Claim) (Lease, error)
	// Do performs one operation. It needs a lease that is ours, or it does nothing.
	Do(ctx context.Context, op Op, report func(Progress)) error
	// Done reports whether o shows that op is done.
	Done(o Observed, op Op) bool
	// Watch hands over what is seen of the hosts, as it is seen (at the latest a
	// second later), until ctx ends; it heals its own connections. sink is called
	// from one goroutine at a time. It returns nil when ctx ended.
	Watch(ctx context.Context, sink func(Sighting)) error
	// Past hands over the requests that the proxy's log still has of the last back,
	// oldest first; at most about 50,000 of them, the newest. None is not an error.
	Past(ctx context.Context, back time.Duration, sink func(Request)) error
	// Dial connects to a service in a slot, from inside the host's networks.
	Dial(ctx context.Context, host, service string, slot Slot) (net.Conn, error)
	// Close ends the target's connections. It changes nothing on the hosts.
	Close() error
}
