package recordings_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"goaround/recordings"
)

// from is what a writer has written, from record n on.
func from(t *testing.T, w *recordings.Writer, n uint64) (all []recordings.Record) {
	t.Helper()
	for r, err := range w.From(n) {
		if err != nil {
			t.Error(err)
			break
		}
		all = append(all, r)
	}
	return all
}

func TestWhatIsWrittenIsReadFromAnyRecordOn(t *testing.T) {
	w, err := recordings.Open(t.TempDir()).Create(id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, nil, from(t, w, 0))
	all := appendTo(t, w, 1000)
	for _, closed := range []bool{false, true} {
		for n := range 1001 {
			if n < 3 || n > 997 || n%256 < 2 || n%256 == 255 {
				same(t, all[n:], from(t, w, uint64(n)))
			}
		}
		same(t, nil, from(t, w, 2000))
		if !closed {
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestItIsReadWhileMoreIsAppended(t *testing.T) {
	_, w, _, _ := begun(t)
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range 1000 {
			if _, err := w.Append(event(i, 1001)); err != nil {
				t.Error(err)
			}
		}
	})
	var seen [][]recordings.Record
	for range 100 {
		seen = append(seen, from(t, w, uint64(len(seen)*5)))
	}
	writing.Wait()
	all := from(t, w, 0)
	if len(all) != 1003 {
		t.Fatalf("%d records", len(all))
	}
	for i, part := range seen {
		if len(part) > 0 {
			same(t, all[i*5:][:len(part)], part)
		}
	}
}

func TestAChangedLineIsNotReadWhileItIsWritten(t *testing.T) {
	dir := t.TempDir()
	w, err := recordings.Open(dir).Create(id)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	all := appendTo(t, w, 600)
	path := filepath.Join(dir, id, "events.jsonl")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)-len("\n")-200] ^= 1
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	same(t, all[300:599], from(t, w, 300))
}
