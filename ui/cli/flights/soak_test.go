//go:build soak

package flights

const (
	rounds     = 50 // of a cutover and a rollback
	requests   = 100_000
	swaps      = 20   // of a worker, there and back
	races      = 50   // of two deploys
	flown      = 20   // by each of those that are compared
	everywhere = true // is a deploy to two hosts killed
)
