package release

import (
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// BarKind is what the rollback bar says, in a word.
type BarKind string

// The kinds of bar, in the words of the screen.
const (
	BarNothingLive BarKind = "NOTHING LIVE"    // before the cutover; R takes down what was staged, after y
	BarOneKey      BarKind = "ONE KEY"         // R rolls back at once
	BarAsks        BarKind = "ASKS"            // R asks first: for a y where rollback.confirm is always or nothing ran before, for the version where the way back is not safe
	BarCold        BarKind = "COLD"            // the old version is stopped: R starts it, which takes a while, after y
	BarMoving      BarKind = "ROLLING BACK"    // or going forward: hosts are being switched
	BarBack        BarKind = "TRAFFIC IS BACK" // the old version is live again
	BarClosing     BarKind = "CLOSING"         // what has no traffic is being stopped: the key is off
	BarMixed       BarKind = "MIXED"           // hosts differ: a person is needed
	BarOver        BarKind = "ENDED"
)

// Bar is what there is to say about the way back. It stands in one place on every
// screen of a live phase.
type Bar struct {
	Kind    BarKind
	To      text.Safe     // version that the key goes to; moving, back: that has, or gets, the traffic
	Slot    targets.Slot  // where it is; NoSlot: nothing ran before, R takes the new version out of traffic and stops it
	Took    time.Duration // expected, measured before; BarBack: what it took; 0 unknown
	Left    time.Duration // the old version stays warm for this long; 0: until the watch is closed
	Done    int           // hosts that have confirmed
	Hosts   int
	Back    bool          // moving: back, not forward
	Mixed   []string      // hosts that send their traffic elsewhere
	Drain   Drain         // moved, back, closing: what is in flight in the slot without traffic
	Workers Workers       // moved, back: how they follow
	Forward bool          // F is there: the new version is still up
	Unheard string        // the host whose last rehearsal is longest ago, if that is too long
	Since   time.Duration // Unheard: how long
	Unsafe  *Unsafe       // BarAsks: why Type has to be typed; nil: y is enough
	Type    text.Safe
}

// Bar is the rollback bar at a time since the session's start.
func (s State) Bar(clock time.Duration) Bar {
	b := Bar{Kind: BarNothingLive, Hosts: len(s.Session.Hosts)}
	if s.Plan == nil {
		return s.over(b)
	}
	b.Hosts = len(s.Plan.Hosts)
	b.To, b.Slot, b.Took = s.Plan.Before.Version, s.Plan.From, s.Plan.BackTook
	sw, switched := s.Moved()
	switch {
	case switched && !sw.Finished:
		b = s.moving(b, sw, clock)
	case switched && len(sw.End.Mixed) > 0:
		b.Kind, b.Mixed = BarMixed, sw.End.Mixed
	case s.RolledBack():
		b.Kind, b.Took, b.Done = BarBack, sw.Moved, b.Hosts
		b.Drain, b.Forward, b.Workers = s.Drain(clock), s.Ended == nil && s.Closing == nil, s.Workers()
	case !s.Cut:
	case s.Closing != nil:
		b.Kind, b.Drain = BarClosing, s.Drain(clock)
	case s.Plan.First():
		b.Kind = BarAsks
	case s.Unsafe != nil:
		b.Kind, b.Unsafe, b.Type = BarAsks, s.Unsafe, s.Plan.Back(0, false).Word()
		if !s.warm(s.Plan.From) {
			b.Took += s.Plan.ColdTook
		}
	case !s.warm(s.Plan.From):
		b.Kind, b.Took = BarCold, s.Plan.BackTook+s.Plan.ColdTook
	case s.Plan.Settings.AlwaysConfirm:
		b.Kind = BarAsks
	default:
		b.Kind = BarOneKey
	}
	if b.Kind == BarOneKey || b.Kind == BarAsks {
		b.Left = max(0, s.WatchUntil-clock)
		b.Unheard, b.Since = s.unheard(clock)
	}
	return s.over(b)
}

// rehearsalDue is when a rehearsal is too long ago: there is one every 5 s.
const rehearsalDue = 12 * time.Second

// unheard is the host whose last rehearsal is longest ago, if one is overdue.
func (s State) unheard(clock time.Duration) (host string, since time.Duration) {
	for _, h := range s.Plan.Hosts {
		if at, ok := s.Rehearsals[h]; ok && clock-at > max(since, rehearsalDue) {
			host, since = h, clock-at
		}
	}
	return host, since
}

func (s State) over(b Bar) Bar {
	if s.Ended != nil && b.Kind != BarMixed && b.Kind != BarBack {
		b.Kind = BarOver
	}
	return b
}

func (s State) moving(b Bar, sw Switch, clock time.Duration) Bar {
	b.Kind, b.Back, b.To, b.Slot = BarMoving, sw.Way.Back, sw.Way.Release.Version, sw.Way.To
	for _, o := range s.Ops {
		if o.Step == sw.Name && o.Verb == targets.VerbRoute && o.Status == StatusOK {
			b.Done++
		}
	}
	if sw.Arrived {
		b.Kind, b.Took, b.Drain, b.Workers = BarBack, sw.Moved, s.Drain(clock), s.Workers()
	}
	return b
}
