// Package replay is a recording as a session: its events in order, its State at any
// position, what verification says of it, and the notes beside it.
package replay

import (
	"fmt"
	"iter"

	"goaround/engine/release"
	"goaround/recordings"
)

// Events yields the good events of a recording, in order. An event that cannot be read
// ends it with an error.
func Events(store *recordings.Store, id string) iter.Seq2[release.Event, error] {
	return func(yield func(release.Event, error) bool) {
		for rec, err := range store.Read(id) {
			if err != nil {
				yield(release.Event{}, fmt.Errorf("read recording %s: %w", id, err))
				return
			}
			e, err := decode(id, rec)
			if err != nil {
				yield(release.Event{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}
