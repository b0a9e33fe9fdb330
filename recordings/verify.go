package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

// Verdict is what verification found.
type Verdict string

// The verdicts.
const (
	Verified   Verdict = "VERIFIED"    // chain good, with an end
	VerifiedTo Verdict = "VERIFIED TO" // chain good, no end: running or crashed
	Torn       Verdict = "TORN"        // the last line is incomplete, a crash
	Damaged    Verdict = "DAMAGED"     // a bad line with good ones after it, or a bad hash
	Cut        Verdict = "CUT"         // chain good, but the file `head` knows of more records
)

// Report is a verdict and its evidence.
type Report struct {
	Verdict Verdict
	Events  uint64 // good records
	Erased  int    // those of them without their payload
	Lost    int64  // bytes after the last good record
	Why     string // what is wrong; empty: nothing
	Head    string // hash of the last good record, hex
	Live    bool   // somebody is writing it
}

// Read returns the good records of recording id, in order; what follows them is for
// [Store.Verify] to say. The error comes last, if the disk fails or the format is of
// another major version.
func (s *Store) Read(id string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		f, err := s.open(id)
		if err != nil {
			yield(Record{}, err)
			return
		}
		defer f.Close()
		newScanner(f).each(id, 0, yield)
	}
}

// Verify reads recording id whole. While it is written, the part of a line at its end
// is the next record on its way, not a torn one.
func (s *Store) Verify(id string) (Report, error) {
	f, err := s.open(id)
	if err != nil {
		return Report{}, err
	}
	defer f.Close()
	dir := filepath.Dir(f.Name())
	live := locked(dir)
	report, err := verify(f, live)
	if err == nil {
		err = report.witness(dir)
	}
	if err != nil {
		return Report{}, fmt.Errorf("verify recording %s: %w", id, err)
	}
	return report, nil
}

func verify(f *os.File, live bool) (Report, error) {
	in := newScanner(f)
	report := Report{Verdict: VerifiedTo, Live: live}
	for {
		r, ok, err := in.next()
		if err != nil {
			return report, err
		}
		if !ok {
			break
		}
		if r.Payload == nil {
			report.Erased++
		}
	}
	report.Events, report.Head = in.chain.next, in.chain.head
	if in.bad == nil && in.chain.ended {
		report.Verdict = Verified
	}
	if in.bad == nil || live && errors.Is(in.bad, errIncomplete) {
		return report, nil
	}
	return report, report.blame(in, f)
}

// blame fills in what follows the good records.
func (r *Report) blame(in *scanner, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	torn, err := in.torn()
	if err != nil {
		return err
	}
	if r.Verdict = Damaged; torn {
		r.Verdict = Torn
	}
	r.Lost = info.Size() - in.good
	r.Why = fmt.Sprintf("after %d records: %v", r.Events, in.bad)
	return nil
}

// witness compares with the file `head` of dir, if the session came to write one.
func (r *Report) witness(dir string) error {
	raw, err := os.ReadFile(filepath.Join(dir, headName))
	if errors.Is(err, fs.ErrNotExist) || r.Verdict == Damaged {
		return nil
	}
	if err != nil {
		return err
	}
	h, err := parseHead(string(raw))
	switch {
	case err != nil:
		r.Verdict, r.Why = Damaged, err.Error()
	case h.Events > r.Events:
		r.Verdict, r.Why = Cut, fmt.Sprintf("the file head knows %d records, and %d are good", h.Events, r.Events)
	case h.Events < r.Events || h.Hash != r.Head:
		r.Verdict, r.Why = Damaged, "the file head is that of other records"
	}
	return nil
}
