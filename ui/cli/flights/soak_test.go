//go:build soak

package flights

const (
	rounds   = 50 // of a cutover and a rollback
	requests = 100_000
	races    = 50 // of two deploys
)
