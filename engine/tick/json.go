package tick

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// MarshalJSON writes the list of pairs; never null.
func (h Hist) MarshalJSON() ([]byte, error) {
	out := make([]byte, 0, 2+10*len(h))
	out = append(out, '[')
	for i, c := range h {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '[')
		out = strconv.AppendInt(out, int64(c.I), 10)
		out = append(out, ',')
		out = strconv.AppendUint(out, uint64(c.N), 10)
		out = append(out, ']')
	}
	return append(out, ']'), nil
}

// UnmarshalJSON reads a list of pairs, and refuses one that is not sorted by index, has
// an index out of range or an empty bucket.
func (h *Hist) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*h = nil
		return nil
	}
	s := scanner{rest: b}
	out := make(Hist, 0, bytes.Count(b, []byte{'['}))
	for s.list(len(out) == 0) {
		s.expect('[')
		i := s.number()
		s.expect(',')
		n := s.number()
		s.expect(']')
		if s.err == nil {
			s.err = fits(out, i, n)
		}
		if s.err != nil {
			return fmt.Errorf("read histogram: %w", s.err)
		}
		out = append(out, Cell{int16(i), uint32(n)})
	}
	if s.err != nil {
		return fmt.Errorf("read histogram: %w", s.err)
	}
	*h = out
	return nil
}

func fits(h Hist, i, n int64) error {
	switch {
	case i < lowest || i > highest:
		return fmt.Errorf("bucket %d is out of range", i)
	case n < 1 || n > 1<<32-1:
		return fmt.Errorf("count %d in bucket %d", n, i)
	case len(h) > 0 && h[len(h)-1].I >= int16(i):
		return fmt.Errorf("bucket %d comes after bucket %d", i, h[len(h)-1].I)
	}
	return nil
}

// scanner reads a list of pairs of numbers; the first error stays. encoding/json, which
// has looked at the syntax before, takes seven times as long for it.
type scanner struct {
	rest []byte
	err  error
}

var errSyntax = errors.New("not a list of pairs of numbers")

func (s *scanner) space() {
	for len(s.rest) > 0 && (s.rest[0] == ' ' || s.rest[0] == '\t' || s.rest[0] == '\r' || s.rest[0] == '\n') {
		s.rest = s.rest[1:]
	}
}

func (s *scanner) expect(c byte) {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != c {
		s.err = errSyntax
		return
	}
	s.rest = s.rest[1:]
}

// list goes to the next element, over the bracket or comma before it; false at the end.
func (s *scanner) list(first bool) bool {
	if first {
		s.expect('[')
	}
	s.space()
	if len(s.rest) > 0 && s.rest[0] == ']' {
		return false
	}
	if !first {
		s.expect(',')
	}
	return s.err == nil
}

func (s *scanner) number() int64 {
	s.space()
	end := 0
	for end < len(s.rest) && (s.rest[end] == '-' || s.rest[end] >= '0' && s.rest[end] <= '9') {
		end++
	}
	n, err := strconv.ParseInt(string(s.rest[:end]), 10, 64)
	if err != nil {
		s.err = errSyntax
	}
	s.rest = s.rest[end:]
	return n
}
