package recordings_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/recordings"
)

const id = "2026-06-09T140002Z-shop-production-3f9a"

var start = time.Date(2026, 6, 9, 14, 0, 2, 0, time.UTC)

// event is the i-th record of a session of n.
func event(i, n int) recordings.Record {
	r := recordings.Record{
		At:      start.Add(time.Duration(i) * 1001 * time.Millisecond),
		Mono:    time.Duration(i) * 1001007 * time.Microsecond,
		Kind:    "tick",
		By:      "engine",
		Payload: json.RawMessage(fmt.Sprintf(`{"i":%d,"bad":0,"host":"wéb-1 <&>"}`, i)),
	}
	switch {
	case i == n-1:
		r.Kind = recordings.KindEnd
	case i%3 == 0:
		r.Kind, r.By, r.Role = "intent", "ana", "pilot"
	}
	return r
}

// record writes a whole session of n records and closes it.
func record(t testing.TB, s *recordings.Store, n int) []recordings.Record {
	t.Helper()
	w, err := s.Create(id)
	if err != nil {
		t.Fatal(err)
	}
	var all []recordings.Record
	for i := range n {
		r, err := w.Append(event(i, n))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}

// session is a whole recording of n records in a store of its own, without the file
// head, so that what is left of events.jsonl speaks for itself.
func session(t testing.TB, n int) (s *recordings.Store, path string, all []recordings.Record) {
	t.Helper()
	dir := t.TempDir()
	s = recordings.Open(dir)
	all = record(t, s, n)
	if err := os.Remove(filepath.Join(dir, id, "head")); err != nil {
		t.Fatal(err)
	}
	return s, filepath.Join(dir, id, "events.jsonl"), all
}

func read(t testing.TB, s *recordings.Store, id string) []recordings.Record {
	t.Helper()
	var all []recordings.Record
	for r, err := range s.Read(id) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func verify(t testing.TB, s *recordings.Store, id string) recordings.Report {
	t.Helper()
	report, err := s.Verify(id)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// lines are the lines of a file with their newlines.
func lines(t testing.TB, path string) [][]byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.SplitAfter(raw, []byte("\n"))[:bytes.Count(raw, []byte("\n"))]
}

func put(t testing.TB, path string, lines ...[]byte) {
	t.Helper()
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

// erase is line without its payload.
func erase(line []byte) []byte {
	from := bytes.Index(line, []byte(`,"s":"`))
	to := bytes.LastIndex(line, []byte(`,"h":"`))
	return append(append(bytes.Clone(line[:from]), `,"s":null,"d":null`...), line[to:]...)
}

func same(t testing.TB, want, got []recordings.Record) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
		t.Errorf("records differ (-want +got):\n%s", diff)
	}
}
