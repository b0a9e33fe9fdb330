package signals

import (
	"math"
	"slices"
	"time"

	"goaround/engine/tick"
	"goaround/targets"
)

const (
	deaf   = 3  // after so many seconds without a line, or without a counter, it is not heard
	agreed = 3  // so many seconds in which lines and counters agree end a sample,
	enough = 10 // with so many lines in them
	ahead  = 4  // the lines may be ahead of the counters by so many seconds' worth
	least  = 3  // any two counts may differ by so many,
	sigmas = 2  // and so many standard deviations
)

// witness is the proxy's own count of one place, held against the log lines.
//
// While the lines keep up, they count; owed is what the counters are ahead by. Where that
// is more than chance allows, the counters count, from the requests owed on, until lines
// and counters have agreed for some seconds. So the sum of all ticks is that of the
// lines, or of the counters where they know of more.
type witness struct {
	process  string // that the totals belong to
	total    uint64
	totalBad uint64
	polls    []poll // oldest first; those that open seconds need
	since    int64  // the first second after the first poll
	fresh    bool   // no second was held against the polls yet
	given    poll   // up to the end of the last second
	moved    move   // in the last second

	owed, owedBad int
	sampling      bool
	streak        streak
	lines         [ahead]int // of the last seconds
	heard         int64      // the last second with a line
}

// poll is a total of requests since the first poll.
type poll struct {
	at     time.Time
	n, bad int
}

// move is by how much the counters moved in a second.
type move struct{ n, bad, change int } // change is the difference to the second before

// streak is what was seen since lines and counters differed last.
type streak struct{ seconds, moved, lines int }

// see takes a counter that came now. When the counters were away, or are those of
// another process, what came in between is not known and counts as nothing.
func (w *witness) see(now time.Time, c targets.Counter) {
	last, ok := w.last()
	switch {
	case !ok || now.Sub(last.at) > deaf*time.Second:
		*w = witness{polls: []poll{{at: now}}, since: now.Unix() + 1, fresh: true, lines: w.lines, heard: w.heard}
	case c.Process != w.process || c.Requests < w.total || c.Bad < w.totalBad:
		w.polls = append(w.polls, poll{now, last.n, last.bad})
	default:
		w.polls = append(w.polls, poll{now, last.n + int(c.Requests-w.total), last.bad + int(c.Bad-w.totalBad)})
	}
	w.process, w.total, w.totalBad = c.Process, c.Requests, c.Bad
}

func (w *witness) last() (poll, bool) {
	if len(w.polls) == 0 {
		return poll{}, false
	}
	return w.polls[len(w.polls)-1], true
}

// testify holds the lines of a second that is over against the counters.
func (w *witness) testify(t *tick.Tick, s *second) {
	w.lines[t.At%ahead] = s.lines
	if s.lines > 0 {
		w.heard = t.At
	}
	last, ok := w.last()
	if !ok || t.At < w.since {
		return
	}
	end := time.Unix(t.At+1, 0)
	age := end.Sub(last.at)
	if age > deaf*time.Second {
		w.sampling, t.Blind = false, w.deaf(t.At)
		return
	}
	c := w.upto(end)
	n := c.n - w.given.n
	w.moved = move{n: n, bad: c.bad - w.given.bad, change: max(n-w.moved.n, w.moved.n-n)}
	w.given = c
	t.Silent = n+s.lines+s.n == 0 && age <= time.Second
	if w.fresh {
		w.owed, w.fresh = -s.lines, false
	}
	if w.sampling {
		w.sample(t, s)
	} else {
		w.compare(t, s)
	}
}

func (w *witness) deaf(at int64) bool { return at-w.heard >= deaf }

// upto is the total at a moment, between two polls in proportion to the time.
func (w *witness) upto(end time.Time) poll {
	i := slices.IndexFunc(w.polls, func(p poll) bool { return !p.at.Before(end) })
	if i < 0 {
		i = len(w.polls) - 1
	}
	b := w.polls[i]
	if i == 0 || b.at.Before(end) {
		return poll{n: b.n, bad: b.bad}
	}
	a := w.polls[i-1]
	w.polls = w.polls[i-1:]
	part := float64(end.Sub(a.at)) / float64(b.at.Sub(a.at))
	return poll{n: a.n + between(part, b.n-a.n), bad: a.bad + between(part, b.bad-a.bad)}
}

func between(part float64, n int) int { return int(math.Round(part * float64(n))) }

// compare lets the lines count, unless the counters are too far ahead. Traffic that has
// just begun or ended between two polls is in the wrong one of two seconds by so much as
// it has changed.
func (w *witness) compare(t *tick.Tick, s *second) {
	w.owed, w.owedBad = w.owed+w.moved.n-s.lines, w.owedBad+w.moved.bad-s.badLines
	if w.owed > chance(w.moved.n)+w.moved.change {
		t.N, t.Bad = t.N+w.owed, t.Bad+min(max(w.owedBad, 0), w.owed)
		w.sampling, w.streak, w.owed, w.owedBad = true, streak{}, 0, 0
		t.Blind = w.deaf(t.At)
		t.Sampled = !t.Blind
		return
	}
	lead := 0
	for _, n := range w.lines {
		lead += n
	}
	w.owed = max(w.owed, -lead)
	if w.owed <= 0 {
		w.owedBad = 0
	}
}

// sample lets the counters count, until the lines are complete again.
func (w *witness) sample(t *tick.Tick, s *second) {
	m := w.moved
	t.N, t.Bad = m.n+s.stray, min(m.bad, m.n)+s.stray
	t.Blind = w.deaf(t.At)
	t.Sampled = !t.Blind && m.n+s.lines > 0
	k := streak{w.streak.seconds + 1, w.streak.moved + m.n, w.streak.lines + s.lines}
	if max(k.moved-k.lines, k.lines-k.moved) > chance(k.moved) {
		k = streak{}
	}
	w.streak = k
	if k.seconds >= agreed && k.lines >= enough {
		w.sampling, w.owed, w.owedBad = false, -s.lines, 0
	}
}

// chance is by how much a count of n may be off, because it was taken a little early or late.
func chance(n int) int { return least + int(sigmas*math.Sqrt(float64(n))) }
