package release

import (
	"slices"
	"time"

	"goaround/engine/guard"
	"goaround/engine/plan"
	"goaround/engine/tick"
	"goaround/targets"
	"goaround/targets/text"
)

// State is what the events so far amount to. It is a value: Reduce returns a new one.
// Ticks, Lines and Words are append-only and shared between States that follow one
// another; never change them in place.
type State struct {
	Next    uint64        // position of the next event
	Started time.Time     // wall clock of the first event: Mono 0
	At      time.Time     // wall clock of the last event
	Mono    time.Duration // of the last event
	Session SessionStarted
	Pilot   Actor

	Phase    Phase
	Pause    Pause
	passed   []Pause // since the plan was frozen
	Held     *Mark
	Lease    Lease
	Observed *targets.Observed
	Plan     *plan.Plan // nil until it is frozen
	Items    []Item
	Steps    []Step // the preparations, then the plan's, then those of the end
	Ops      []Op   // in the order of their start
	Votes    []Ballot

	StagedAt  time.Duration // Mono of the start of STAGE; 0 before it
	Live      targets.Slot  // confirmed by the proxies of all hosts
	Cut       bool          // the cutover has been started: from here on there is a way back
	CutAt     time.Duration // Mono of the confirmed cutover; 0 before it, and never after
	CanaryAt  time.Duration // Mono of the last confirmed wave of a cutover, but for the last of all; 0: there was none
	Switches  []Switch
	Unsafe    *Unsafe  // nil: the way back is safe
	Unwritten []string // hosts on which what is live would not survive a restart of the proxy

	WatchUntil time.Duration // Mono; 0 before the watch
	Countdown  *CountdownStarted

	Baselines  []guard.Baseline
	Foresight  []guard.Foresight
	Guard      guard.Verdict
	GuardSlot  targets.Slot
	GuardSince time.Duration // Mono of the first verdict at this level

	Requests int // that the new version has answered since the cutover was begun
	Errors   int // of them

	Ticks   []tick.Tick // the last 35 minutes at least
	Active  []InFlight
	Vitals  []targets.Vital // the newest of each instance
	Lines   []targets.Line  // the last 2,000 at least
	Logs    int             // lines seen
	Dropped int             // lines that were too many
	Alarms  []AlarmRaised
	Words   []Word
	Lost    int // events that the recorder could not write

	Rehearsals map[string]time.Duration // Mono of the last one of each host that has them

	Closing  *Closing
	ClosedAt time.Duration // Mono of Closing
	Ended    *SessionEnded
}

// Lease is how a session stands to the lease.
type Lease struct {
	Ours bool
	Lost bool
	To   text.Safe // who has it, once lost
}

// Mark is who did something and when.
type Mark struct {
	By   Actor
	At   time.Time
	Mono time.Duration
}

// Status is how far an item, a step or an operation is.
type Status string

// The statuses. StatusUnknown: it was begun, and nobody knows how it ended.
const (
	StatusOpen    Status = "open"
	StatusRunning Status = "running"
	StatusOK      Status = "ok"
	StatusFailed  Status = "failed"
	StatusSkipped Status = "skipped"
	StatusUnknown Status = "unknown"
)

// Over reports whether there is nothing more to wait for.
func (s Status) Over() bool { return s == StatusOK || s == StatusSkipped }

// Item is a checklist item and its answer.
type Item struct {
	plan.Item
	Status   Status
	By       Actor
	At       time.Time
	Since    time.Duration // Mono of its start, or of its answer
	Took     time.Duration
	Evidence text.Safe
	More     []text.Safe
}

// Unsafe is why the way back is not safe any more: since a job of that kind was started,
// or from the beginning, by what an earlier session ran.
type Unsafe struct {
	Mark           // who the pilot was, and when; zero: it was an earlier session
	Why  text.Safe // "job drop (contract) for v42"
}

// Step is a step and how far it is.
type Step struct {
	ID       string
	Title    string
	Item     string // its item's ID, if it is one
	Status   Status
	Since    time.Duration // Mono of its start
	Took     time.Duration
	Estimate time.Duration
	Problem  *text.Problem
	Hosts    []OpProgressed // while it runs: what each host said last, where it has no operations
	planned  bool           // by the plan
}

// Op is an operation and how far it is.
type Op struct {
	targets.Op
	Step    string
	Status  Status
	Since   time.Duration // Mono of its start
	Closing bool          // begun while the session was closing
	Took    time.Duration
	Last    OpProgressed
	Cut     int // connections
	Problem *text.Problem
}

// Ballot is a vote.
type Ballot struct {
	Mark
	Voted
}

// Word is what somebody said.
type Word struct {
	Mark
	Said
}

// Switch is a move of traffic between slots that are both there.
type Switch struct {
	SwitchStarted
	Mark
	Arrived  bool          // the proxies of all hosts have confirmed
	Moved    time.Duration // from the intent until they had
	Finished bool
	Over     time.Duration // Mono of its end
	End      SwitchFinished
	Reason   Reason    // what a person gave it afterwards; empty: none
	Words    text.Safe // in their words
}

// In is the State with its wall clock in a zone, for those who look at it; nil: as it is.
func (s State) In(zone *time.Location) State {
	if zone != nil {
		s.Started, s.At = s.Started.In(zone), s.At.In(zone)
	}
	return s
}

// Clock is the time since the session's start at a wall clock's now.
func (s State) Clock(now time.Time) time.Duration { return now.Sub(s.Started) }

// Item returns the item of that ID.
func (s State) Item(id string) (Item, bool) {
	for _, it := range s.Items {
		if it.ID == id {
			return it, true
		}
	}
	return Item{}, false
}

// Step returns the step of that ID; one that has not begun may be missing.
func (s State) Step(id string) (Step, bool) {
	for _, st := range s.Steps {
		if st.ID == id {
			return st, true
		}
	}
	return Step{}, false
}

// Switch is the last switch; ok is false if there was none.
func (s State) Switch() (Switch, bool) {
	if len(s.Switches) == 0 {
		return Switch{}, false
	}
	return s.Switches[len(s.Switches)-1], true
}

// Switching reports whether traffic is being moved back or forward right now.
func (s State) Switching() bool {
	sw, ok := s.Switch()
	return ok && !sw.Finished
}

// Moved is the last switch that has moved traffic, is moving it, or may have: not one that
// failed on every host, which has changed nothing.
func (s State) Moved() (Switch, bool) {
	for _, sw := range slices.Backward(s.Switches) {
		if !sw.failed() {
			return sw, true
		}
	}
	return Switch{}, false
}

// RolledBack reports whether the old version is live again after the cutover was begun, and
// nothing is being switched.
func (s State) RolledBack() bool {
	sw, ok := s.Moved()
	return ok && sw.Finished && sw.Way.Back && sw.Arrived
}

// Busy reports whether something is being done to a host, or prepared. An item that is
// being answered is not.
func (s State) Busy() bool {
	for _, o := range s.Ops {
		if o.Status == StatusRunning {
			return true
		}
	}
	for _, st := range s.Steps {
		if st.Status == StatusRunning && st.Item == "" {
			return true
		}
	}
	return false
}

func (s State) leaseLost() *text.Problem {
	return text.NewProblem("lease-lost", "the lease was taken over by "+s.Lease.To.String()+", nothing more is done from here", "`goaround status` says what is live")
}

// Cutting reports whether the traffic is being moved by the cutover right now.
func (s State) Cutting() bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool { return plan.Moves(st.ID) && st.Status == StatusRunning })
}

// openItems are those that match and are neither answered well nor skipped.
func (s State) openItems(match func(Item) bool) []Item {
	var out []Item
	for _, it := range s.Items {
		if match(it) && !it.Status.Over() {
			out = append(out, it)
		}
	}
	return out
}

// Scale divides a hold, a countdown or the watch by the demo's speed.
func (s State) Scale(d time.Duration) time.Duration {
	if s.Session.Speed > 1 {
		return time.Duration(float64(d) / s.Session.Speed)
	}
	return d
}
