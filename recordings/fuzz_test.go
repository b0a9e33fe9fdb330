package recordings_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"goaround/recordings"
)

// FuzzReader reads whatever stands in the file: what is good is a whole number of
// lines, and stays good without the rest.
func FuzzReader(f *testing.F) {
	_, path, _ := session(f, 3)
	l := lines(f, path)
	f.Add([]byte(""))
	f.Add(l[0])
	for _, raw := range append(l, erase(l[1]), []byte("{}\n"), []byte(`{"v":"2.0"}`+"\n"), make([]byte, 100)) {
		f.Add(append(l[0][:len(l[0]):len(l[0])], raw...))
	}
	dir := f.TempDir()
	s := recordings.Open(dir)
	if err := os.Mkdir(filepath.Join(dir, id), 0o700); err != nil {
		f.Fatal(err)
	}
	path = filepath.Join(dir, id, "events.jsonl")
	f.Fuzz(func(t *testing.T, raw []byte) {
		put(t, path, raw)
		got, err := s.Verify(id)
		if err != nil {
			return
		}
		all := read(t, s, id)
		good := len(raw) - int(got.Lost)
		if uint64(len(all)) != got.Events || good < 0 || (got.Verdict == recordings.VerifiedTo || got.Verdict == recordings.Verified) != (got.Lost == 0) {
			t.Fatalf("%d records and %+v", len(all), got)
		}
		for i, r := range all {
			if r.N != uint64(i) || r.Payload != nil && !json.Valid(r.Payload) {
				t.Fatalf("record %d is %+v", i, r)
			}
		}
		put(t, path, raw[:good])
		if again := verify(t, s, id); again.Events != got.Events || again.Head != got.Head || again.Lost != 0 {
			t.Errorf("without the rest %+v, with it %+v", again, got)
		}
		same(t, all, read(t, s, id))
	})
}

// FuzzAppend holds that a record is read as it was returned, whatever is in it.
func FuzzAppend(f *testing.F) {
	f.Add("step.started", "ana", "pilot", `{"a":"b"}`, int64(0), int64(0))
	f.Add("\x1b[2J", "\u202e\xff", `","dh":"`, `{"h":",\"dh\":\"","s":null,"d":{}}`, int64(1e18), int64(-1))
	f.Fuzz(func(t *testing.T, kind, by, role, payload string, at, mono int64) {
		s := recordings.Open(t.TempDir())
		w, err := s.Create(id)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		var want []recordings.Record
		for range 2 {
			r, err := w.Append(recordings.Record{
				At: time.Unix(0, at), Mono: time.Duration(mono), Kind: kind, By: by, Role: role, Payload: json.RawMessage(payload),
			})
			if err != nil {
				break
			}
			want = append(want, r)
		}
		if got := verify(t, s, id); got.Events != uint64(len(want)) || got.Lost != 0 || got.Head != w.Head() {
			t.Errorf("report %+v", got)
		}
		same(t, want, read(t, s, id))
	})
}
