// Package inproc is what the targets inside this process share: a lease and a feed of
// sightings, both in memory.
package inproc

import "errors"

// ErrClosed is what a closed target answers.
var ErrClosed = errors.New("target is closed")
