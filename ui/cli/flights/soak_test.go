//go:build soak

package flights

import "time"

const (
	rounds     = 50 // of a cutover and a rollback
	requests   = 100_000
	swaps      = 20                     // of a worker, there and back
	races      = 50                     // of two deploys
	flown      = 20                     // by each of those that are compared
	everywhere = true                   // is a deploy to two hosts killed
	linkDelay  = 200 * time.Millisecond // of a packet that comes back over a slow link
	linkLoss   = 0.05                   // of all those packets
)
