package checklist

import (
	"strconv"
	"strings"
	"time"
)

const (
	durationHint = "write whole numbers with their units (ms, s, m, h), such as `30s`, `10m` or `1h30m`"
	maxDuration  = 7 * 24 * time.Hour
)

// duration reads a span of time, which may be nothing.
func (r *reader) duration(n *node) (time.Duration, bool) {
	s, ok := r.filled(n, durationHint)
	if !ok {
		return 0, false
	}
	d, offset, say := parseDuration(s)
	if say != "" {
		r.fail(n.at(offset), say, durationHint)
	}
	return d, say == ""
}

// span reads a span of time that takes some.
func (r *reader) span(n *node) (time.Duration, bool) {
	d, ok := r.duration(n)
	if ok && d == 0 {
		r.fail(n, r.what(n)+" cannot be nothing", durationHint)
	}
	return d, ok && d > 0
}

// parseDuration reads s; if it cannot, it says what is wrong and at which byte.
func parseDuration(s string) (sum time.Duration, offset int, say string) {
	for rest := s; rest != ""; {
		offset = len(s) - len(rest)
		number, after := leading(rest, digits)
		unit, next := leading(after, letters)
		value, err := strconv.ParseInt(number, 10, 32)
		size, known := unitSize(unit)
		switch {
		case number == "":
			return 0, offset, quote(rest) + " does not begin with a whole number"
		case unit == "":
			return 0, offset + len(number), quote(number) + " has no unit"
		case !known:
			return 0, offset + len(number), "unknown unit " + quote(unit)
		case err != nil || time.Duration(value) > maxDuration/size || sum+time.Duration(value)*size > maxDuration:
			return 0, offset, quote(s) + " is longer than 168h"
		}
		sum, rest = sum+time.Duration(value)*size, next
	}
	return sum, 0, ""
}

// leading cuts s after the bytes at its start that are among set.
func leading(s, set string) (head, rest string) {
	rest = strings.TrimLeft(s, set)
	return s[:len(s)-len(rest)], rest
}

func unitSize(unit string) (size time.Duration, known bool) {
	switch unit {
	case "ms":
		return time.Millisecond, true
	case "s":
		return time.Second, true
	case "m":
		return time.Minute, true
	case "h":
		return time.Hour, true
	}
	return time.Nanosecond, false
}
