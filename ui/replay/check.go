package replay

import (
	"fmt"

	"goaround/recordings"
)

// Check is what verification says of a recording.
type Check struct {
	Verdict recordings.Verdict
	Good    int    // events
	Head    string // hash of the last good one, hex
	Short   string // "VERIFIED 4,812 events, unsigned"
	Full    string // with all evidence, one line
}

// OK reports whether nothing is wrong or missing.
func (c Check) OK() bool { return c.Verdict == recordings.Verified }

// Check verifies the recording as it is on disk. What is not good does not count any
// more: the recording ends before it.
func (r *Recording) Check() (Check, error) {
	report, err := r.store.Verify(r.id)
	if err != nil {
		return Check{}, err
	}
	r.limit(int(report.Events))
	return checkOf(report), nil
}

func checkOf(r recordings.Report) Check {
	c := Check{Verdict: r.Verdict, Good: int(r.Events), Head: r.Head}
	switch r.Verdict {
	case recordings.Verified:
		c.Short = fmt.Sprintf("VERIFIED %d events, unsigned", r.Events)
		c.Full = fmt.Sprintf("%s, head %s", c.Short, r.Head[:min(12, len(r.Head))])
	case recordings.VerifiedTo:
		state := "it crashed"
		if r.Live {
			state = "it runs"
		}
		c.Short = fmt.Sprintf("VERIFIED to %d, no end: %s", r.Events, state)
		c.Full = c.Short
	case recordings.Torn:
		c.Short = fmt.Sprintf("TORN after %d events", r.Events)
		c.Full = fmt.Sprintf("%s, the last %d bytes are lost: a crash explains it", c.Short, r.Lost)
	case recordings.Cut:
		c.Short = fmt.Sprintf("CUT after %d events", r.Events)
		c.Full = c.Short + ": " + r.Why
	default:
		c.Short = fmt.Sprintf("DAMAGED at %d", r.Events)
		c.Full = fmt.Sprintf("%s, the %d bytes from there on cannot be trusted: %s", c.Short, r.Lost, r.Why)
	}
	if r.Erased > 0 {
		c.Short += fmt.Sprintf(", %d erased", r.Erased)
		c.Full += fmt.Sprintf(", %d payloads were erased", r.Erased)
	}
	return c
}
