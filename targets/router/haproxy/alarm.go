package haproxy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// compare raises an alarm if the weights are not what was confirmed. What was read while
// a switch was under way proves nothing. If nothing was confirmed yet, what is, is meant.
func (w *watcher) compare(backends [][]server, changes int) {
	w.mu.Lock()
	if w.underway > 0 || w.changes != changes {
		w.mu.Unlock()
		return
	}
	if w.confirmed == targets.NoSlot {
		w.confirmed = sole(backends)
	}
	meant := w.confirmed
	w.mu.Unlock()
	if meant == targets.NoSlot {
		return
	}
	w.raise(&w.strayed, w.strayOf(misweighted(backends, meant), meant))
}

// sole is the slot that all traffic goes to, or none.
func sole(backends [][]server) targets.Slot {
	for _, slot := range slots() {
		if len(misweighted(backends, slot)) == 0 {
			return slot
		}
	}
	return targets.NoSlot
}

func (w *watcher) strayOf(wrong []string, meant targets.Slot) *text.Problem {
	if len(wrong) == 0 {
		return nil
	}
	return text.NewProblem("proxy-strayed",
		fmt.Sprintf("the proxy on %s does not send all traffic to %s any more: %s", w.name, meant, strings.Join(wrong, ", ")),
		"was it restarted, or were its weights set by hand? `goaround status` shows what it does; a switch puts it right")
}

func (w *watcher) silenceOf(err error) *text.Problem {
	p := text.NewProblem("proxy-silent", "the proxy on "+w.name+" has not answered for some seconds",
		"does "+w.container+" run? `docker logs "+w.container+"` says more")
	p.More = []text.Safe{text.Clean(w.problem(err).Error())}
	var why *text.Problem
	if errors.As(err, &why) {
		p.Hint = why.Hint
	}
	return p
}

// alarm is one that may be on.
type alarm struct{ on *text.Problem }

// raise hands over an alarm when it begins, changes, or (now is nil) ends.
func (w *watcher) raise(a *alarm, now *text.Problem) {
	switch was := a.on; {
	case now == nil && was == nil, now != nil && was != nil && now.Say.Equal(was.Say):
		return
	case now == nil:
		w.sink(targets.Alarm{Host: w.name, At: time.Now(), Clear: true, Problem: was})
	default:
		w.sink(targets.Alarm{Host: w.name, At: time.Now(), Problem: now})
	}
	a.on = now
}
