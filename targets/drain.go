package targets

import (
	"context"
	"fmt"
	"time"

	"goaround/targets/text"
)

// drainLook is the time between two looks at what is in flight.
const drainLook = 250 * time.Millisecond

// Drain waits until nothing is in flight any more, at most limit, and returns what is left
// then. What cannot be counted is waited for like what was counted last. It reports each
// number once.
func Drain(ctx context.Context, limit time.Duration, inFlight func(context.Context) (int, error), report func(Progress)) (left int, err error) {
	over := time.NewTimer(limit)
	defer over.Stop()
	look := time.NewTicker(drainLook)
	defer look.Stop()
	for counted := false; ; {
		n, err := inFlight(ctx)
		switch {
		case ctx.Err() != nil:
			return left, ctx.Err()
		case err == nil && n != left:
			report(Progress{Text: draining(n), InFlight: n})
		}
		if err == nil {
			left, counted = n, true
		}
		if counted && left == 0 {
			return 0, nil
		}
		select {
		case <-look.C:
		case <-over.C:
			return left, nil
		case <-ctx.Done():
			return left, ctx.Err()
		}
	}
}

func draining(n int) text.Safe {
	if n == 0 {
		return text.Clean("nothing is in flight any more")
	}
	return text.Clean("draining " + some(n, "request"))
}

// CutOff is the word about n connections that were cut when a drain of that limit was over.
func CutOff(n int, limit time.Duration) Progress {
	was := "were"
	if n == 1 {
		was = "was"
	}
	return Progress{Text: text.Clean(fmt.Sprintf("%s %s cut after %s", some(n, "connection"), was, limit)), Cut: n}
}

func some(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
