//go:build !soak

package flights

import "time"

const (
	rounds     = 10                    // of a cutover and a rollback
	requests   = 0                     // at least
	swaps      = 2                     // of a worker, there and back
	races      = 5                     // of two deploys
	flown      = 3                     // by each of those that are compared
	everywhere = false                 // is a deploy to two hosts killed
	linkDelay  = 50 * time.Millisecond // of a packet that comes back over a slow link
	linkLoss   = 0.01                  // of all those packets
)
