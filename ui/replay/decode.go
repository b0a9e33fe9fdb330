package replay

import (
	"fmt"
	"runtime"
	"sync"

	"goaround/engine/release"
	"goaround/recordings"
)

// decoded is an event, or why it could not be read.
type decoded struct {
	release.Event
	err error
}

// least is how many events are worth a goroutine.
const least = 32

// decode decodes the events from one position up to another, on all processors.
func (r *Recording) decode(from, to int) []decoded {
	out := make([]decoded, max(to-from, 0))
	workers := max(min(runtime.GOMAXPROCS(0), len(out)/least), 1)
	var all sync.WaitGroup
	for w := range workers {
		first, end := len(out)*w/workers, len(out)*(w+1)/workers
		all.Go(func() {
			for i := first; i < end; i++ {
				out[i].Event, out[i].err = r.Event(from + i)
			}
		})
	}
	all.Wait()
	return out
}

func decode(id string, rec recordings.Record) (release.Event, error) {
	body, err := release.Decode(rec.Kind, clean(rec.Payload))
	if err != nil {
		return release.Event{}, fmt.Errorf("read recording %s at event %d: %w", id, rec.N, err)
	}
	return release.Event{N: rec.N, At: rec.At, Mono: rec.Mono, By: release.Actor{Name: rec.By, Role: release.Role(rec.Role)}, Body: body}, nil
}
