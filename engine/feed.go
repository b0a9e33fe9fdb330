package engine

import (
	"slices"
	"sync"
	"time"

	"goaround/engine/release"
	"goaround/engine/signals"
	"goaround/targets"
)

const vitalsEvery = 5 * time.Second

// feed collects what a target sees between two beats of the loop. Watch fills it from
// its goroutine, the loop empties it.
type feed struct {
	mu     sync.Mutex
	meter  *signals.Meter
	active map[targets.Where]int
	vitals map[targets.Where]targets.Vital
	fresh  bool // a vital has changed
	shown  time.Time
	lines  []targets.Line
	budget budget
	over   int // lines that were too many
	tried  []release.Rehearsed
	alarms []targets.Alarm
}

func newFeed() *feed {
	return &feed{meter: signals.NewMeter(), active: map[targets.Where]int{}, vitals: map[targets.Where]targets.Vital{}}
}

func (f *feed) see(s targets.Sighting) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch s := s.(type) {
	case targets.Request:
		f.meter.See(time.Now(), s)
	case targets.Counter:
		f.meter.See(time.Now(), s)
		f.active[s.Where] = s.Active
	case targets.Vital:
		old, known := f.vitals[s.Where]
		f.fresh = f.fresh || !known || old.State != s.State || old.Health != s.Health || old.Restarts != s.Restarts
		f.vitals[s.Where] = s
	case targets.Line:
		f.line(s)
	case targets.Rehearsed:
		f.tried = append(f.tried, release.Rehearsed{Host: s.Host, Took: s.Took})
	case targets.Alarm:
		f.alarms = append(f.alarms, s)
	}
}

// line keeps errors and warnings within the budget.
func (f *feed) line(l targets.Line) {
	if !l.Bad {
		return
	}
	if !f.budget.takes(len(l.Text.String())) {
		f.over++
		return
	}
	f.lines = append(f.lines, l)
}

func (f *feed) route(s targets.Slot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.meter.Route(s)
}

// drain is what was seen since the last drain, as events.
func (f *feed) drain(now time.Time) []release.Body {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []release.Body
	if ticks := f.meter.Ticks(now); len(ticks) > 0 {
		out = append(out, release.Ticked{Ticks: ticks, Active: f.inFlight()})
	}
	if len(f.vitals) > 0 && (f.fresh || now.Sub(f.shown) >= vitalsEvery) {
		out = append(out, release.VitalsSeen{Vitals: f.allVitals()})
		f.fresh, f.shown = false, now
	}
	if len(f.lines) > 0 || f.over > 0 {
		out = append(out, release.Logged{Lines: f.lines, Dropped: f.over})
		f.lines, f.over = nil, 0
	}
	for _, r := range f.tried {
		out = append(out, r)
	}
	f.tried = nil
	for _, a := range f.alarms {
		if a.Clear {
			out = append(out, release.AlarmCleared{Host: a.Host, Code: a.Problem.Code})
		} else {
			out = append(out, release.AlarmRaised{Host: a.Host, Problem: a.Problem})
		}
	}
	f.alarms = nil
	return out
}

func (f *feed) inFlight() []release.InFlight {
	var out []release.InFlight
	for w, n := range f.active {
		if n > 0 {
			out = append(out, release.InFlight{Where: w, N: n})
		}
	}
	slices.SortFunc(out, func(a, b release.InFlight) int { return a.Where.Compare(b.Where) })
	return out
}

func (f *feed) allVitals() []targets.Vital {
	out := make([]targets.Vital, 0, len(f.vitals))
	for _, v := range f.vitals {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b targets.Vital) int { return a.Where.Compare(b.Where) })
	return out
}
