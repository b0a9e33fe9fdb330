// Package checklist reads goaround.yaml: what is released, where, by which proxy, and
// the items of the checklist before, during and after a deploy. It parses strictly,
// explains every error with its position, an excerpt and the fix, and is pure: files
// are read by the caller.
package checklist

import "time"

// File is a goaround.yaml with all defaults filled in that can be known without
// looking at the Compose file or a host; what is left empty is said at the field.
type File struct {
	App          string
	Compose      Compose
	Proxy        Proxy
	Environments []Environment // in the order of the file; without any: `production` on the local engine
	Release      []Service     // in the order of the file
	Jobs         []Job         // in the order of the file; each is of a released service
	Pre          []Item
	During       []Item // always has exactly one Stage and one Cutover
	Post         []Item
	Cutover      CutoverMode
	Waves        []int // hosts to cut over before each hold; the rest comes last. Empty: all at once
	Watch        time.Duration
	Guard        Guard
	Rollback     Rollback
	AllowYes     bool // `allow_yes: true`: --yes may be used outside the demo
}

// Compose says which Compose project the release belongs to.
type Compose struct {
	Files   []string // relative to the folder of goaround.yaml; empty: what `docker compose` would find
	Project string   // empty: the Compose file's `name:`, else what the running proxy is labelled with, else the folder
}

// Proxy says which service of the Compose file is the proxy.
type Proxy struct {
	Service string // empty: the one service whose image is a known proxy
	Kind    string // "haproxy", or empty: from the image
}

// Environment is a set of hosts that one deploy goes to.
type Environment struct {
	Name  string
	Hosts []string // "local", "ssh://user@host", "context:NAME" or "unix:///path"; never empty
	URL   string   // the public address, asked before a deploy may end shipped; may be empty
	Votes int      // 1 until pairing is there
}

// Service is a released service: a routed one, which gets its traffic from the proxy, or
// a worker.
type Service struct {
	Name        string
	Order       Order  // of a worker; empty: routed
	Backend     string // in the proxy's configuration; a worker has none
	Port        int    // 0: the one port of `expose:`; a worker has none
	Ready       string // path of the readiness probe; empty: the image's health check
	ReadyWithin time.Duration
}

// Worker reports whether the service has no route: it takes its work from elsewhere, and
// is swapped once the traffic has moved.
func (s Service) Worker() bool { return s.Order != "" }

// Order says which of a worker's two containers is stopped or started first at a swap.
type Order string

// The orders. With StartFirst both run for a while; with StopFirst none does.
const (
	StartFirst Order = "start-first"
	StopFirst  Order = "stop-first"
)

// Job is a command that runs once in a deploy that has it among its `during` items: in
// one container of the service's new image, with the service's environment.
type Job struct {
	Name    string
	Service string
	Command []string // argv, in place of the image's entrypoint; a string in the file is sh -c
	Class   JobClass
	Timeout time.Duration // the job is stopped then, and has failed
}

// JobClass says what a job does to the data that the old release needs.
type JobClass string

// The classes. Expand adds what the old release does not mind; Contract takes away what
// it may need; Irreversible is what no release can undo. After the last two the way back
// asks for the version.
const (
	JobNone         JobClass = "none"
	JobExpand       JobClass = "expand"
	JobContract     JobClass = "contract"
	JobIrreversible JobClass = "irreversible"
)

// Phase is where in a deploy an item belongs.
type Phase string

// The phases that have items.
const (
	Pre    Phase = "pre"
	During Phase = "during"
	Post   Phase = "post"
)

// Kind says what an item is.
type Kind string

// The kinds of items. Baseline, Image, WayBack and Public are items that every deploy
// has and no file names; the engine adds them.
const (
	Ask     Kind = "ask"     // a person answers
	Command Kind = "command" // exit 0
	HTTP    Kind = "http"    // one request and what is expected of it
	Smoke   Kind = "smoke"   // several, on the idle slot before cutover, through the URL after it
	RunJob  Kind = "job"     // one of File.Jobs, before the traffic moves
	Stage   Kind = "stage"   // the idle slot is brought up
	Cutover Kind = "cutover" // traffic moves

	Image    Kind = "image"    // pinned and present on every host
	WayBack  Kind = "wayback"  // the old release is there and will be kept
	Baseline Kind = "baseline" // the guard has learned the old release
	Public   Kind = "public"   // the public URL answers
)

// Item is one item of the checklist.
type Item struct {
	ID      string // "pre-1", "during-2": phase and place in the file
	Phase   Phase
	Kind    Kind
	Title   string        // what a person reads; for smoke: the paths
	Who     string        // ask: who answers; empty: anyone of the crew
	Key     bool          // cannot be skipped
	After   time.Duration // post: this long after the cutover
	Command []string      // command: argv; a string in the file is sh -c
	Timeout time.Duration
	Steps   []Request // http: one; smoke: at least one
	Job     string    `json:",omitempty"` // job: its name
}

// Auto reports whether the engine answers the item.
func (i Item) Auto() bool { return i.Kind != Ask }

// Request is an HTTP request and what is expected of its answer. URL, Form, Header and
// Body may hold {{name}} of an earlier step's capture.
type Request struct {
	Method  string
	URL     string // absolute; smoke: a path
	Form    map[string]string
	Body    string
	Header  map[string]string
	Status  int               // expected; 0: any below 500
	Expect  string            // the body contains it; empty: anything
	Capture map[string]string // name to a regular expression with one group
}

// CutoverMode says who moves the traffic.
type CutoverMode string

// The modes. CutoverAsk waits for a person; CutoverAuto goes on when all is well.
const (
	CutoverAsk  CutoverMode = "ask"
	CutoverAuto CutoverMode = "auto"
)

// Guard is the verdict's settings.
type Guard struct {
	Errors  float64 // share of answers, 0.05 is 5 %
	Latency float64 // times the baseline's p95
	Auto    Auto
}

// Auto says what a RED verdict does.
type Auto string

// AutoOff shows it, AutoCountdown rolls back after 15 s, AutoNow at once.
const (
	AutoOff       Auto = "off"
	AutoCountdown Auto = "countdown"
	AutoNow       Auto = "now"
)

// Rollback says how the way back is kept.
type Rollback struct {
	AlwaysConfirm bool          // `confirm: always`
	Drain         time.Duration // requests in flight get this long
	UntilNext     bool          // `keep: until-next`: stays warm after the watch
}

// Environment returns the environment of that name.
func (f *File) Environment(name string) (Environment, bool) {
	for _, e := range f.Environments {
		if e.Name == name {
			return e, true
		}
	}
	return Environment{}, false
}

// Service returns the released service of that name.
func (f *File) Service(name string) (Service, bool) {
	for _, s := range f.Release {
		if s.Name == name {
			return s, true
		}
	}
	return Service{}, false
}

// Routed are the names of the released services that have traffic, in the order of the file.
func (f *File) Routed() []string { return f.names(false) }

// Workers are the names of the others.
func (f *File) Workers() []string { return f.names(true) }

func (f *File) names(workers bool) (names []string) {
	for _, s := range f.Release {
		if s.Worker() == workers {
			names = append(names, s.Name)
		}
	}
	return names
}

// Job returns the job of that name.
func (f *File) Job(name string) (Job, bool) {
	for _, j := range f.Jobs {
		if j.Name == name {
			return j, true
		}
	}
	return Job{}, false
}
