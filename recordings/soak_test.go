//go:build soak

package recordings_test

import "testing"

func TestNoFlippedBitOfALongRecordingIsAccepted(t *testing.T) {
	flipBits(t, 100)
}
