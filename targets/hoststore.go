package targets

import (
	"context"
	"fmt"
	"time"

	"goaround/targets/text"
)

// CodeFrozen is the code of the Problem of a deploy to a frozen environment.
const CodeFrozen = "frozen"

// HostStore is what the hosts keep for everybody besides what is live.
type HostStore interface {
	// Freeze has every host refuse deploys; one that is frozen already keeps its words.
	// It needs no lease, and a session that runs goes on.
	Freeze(ctx context.Context, by, why text.Safe) error
	// Thaw ends the freeze on every host. It needs no lease.
	Thaw(ctx context.Context) error
	// Remember writes a session's summary on every host; each keeps the newest
	// MaxSummaries. It needs a lease that is ours, or it does nothing.
	Remember(ctx context.Context, s Summary) error
	// Sessions are the summaries that the hosts have, each session once, the newest first.
	Sessions(ctx context.Context) ([]Summary, error)
}

// Freeze is the file `freeze` of the host store: while it is there nothing is deployed,
// and the way back is open.
type Freeze struct {
	By    text.Safe `json:"by"`
	Why   text.Safe `json:"why"`
	Since time.Time `json:"since"` // the engine's clock
}

// Problem refuses a deploy to an environment.
func (f Freeze) Problem(env string) *text.Problem {
	return text.NewProblem(CodeFrozen, env+" is frozen "+f.Words(), "`goaround thaw` ends the freeze; `goaround rollback` works in it")
}

// Words say who has frozen it, since when, and why.
func (f Freeze) Words() string {
	return fmt.Sprintf("by %s since %s: %s", f.By, f.Since.UTC().Format("2006-01-02 15:04 MST"), f.Why)
}

// Frozen is the freeze of the first host that is frozen; nil: none is.
func (o Observed) Frozen() *Freeze {
	for _, h := range o.Hosts {
		if h.Freeze != nil {
			return h.Freeze
		}
	}
	return nil
}
