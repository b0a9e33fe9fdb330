package recordings_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"syscall"
	"testing"

	"goaround/recordings"
)

// begun is a recording of three records on a disk that may fail from now on.
func begun(t *testing.T) (*recordings.Store, *recordings.Writer, *disk, []recordings.Record) {
	t.Helper()
	s, d := storeOn(t)
	w, err := s.Create(id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return s, w, d, appendTo(t, w, 3)
}

func appendTo(t *testing.T, w *recordings.Writer, n int) (all []recordings.Record) {
	t.Helper()
	for i := range n {
		r, err := w.Append(event(i, n+1))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func TestAWriteThatFailsLeavesNoPartOfALine(t *testing.T) {
	for name, fail := range map[string]func(d *disk){
		"error":       func(d *disk) { d.writes = syscall.EIO },
		"short write": func(d *disk) { d.short = true },
		"disk full":   func(d *disk) { d.capacity = d.size() + 100 },
	} {
		s, w, d, all := begun(t)
		fail(d)
		for range 2 {
			if r, err := w.Append(event(3, 9)); err == nil {
				t.Errorf("%s: appended %+v", name, r)
			}
			if got := verify(t, s, id); got.Events != 3 || int(d.size()) != sizeOf(t, d, 3) || w.Head() != got.Head {
				t.Errorf("%s: %+v, file of %d bytes, head %s", name, got, d.size(), w.Head())
			}
		}
		d.writes, d.short, d.capacity = nil, false, 0
		all = append(all, appendTo(t, w, 2)...)
		if err := w.Sync(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same(t, all, read(t, s, id))
		if all[3].N != 3 {
			t.Errorf("%s: the record after the failure is %d, want 3", name, all[3].N)
		}
	}
}

// sizeOf is the size of the first n lines.
func sizeOf(t *testing.T, d *disk, n int) int {
	t.Helper()
	return len(bytes.Join(bytes.SplitAfter(d.content(t), []byte("\n"))[:n], nil))
}

func TestADiskThatFillsAtAnyByteNeverTears(t *testing.T) {
	s, w, d, all := begun(t)
	for free := range int64(400) {
		d.capacity = d.size() + free
		r, err := w.Append(event(3, 9))
		if err == nil {
			all = append(all, r)
		} else if !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("%d bytes free: %v", free, err)
		}
	}
	if len(all) == 3 || len(all) > 200 {
		t.Fatalf("%d records", len(all))
	}
	same(t, all, read(t, s, id))
}

func TestWhileAPartOfALineCannotBeCutAwayNothingIsWritten(t *testing.T) {
	s, w, d, all := begun(t)
	d.writes, d.cuts = syscall.EIO, syscall.EROFS
	if _, err := w.Append(event(3, 9)); !errors.Is(err, syscall.EIO) || !errors.Is(err, syscall.EROFS) {
		t.Errorf("error %v, want both", err)
	}
	d.writes = nil
	before := d.content(t)
	if _, err := w.Append(event(3, 9)); !errors.Is(err, syscall.EROFS) {
		t.Errorf("append: %v", err)
	}
	if err := w.Sync(); !errors.Is(err, syscall.EROFS) {
		t.Errorf("sync: %v", err)
	}
	if !bytes.Equal(before, d.content(t)) {
		t.Error("something was written behind a part of a line")
	}
	if got := verify(t, s, id); got.Verdict != recordings.VerifiedTo || got.Events != 3 || !got.Live {
		t.Errorf("report %+v", got)
	}
	d.cuts = nil
	all = append(all, appendTo(t, w, 1)...)
	same(t, all, read(t, s, id))
}

func TestASyncThatFailedIsRepeatedWithTheBytes(t *testing.T) {
	s, w, d, all := begun(t)
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	all = append(all, appendTo(t, w, 2)...)
	d.syncs, d.drops = syscall.EIO, true
	for range 2 {
		if err := w.Sync(); !errors.Is(err, syscall.EIO) {
			t.Errorf("error %v, want EIO", err)
		}
	}
	if got := verify(t, s, id); got.Events != 3 {
		t.Fatalf("the disk lost nothing: %+v", got)
	}
	all = append(all, appendTo(t, w, 1)...)
	d.syncs = nil
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	same(t, all, read(t, s, id))
}

func TestASyncThatFailsOnceDoesNotFailForGood(t *testing.T) {
	s, w, d, _ := begun(t)
	d.syncs = syscall.EIO
	if err := w.Sync(); err == nil {
		t.Error("no error")
	}
	d.syncs = nil
	if _, err := w.Append(event(3, 4)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := verify(t, s, id); got.Verdict != recordings.Verified || got.Live {
		t.Errorf("report %+v", got)
	}
}

func TestADiskThatLiedLosesTheEndAndNotTheTruth(t *testing.T) {
	const sector = 512
	_, w, d, all := begun(t)
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	kept := d.durable
	d.lies = true
	for i := range 9 {
		r, err := w.Append(event(i, 9))
		if err == nil {
			err = w.Sync()
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Join(lines(t, d.Name()), nil)
	for from := kept / sector * sector; from < int64(len(whole)); from += sector {
		for to := from + sector; to < int64(len(whole))+sector; to += sector {
			after := slices.Clone(whole)
			clear(after[max(from, kept):min(to, int64(len(after)))])
			crashed, path, _ := session(t, 1)
			put(t, path, after)
			got := verify(t, crashed, id)
			if got.Verdict != recordings.Torn && got.Verdict != recordings.Damaged || got.Events < 3 {
				t.Fatalf("sectors %d to %d lost: %+v", from, to, got)
			}
			same(t, all[:got.Events], read(t, crashed, id))
		}
	}
}

func TestOnlyAnObjectIsAPayload(t *testing.T) {
	_, w, d, _ := begun(t)
	before := d.size()
	for _, p := range []string{"", "null", "[]", `"x"`, "{", "{} {}", "{}x", "1"} {
		if r, err := w.Append(recordings.Record{At: start, Kind: "k", Payload: json.RawMessage(p)}); err == nil {
			t.Errorf("payload %q: %+v", p, r)
		}
	}
	if _, err := w.Append(recordings.Record{At: start.AddDate(9000, 0, 0), Kind: "k", Payload: json.RawMessage("{}")}); err == nil {
		t.Error("a time that cannot be read was written")
	}
	if _, err := w.Append(recordings.Record{At: start, Payload: json.RawMessage("{}")}); err == nil {
		t.Error("a record without a kind was written")
	}
	if d.size() != before {
		t.Errorf("the file grew by %d bytes", d.size()-before)
	}
}
