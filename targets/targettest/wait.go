package targettest

import "time"

// step is the time between two looks at a condition.
const step = 50 * time.Millisecond

// until waits for cond, which says what for.
func (x *trial) until(what string, cond func() bool) {
	x.Helper()
	tick := time.NewTicker(step)
	defer tick.Stop()
	for !cond() {
		select {
		case <-tick.C:
		case <-x.ctx.Done():
			x.Fatalf("no %s: %v", what, x.ctx.Err())
		}
	}
}

// receive waits for a value.
func receive[T any](x *trial, what string, from <-chan T) (v T) {
	x.Helper()
	select {
	case v = <-from:
	case <-x.ctx.Done():
		x.Fatalf("no %s: %v", what, x.ctx.Err())
	}
	return v
}
