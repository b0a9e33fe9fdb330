package ui

import "time"

const (
	// quiet is how long no other key may have come before the dangerous one.
	quiet = 400 * time.Millisecond
	// settle is how long none may come after it.
	settle = 30 * time.Millisecond
)

// trigger tells a press of the dangerous key that was meant from one that came with
// other keys: typed or pasted into the wrong window. Repeats count once.
type trigger struct {
	other   time.Time // the last other key
	counted time.Time // the last press that counted, or repeated one that did
	pressed time.Time // when pending was pressed, or waited for anew
	stalled bool      // pending was waited for anew
	pending int       // serial of the press that waits to settle; 0: none
	serial  int
}

// pull is what a press amounts to.
type pull int

const (
	pullWaits    pull = iota // it counts unless another key comes within settle
	pullDisturbs             // other keys came before it
	pullRepeats              // it repeats one that counts
)

// press is the dangerous key, at a time.
func (t *trigger) press(at time.Time) pull {
	switch {
	case t.pending > 0:
		return pullRepeats
	case !t.counted.IsZero() && at.Sub(t.counted) < quiet:
		t.counted = at
		return pullRepeats
	case !t.other.IsZero() && at.Sub(t.other) < quiet:
		return pullDisturbs
	}
	t.serial++
	t.pending, t.pressed, t.stalled = t.serial, at, false
	return pullWaits
}

// disturb is any other key. It reports whether that undid a press that waited.
func (t *trigger) disturb(at time.Time) bool {
	undone := t.pending > 0
	t.other, t.pending = at, 0
	return undone
}

// settled reports whether the press of that serial counts, now that nothing followed it;
// again: it has to be waited for once more, since the program was held up, and a key that
// followed may not have been read yet.
func (t *trigger) settled(serial int, at time.Time) (counts, again bool) {
	switch {
	case t.pending != serial:
		return false, false
	case at.Sub(t.pressed) > 2*settle && !t.stalled:
		t.pressed, t.stalled = at, true
		return false, true
	}
	t.pending, t.counted = 0, at
	return true, false
}
