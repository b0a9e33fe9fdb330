package replay

import (
	"context"
	"iter"

	"goaround/engine/release"
	"goaround/targets/text"
)

// followed is how many events Follow yields at a time.
const followed = 1024

// Follow yields the events from a position on, in order, up to the end.
func (r *Recording) Follow(ctx context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return func(yield func([]release.Event, error) bool) {
		for at := int(from); at < r.Len(); at += followed {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			var batch []release.Event
			for _, e := range r.decode(at, min(at+followed, r.Len())) {
				if e.err != nil {
					yield(batch, e.err)
					return
				}
				batch = append(batch, e.Event)
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// Do refuses every intent: nothing is connected.
func (r *Recording) Do(context.Context, release.Intent) error {
	return text.NewProblem("replay", "this is a replay: nothing is connected", "`goaround status` says what is live now")
}
