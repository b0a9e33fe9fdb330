package recordings

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"goaround/targets/text"
)

// scanner reads records up to the first line that is not the next one.
type scanner struct {
	lines lineReader
	chain chain
	good  int64 // bytes of the records
	bad   error // what is wrong with the line behind them; nil: the recording ends there
}

func newScanner(r io.Reader) *scanner {
	return &scanner{lines: lineReader{in: bufio.NewReaderSize(r, 16<<10)}}
}

// next returns the next record. ok is false behind the last good one; err is that of
// the disk, or that the format has another major version.
func (s *scanner) next() (r Record, ok bool, err error) {
	if s.bad != nil {
		return Record{}, false, nil
	}
	raw, err := s.lines.next()
	switch {
	case errors.Is(err, io.EOF):
		return Record{}, false, nil
	case errors.Is(err, errIncomplete) || errors.Is(err, errTooLong):
		s.bad = err
		return Record{}, false, nil
	case err != nil:
		return Record{}, false, err
	}
	if s.chain.next == 0 {
		if err := checkVersion(raw); err != nil {
			return Record{}, false, err
		}
	}
	if r, s.bad = s.chain.join(raw); s.bad != nil {
		return Record{}, false, nil
	}
	s.good += int64(len(raw)) + 1
	return r, true, nil
}

// each yields the records of recording id from number n on, and an error at last.
func (s *scanner) each(id string, n uint64, yield func(Record, error) bool) {
	for {
		r, ok, err := s.next()
		if err != nil {
			yield(Record{}, fmt.Errorf("read recording %s: %w", id, err))
			return
		}
		if !ok || r.N >= n && !yield(r, nil) {
			return
		}
	}
}

// torn reports whether a crash explains the bad line: it has not the shape of a
// record, and no line behind it has.
func (s *scanner) torn() (bool, error) {
	switch {
	case errors.Is(s.bad, errIncomplete):
		return true, nil
	case !errors.Is(s.bad, errShape) && !errors.Is(s.bad, errTooLong):
		return false, nil
	}
	for {
		raw, err := s.lines.next()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, errIncomplete):
			return true, nil
		case errors.Is(err, errTooLong):
			continue
		case err != nil:
			return false, err
		}
		if _, err := splitLine(raw); err == nil {
			return false, nil
		}
	}
}

// checkVersion refuses a first line of another major version, whatever else it has.
func checkVersion(raw []byte) error {
	var first struct {
		V string `json:"v"`
	}
	if json.Unmarshal(raw, &first) != nil || first.V == "" {
		return nil
	}
	ours, _, _ := strings.Cut(Version, ".")
	major, _, _ := strings.Cut(first.V, ".")
	if n, err := strconv.Atoi(major); err == nil && strconv.Itoa(n) == ours {
		return nil
	}
	return text.NewProblem("recording-version",
		"the recording has format "+first.V+", and this goaround reads "+ours,
		"read it with a version of goaround of its time, or a newer one")
}

// lineReader splits what it reads into lines of at most maxLine bytes.
type lineReader struct {
	in   *bufio.Reader
	long []byte // a line that was longer than the reader's buffer
}

// next returns a line without its newline, valid until the next call. It returns
// errTooLong for a longer line, which it has skipped; errIncomplete for what has no
// newline at the end of the file; and io.EOF behind that.
func (l *lineReader) next() ([]byte, error) {
	l.long = l.long[:0]
	size := 0
	for {
		part, err := l.in.ReadSlice('\n')
		size += len(part)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if size <= maxLine {
				l.long = append(l.long, part...)
			}
			continue
		case errors.Is(err, io.EOF) && size > 0:
			return nil, errIncomplete
		case err != nil:
			return nil, err
		case size > maxLine:
			return nil, errTooLong
		case size == len(part):
			return part[:size-1], nil
		}
		l.long = append(l.long, part...)
		return l.long[:size-1], nil
	}
}
