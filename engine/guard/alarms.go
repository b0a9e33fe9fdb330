package guard

import (
	"fmt"
	"slices"
	"time"

	"goaround/engine/tick"
	"goaround/targets"
)

// The fast paths: RED at once, and over when their cause is.
const (
	deadWindows  = 3   // an outage is so many windows in a row, so a burst of 3 s is none,
	deadRequests = 10  // of so many requests at least,
	deadShare    = 0.8 // with this share of bad answers at least
	sickShare    = 0.3 // this share of unhealthy instances is too many
	restarts     = 2   // so many of one instance in 60 s are too many
	blindWindows = 3   // so many windows in a row that a host is not seen in are NO DATA
)

// alarms is what the fast paths have seen. A value: next returns a new one.
type alarms struct {
	silence time.Duration // how long without a request is RED; 0: never
	quiet   int           // seconds in a row without a request
	dead    int           // windows in a row that are nearly all bad
	deadBad float64       // share of bad answers in the last of them
	blind   int           // windows in a row that a host is not seen in
	sick    int           // instances that are unhealthy or stopped
	vitals  int           // instances
	started []rises       // of the last minute; never changed in place
	totals  rises
}

// rises is how often instances were restarted.
type rises map[targets.Where]int

func newAlarms(s Settings, b Baseline) alarms { return alarms{silence: silence(b)} }

func (a alarms) next(w Window, c count) alarms {
	a = a.hear(w.Ticks)
	a.dead, a.deadBad = a.dead+1, share(c.bad, c.n)
	if c.n < deadRequests || a.deadBad < deadShare {
		a.dead = 0
	}
	a.blind++
	if sighted(w.Ticks) {
		a.blind = 0
	}
	return a.feel(w.Vitals)
}

// hear counts the quiet seconds: those in which the proxies' own counters are known on
// every host, and stood still. A second of which nothing is known neither counts nor
// breaks the silence.
func (a alarms) hear(ticks []tick.Tick) alarms {
	for len(ticks) > 0 {
		second, n := 1, ticks[0]
		for second < len(ticks) && ticks[second].At == n.At {
			n.N += ticks[second].N
			n.Silent = n.Silent && ticks[second].Silent
			second++
		}
		ticks = ticks[second:]
		switch {
		case n.N > 0:
			a.quiet = 0
		case n.Silent:
			a.quiet++
		}
	}
	return a
}

// sighted reports whether each host was seen in at least one second.
func sighted(ticks []tick.Tick) bool {
	for _, blind := range ticks {
		if blind.Blind && !slices.ContainsFunc(ticks, func(t tick.Tick) bool { return t.Host == blind.Host && !t.Blind }) {
			return false
		}
	}
	return len(ticks) > 0
}

// feel looks at the instances. A total that falls is that of a new container.
func (a alarms) feel(vitals []targets.Vital) alarms {
	a.sick, a.vitals = 0, len(vitals)
	totals := rises{}
	for _, v := range vitals {
		totals[v.Where] += v.Restarts
		if v.Health == targets.Unhealthy || v.State == targets.Stopped {
			a.sick++
		}
	}
	now := rises{}
	for w, before := range a.totals {
		if n, seen := totals[w]; !seen {
			totals[w] = before
		} else if n > before {
			now[w] = n - before
		}
	}
	a.totals, a.started = totals, last(minute, a.started, now)
	return a
}

// red is why a fast path says RED, in words; "" if none does.
func (a alarms) red() string {
	if w, n := a.restarted(); n >= restarts {
		return fmt.Sprintf("%s on %s restarted %d times in 60 s", w.Service, w.Host, n)
	}
	if a.vitals > 0 && share(a.sick, a.vitals) >= sickShare {
		return fmt.Sprintf("%d of %d unhealthy", a.sick, a.vitals)
	}
	if a.dead >= deadWindows {
		return fmt.Sprintf("%s of answers bad for %d s", percent(a.deadBad), a.dead*Step)
	}
	if quiet := time.Duration(a.quiet) * time.Second; a.silence > 0 && quiet >= a.silence {
		return "no request for " + quiet.String()
	}
	return ""
}

// restarted is the instance that was restarted most often in the last minute.
func (a alarms) restarted() (targets.Where, int) {
	sum := rises{}
	for _, m := range a.started {
		for w, n := range m {
			sum[w] += n
		}
	}
	most := targets.Where{}
	for w, n := range sum {
		if n > sum[most] || n == sum[most] && w.Compare(most) < 0 {
			most = w
		}
	}
	return most, sum[most]
}

// blindFor is for how long a host was not seen, once that is NO DATA; else 0.
func (a alarms) blindFor() time.Duration {
	if a.blind < blindWindows {
		return 0
	}
	return time.Duration(a.blind) * Step * time.Second
}
