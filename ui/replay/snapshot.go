package replay

import (
	"slices"

	"goaround/engine/release"
)

// apart is how many events lie between two snapshots.
const apart = 64

// snapshot is the State at one of the positions that are kept, with how many ticks had
// been counted by then, those that the State has forgotten among them.
type snapshot struct {
	release.State
	ticks int
}

// clip is a State that appends to memory of its own.
func clip(s release.State) release.State {
	s.Ticks, s.Lines, s.Words = slices.Clip(s.Ticks), slices.Clip(s.Lines), slices.Clip(s.Words)
	return s
}

// grown reports whether nothing was forgotten between a snapshot and the next one, so
// that the ticks and lines of any State between the two are a part of those of the next.
func grown(s, next snapshot) bool {
	return len(next.Ticks)-len(s.Ticks) == next.ticks-s.ticks && len(next.Lines)-len(s.Lines) == next.Logs-s.Logs
}

// between folds events onto a snapshot. Its ticks and lines, which are most of a State,
// are not copied: they are those of the next snapshot up to where they were then.
func (s snapshot) between(next snapshot, events []decoded) (release.State, error) {
	state := s.State
	state.Ticks, state.Lines = nil, nil
	ticks := len(s.Ticks)
	for _, e := range events {
		if e.err != nil {
			return state, e.err
		}
		ticks += counted(e.Body)
		state = release.Reduce(state, e.Event)
	}
	state.Ticks = part(next.Ticks, ticks)
	state.Lines = part(next.Lines, len(s.Lines)+state.Logs-s.Logs)
	return state, nil
}

// counted is how many ticks an event adds.
func counted(b release.Body) int {
	if t, ok := b.(release.Ticked); ok {
		return len(t.Ticks)
	}
	return 0
}

// part is the first n of all, which nobody can append to in place.
func part[T any](all []T, n int) []T {
	if n == 0 {
		return nil
	}
	return all[:n:n]
}
