package targets

import "time"

// NewRecord is the record of what op, a persist, makes live. A rollback past an unsafe
// job leaves data behind that is ahead of what is live.
func NewRecord(op Op, since time.Time) Record {
	return Record{
		Slot: op.Slot, Release: op.Release, Since: since, Session: op.Session,
		Before: op.From, BeforeWas: op.Before, Back: op.Back,
		SafeBack: op.Unsafe.IsZero(), UnsafeWhy: op.Unsafe, Ahead: op.Back && !op.Unsafe.IsZero(),
	}
}

// Warned is r with the word that an unsafe job is about to start, as op, a warn, has it.
// Where there was no record yet, what is live has nothing before it.
func Warned(r *Record, op Op, now time.Time) Record {
	var out Record
	if r != nil {
		out = *r
	} else {
		out = Record{Slot: op.Slot, Release: op.Release, Since: now, Session: op.Session}
	}
	out.SafeBack, out.UnsafeWhy, out.Ahead = false, op.Unsafe, true
	return out
}
