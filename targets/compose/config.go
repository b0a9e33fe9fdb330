// Package compose is the target for services of a Compose file on Docker hosts: each
// release runs in a slot, a Compose project of its own that is derived from the team's,
// and the team's own proxy sends traffic to one of them. What is live can be read from
// the hosts alone: from labels, from the proxy, and from the host store in its volume.
package compose

import (
	"time"

	"goaround/checklist"
)

// Config says what a target is of.
type Config struct {
	File    *checklist.File
	Dir     string                // the folder of goaround.yaml, where the Compose files are
	Env     checklist.Environment // its hosts are "local" or "unix:///path"
	Silence time.Duration         // after this long without a heartbeat a lease is free to take; 0: 30 s
}
