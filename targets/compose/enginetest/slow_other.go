//go:build !linux

package enginetest

import (
	"testing"
	"time"
)

// Slow skips the test: no engine of the test's own runs here.
func (e *Engine) Slow(t testing.TB, _ time.Duration, _ float64) { t.Skip("a slow link needs Linux") }
