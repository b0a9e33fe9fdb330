package recordings

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// maxPart is how much of an app's or environment's name goes into an ID, in bytes.
const maxPart = 60

var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$`)

// validID reports whether id names a directory in the store, and nothing outside.
func validID(id string) bool { return idForm.MatchString(id) }

// NewID names a session that begins at a time, as in
// 2026-06-09T140002Z-shop-production-3f9a. IDs sort by the second in which they begin;
// random keeps two of the same second apart.
func NewID(at time.Time, app, env string, random [2]byte) string {
	return fmt.Sprintf("%s-%s-%s-%x", at.UTC().Format("2006-01-02T150405Z"), part(app), part(env), random)
}

// second is the part of an ID that says when it begins.
func second(id string) string { return id[:min(len(id), len("2026-06-09T140002Z"))] }

// part is name with "-" for each character that an ID cannot have.
func part(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (validID(string(r)) || r == '.' || r == '_') {
			return r
		}
		return '-'
	}, name[:min(len(name), maxPart)])
}
