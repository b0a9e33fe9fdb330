package recordings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"time"

	"goaround/targets/text"
)

// maxMono is the longest a session can be, in microseconds: a hundred years.
const maxMono = 100 * 365 * 24 * 3600 * 1000 * 1000

// Index is a recording in memory in which any record is found at once. Its records are
// not verified: how many of them are good is for [Store.Verify] to say. It does not
// change, and is safe for concurrent use.
type Index struct {
	raw  []byte
	ends []int           // behind the newline of each record
	mono []time.Duration // of each record; never less than of the one before
}

// Load reads recording id into memory, up to the first line that has not the looks of a
// record. A format of another major version is a *text.Problem.
func (s *Store) Load(id string) (*Index, error) {
	f, err := s.open(id)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var raw bytes.Buffer
	if info, err := f.Stat(); err == nil {
		raw.Grow(int(info.Size()) + bytes.MinRead)
	}
	if _, err := io.Copy(&raw, f); err != nil {
		return nil, fmt.Errorf("read recording %s: %w", text.Clean(id), err)
	}
	x := &Index{raw: raw.Bytes()}
	first, _, _ := bytes.Cut(x.raw, []byte("\n"))
	if err := checkVersion(first); err != nil {
		return nil, err
	}
	x.find()
	return x, nil
}

// find finds the lines and when each was written.
func (x *Index) find() {
	at, last := 0, time.Duration(0)
	for {
		size := bytes.IndexByte(x.raw[at:], '\n') + 1
		if size == 0 || size > maxLine {
			return
		}
		mono, ok := monoOf(x.raw[at : at+size])
		if !ok {
			return
		}
		at, last = at+size, max(last, mono)
		x.ends, x.mono = append(x.ends, at), append(x.mono, last)
	}
}

// monoOf finds the field m of a line without reading the rest. Its name with the quotes
// cannot stand in a string before it.
func monoOf(line []byte) (time.Duration, bool) {
	const name = `,"m":`
	at := bytes.Index(line, []byte(name))
	if at < 0 {
		return 0, false
	}
	rest := line[at+len(name):]
	end := bytes.IndexByte(rest, ',')
	if end < 0 {
		return 0, false
	}
	us, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return time.Duration(min(max(us, 0), maxMono)) * time.Microsecond, err == nil
}

// Len is the number of records.
func (x *Index) Len() int { return len(x.ends) }

// Mono is the time of record n since the session's start; where the recording goes back
// in time, the latest so far.
func (x *Index) Mono(n int) time.Duration { return x.mono[n] }

// Until is how many records were written up to a time since the session's start.
func (x *Index) Until(mono time.Duration) int {
	return sort.Search(len(x.mono), func(i int) bool { return x.mono[i] > mono })
}

// Record reads record n. Its hashes are not checked.
func (x *Index) Record(n int) (Record, error) {
	from := 0
	if n > 0 {
		from = x.ends[n-1]
	}
	l, err := cutLine(x.raw[from : x.ends[n]-1])
	if err == nil && *l.N != uint64(n) {
		err = errors.New("the line has another number")
	}
	if err != nil {
		return Record{}, fmt.Errorf("read record %d: %w", n, err)
	}
	return l.record(), nil
}
