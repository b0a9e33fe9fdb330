package replay

import (
	"time"

	"goaround/recordings"
	"goaround/targets/text"
)

// Note is a remark that somebody made on the recording afterwards. It stands beside the
// record, at an event.
type Note = recordings.Note

// Notes are the notes so far.
func (r *Recording) Notes() ([]Note, error) { return r.store.Notes(r.id) }

// AddNote adds a note at the last of n events.
func (r *Recording) AddNote(n int, at time.Time, by, remark text.Safe) error {
	return r.store.AddNote(r.id, Note{At: at, By: by, N: uint64(max(n-1, 0)), Text: remark})
}
