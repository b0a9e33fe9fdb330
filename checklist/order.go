package checklist

import (
	"fmt"
	"slices"
	"time"
)

// arrange judges what depends on the whole checklist, adds the stage and the cutover
// that were left out, and numbers the items.
func (s *items) arrange(watch time.Duration) (pre, during, post []Item) {
	s.order()
	for _, item := range s.post {
		if after, found := item.at.find("after"); found && item.After > watch {
			s.fail(after.value, "this is after the watch, which ends at "+short(watch), "make it sooner, or the watch longer: `watch: {for: "+short(item.After)+"}`")
		}
	}
	if s.index(Stage) < 0 {
		s.during = slices.Insert(s.during, s.leading(RunJob), placed{Item: plain(Stage)})
	}
	if s.index(Cutover) < 0 {
		s.during = append(s.during, placed{Item: plain(Cutover)})
	}
	return numbered(s.pre), numbered(s.during), numbered(s.post)
}

// leading counts the `during` items of that kind before the first of another.
func (s *items) leading(kind Kind) int {
	n := slices.IndexFunc(s.during, func(p placed) bool { return p.Kind != kind })
	if n < 0 {
		return len(s.during)
	}
	return n
}

// order judges where stage, jobs, smoke and cutover stand among the `during` items. A
// stage that is left out goes first, after the jobs that stand there, and a cutover last,
// so neither can be in the wrong place.
func (s *items) order() {
	stage, cutover := s.index(Stage), s.index(Cutover)
	for i, item := range s.during {
		late := cutover >= 0 && i > cutover
		switch {
		case item.Kind == Stage && i > stage, item.Kind == Cutover && late:
			s.fail(item.at, quote(string(item.Kind))+" is there twice", "keep one of them")
		case item.Kind == Cutover && i < stage:
			s.fail(item.at, "`cutover` comes before `stage`", "put `- stage` above it: traffic can only go to a slot that is up")
		case item.Kind == RunJob && late:
			s.fail(item.at, "`job` comes after `cutover`", "put it above `- cutover`: a job that fails then stops the deploy while the old version still has the traffic")
		case item.Kind == Smoke && i < stage:
			s.fail(item.at, "`smoke` comes before `stage`", "put `- stage` above it: it runs on the slot that `stage` brings up")
		case item.Kind == Smoke && late && stage < cutover:
			s.fail(item.at, "`smoke` comes after `cutover`", "put it above `- cutover`: it runs before the traffic moves, and again through `url` afterwards")
		}
	}
}

// index is where the first `during` item of that kind stands, -1 if there is none.
func (s *items) index(kind Kind) int {
	return slices.IndexFunc(s.during, func(p placed) bool { return p.Kind == kind })
}

// numbered gives the items of a phase their IDs.
func numbered(all []placed) []Item {
	var items []Item
	for i, p := range all {
		p.ID = fmt.Sprintf("%s-%d", p.Phase, i+1)
		items = append(items, p.Item)
	}
	return items
}

// short writes d as a person would in the file: 1h30m, not 1h30m0s.
func short(d time.Duration) string {
	var b []byte
	for _, u := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}, {time.Millisecond, "ms"}} {
		if n := d / u.size; n > 0 {
			b = fmt.Appendf(b, "%d%s", n, u.name)
			d -= n * u.size
		}
	}
	return string(b)
}
