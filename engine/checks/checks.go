// Package checks answers the AUTO items of a checklist: it runs their commands and
// sends their requests, and says what it saw. What a command writes and a server
// answers is text from outside: it leaves this package redacted and safe.
package checks

import (
	"context"
	"fmt"
	"time"

	"goaround/targets/text"
)

// Result is what a check has seen.
type Result struct {
	OK       bool
	Evidence text.Safe   // one line: "exit 0 in 1.2 s: run 8812", "GET /login 200 in 12 ms"
	More     []text.Safe // the last lines of a command, or a line for each request; of a failed one the start of its body
}

// Runner runs checks. It keeps nothing between them and is safe for concurrent use.
// No method returns an error: a check that could not be made is one that is not OK,
// and its evidence says why. When ctx ends, each returns soon.
type Runner struct {
	Door *text.Door
	Dir  string   // where commands run: the folder of goaround.yaml
	Env  []string // "NAME=value", what commands have besides the environment of this process
}

// line makes a line of evidence.
func (r Runner) line(format string, args ...any) text.Safe {
	return r.Door.Line(fmt.Sprintf(format, args...))
}

// cutShort says why a check ended before its time: outer is the session's context,
// inner the one with the check's own limit. It is empty while both go on.
func cutShort(outer, inner context.Context, limit time.Duration) string {
	switch {
	case outer.Err() != nil:
		return "stopped before it ended"
	case inner.Err() != nil:
		return "not done within " + took(limit)
	}
	return ""
}

// took writes a span of time for people: "12 ms", "1.2 s", "90 s".
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second && d%time.Second != 0:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}
