//go:build soak

package engine_test

import "time"

const (
	stride    = 1
	longWatch = 8 * time.Hour
)
