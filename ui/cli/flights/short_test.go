//go:build !soak

package flights

const (
	rounds     = 10    // of a cutover and a rollback
	requests   = 0     // at least
	swaps      = 2     // of a worker, there and back
	races      = 5     // of two deploys
	flown      = 3     // by each of those that are compared
	everywhere = false // is a deploy to two hosts killed
)
