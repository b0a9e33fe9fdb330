package recordings_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/recordings"
	"goaround/targets/text"
)

func TestWhatWasAppendedIsRead(t *testing.T) {
	s, _, all := session(t, 12)
	same(t, all, read(t, s, id))
	want := recordings.Report{Verdict: recordings.Verified, Events: 12, Head: all[11].Hash}
	if got := verify(t, s, id); got != want {
		t.Errorf("report %+v, want %+v", got, want)
	}
	for i, r := range all {
		w := event(i, 12)
		if w.N, w.Hash = uint64(i), r.Hash; !r.At.Equal(w.At) || r.Mono != w.Mono || r.Kind != w.Kind || r.By != w.By || r.Role != w.Role || string(r.Payload) != string(w.Payload) {
			t.Errorf("record %d is %+v, want %+v", i, r, w)
		}
	}
}

func TestEveryPrefixOpensToAPrefixOfItsRecords(t *testing.T) {
	s, path, all := session(t, 40)
	ends := []int{0}
	for _, l := range lines(t, path) {
		ends = append(ends, ends[len(ends)-1]+len(l))
	}
	for size := ends[40]; size >= 0; size-- {
		if err := os.Truncate(path, int64(size)); err != nil {
			t.Fatal(err)
		}
		whole, atEnd := slices.BinarySearch(ends, size)
		if !atEnd {
			whole--
		}
		want := recordings.Report{Verdict: recordings.Torn, Events: uint64(whole), Lost: int64(size - ends[whole])}
		switch {
		case whole == 40:
			want.Verdict = recordings.Verified
		case atEnd:
			want.Verdict = recordings.VerifiedTo
		}
		if whole > 0 {
			want.Head = all[whole-1].Hash
		}
		got := verify(t, s, id)
		if got.Why = ""; got != want {
			t.Fatalf("%d bytes: %+v, want %+v", size, got, want)
		}
		if atEnd {
			same(t, all[:whole], read(t, s, id))
		}
	}
}

func TestNoFlippedBitIsAccepted(t *testing.T) {
	flipBits(t, 12)
}

// flipBits flips each bit of a recording of n records, one at a time.
func flipBits(t *testing.T, n int) {
	s, path, all := session(t, n)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range raw {
		before := uint64(bytes.Count(raw[:i], []byte("\n")))
		for bit := range 8 {
			if _, err := f.WriteAt([]byte{raw[i] ^ 1<<bit}, int64(i)); err != nil {
				t.Fatal(err)
			}
			got, err := s.Verify(id)
			switch {
			case err != nil:
				if p := new(text.Problem); !errors.As(err, &p) || p.Code != "recording-version" {
					t.Fatalf("byte %d, bit %d: %v", i, bit, err)
				}
			case got.Verdict != recordings.Damaged && got.Verdict != recordings.Torn:
				t.Fatalf("byte %d, bit %d: %+v", i, bit, got)
			case got.Events != before || before > 0 && got.Head != all[before-1].Hash:
				t.Fatalf("byte %d, bit %d: %+v, want %d records", i, bit, got, before)
			}
		}
		if _, err := f.WriteAt(raw[i:i+1], int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := verify(t, s, id); got.Verdict != recordings.Verified {
		t.Errorf("put right again: %+v", got)
	}
}

func TestLinesThatMoveAreFound(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(l [][]byte) [][]byte
		want   recordings.Verdict
		events uint64
	}{
		{"deleted", func(l [][]byte) [][]byte { return slices.Delete(l, 4, 5) }, recordings.Damaged, 4},
		{"first deleted", func(l [][]byte) [][]byte { return l[1:] }, recordings.Damaged, 0},
		{"last deleted", func(l [][]byte) [][]byte { return l[:11] }, recordings.VerifiedTo, 11},
		{"reordered", func(l [][]byte) [][]byte { l[4], l[5] = l[5], l[4]; return l }, recordings.Damaged, 4},
		{"duplicated", func(l [][]byte) [][]byte { return slices.Insert(l, 5, l[4]) }, recordings.Damaged, 5},
		{"last duplicated", func(l [][]byte) [][]byte { return append(l, l[11]) }, recordings.Damaged, 12},
		{"blank line", func(l [][]byte) [][]byte { return slices.Insert(l, 5, []byte("\n")) }, recordings.Damaged, 5},
		{"blank line at the end", func(l [][]byte) [][]byte { return append(l, []byte("\n")) }, recordings.Torn, 12},
		{"CRLF", func(l [][]byte) [][]byte { l[3] = append(l[3][:len(l[3])-1], "\r\n"...); return l }, recordings.Damaged, 3},
		{"a record of another session", func(l [][]byte) [][]byte {
			_, path, _ := session(t, 12)
			l[6] = lines(t, path)[6]
			return l
		}, recordings.Damaged, 6},
		{"torn in the middle", func(l [][]byte) [][]byte { l[4] = l[4][:50]; return l }, recordings.Damaged, 4},
	} {
		s, path, _ := session(t, 12)
		put(t, path, c.change(lines(t, path))...)
		got := verify(t, s, id)
		if got.Verdict != c.want || got.Events != c.events || (got.Why == "") != (got.Verdict == recordings.VerifiedTo) {
			t.Errorf("%s: %+v, want %s with %d", c.name, got, c.want, c.events)
		}
	}
}

func TestATailOfZerosIsTorn(t *testing.T) {
	for _, tail := range [][]byte{{0}, make([]byte, 4096), make([]byte, 5<<20), append(make([]byte, 300), '\n')} {
		s, path, all := session(t, 12)
		put(t, path, append(lines(t, path), tail)...)
		got := verify(t, s, id)
		if got.Verdict != recordings.Torn || got.Events != 12 || got.Lost != int64(len(tail)) {
			t.Errorf("%d zeros: %+v", len(tail), got)
		}
		same(t, all, read(t, s, id))
	}
}

func TestAnErasedPayloadStillVerifiesAndIsCounted(t *testing.T) {
	s, path, all := session(t, 12)
	l := lines(t, path)
	for _, i := range []int{0, 5, 11} {
		l[i], all[i].Payload = erase(l[i]), nil
	}
	put(t, path, l...)
	if got := verify(t, s, id); got.Verdict != recordings.Verified || got.Erased != 3 || got.Events != 12 {
		t.Errorf("report %+v", got)
	}
	same(t, all, read(t, s, id))
}

func TestHalfAnErasureIsDamage(t *testing.T) {
	for _, change := range []func(l []byte) []byte{
		func(l []byte) []byte {
			return bytes.Replace(erase(l), []byte(`,"d":null`), []byte(`,"d":{}`), 1)
		},
		func(l []byte) []byte {
			return bytes.Replace(erase(l), []byte(`,"s":null`), []byte(`,"s":"AAAAAAAAAAAA"`), 1)
		},
		func(l []byte) []byte { return bytes.Replace(l, []byte(`"bad":0`), []byte(`"bad":9`), 1) },
	} {
		s, path, _ := session(t, 12)
		l := lines(t, path)
		l[7] = change(l[7])
		put(t, path, l...)
		if got := verify(t, s, id); got.Verdict != recordings.Damaged || got.Events != 7 {
			t.Errorf("report %+v", got)
		}
	}
}

func TestUnknownKindsAreKept(t *testing.T) {
	s := recordings.Open(t.TempDir())
	w, err := s.Create(id)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	want, err := w.Append(recordings.Record{At: start, Kind: "moon.phase", By: "engine", Payload: json.RawMessage(`{"full":true}`)})
	if err != nil {
		t.Fatal(err)
	}
	same(t, []recordings.Record{want}, read(t, s, id))
}

func TestANewerMinorVersionIsRead(t *testing.T) {
	s, path, all := session(t, 3)
	put(t, path, rewrite(lines(t, path), "1.7", `,"tz":"Europe/Berlin","dh":"`)...)
	if got := verify(t, s, id); got.Verdict != recordings.Verified || got.Events != 3 {
		t.Errorf("report %+v", got)
	}
	for i, r := range read(t, s, id) {
		if r.Kind != all[i].Kind || string(r.Payload) != string(all[i].Payload) {
			t.Errorf("record %d is %+v", i, r)
		}
	}
}

func TestAnotherMajorVersionIsRefused(t *testing.T) {
	for _, v := range []string{"2.0", "0.9", "10.0", "x"} {
		s, path, _ := session(t, 3)
		put(t, path, rewrite(lines(t, path), v, `,"dh":"`)...)
		_, err := s.Verify(id)
		if p := new(text.Problem); !errors.As(err, &p) || p.Code != "recording-version" || !strings.Contains(p.Error(), v) {
			t.Errorf("version %s: error %v", v, err)
		}
		for r, err := range s.Read(id) {
			if err == nil {
				t.Errorf("version %s: read %+v", v, r)
			}
		}
	}
}

func TestALineOverTheLimitIsNeitherWrittenNorRead(t *testing.T) {
	s, path, _ := session(t, 3)
	big := []byte(`{"x":"` + strings.Repeat("x", 5<<20) + `"}`)
	l := lines(t, path)
	put(t, path, l[0], bytes.Replace(l[1], []byte(`"d":{`), append([]byte(`"d":`), big...), 1), l[2])
	if got := verify(t, s, id); got.Verdict != recordings.Damaged || got.Events != 1 {
		t.Errorf("report %+v", got)
	}
	w, err := s.Create("other")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Append(recordings.Record{At: start, Kind: "k", Payload: big}); err == nil {
		t.Error("5 MiB were written")
	}
	if got := verify(t, s, "other"); got.Verdict != recordings.VerifiedTo || got.Events != 0 {
		t.Errorf("report %+v", got)
	}
}

func TestTheFileHeadKnowsOfRecordsThatAreGone(t *testing.T) {
	dir := t.TempDir()
	s := recordings.Open(dir)
	all := record(t, s, 12)
	path := filepath.Join(dir, id, "events.jsonl")
	l := lines(t, path)
	want := "goaround-session v1\nsession " + id + "\nevents 12\nhead " + all[11].Hash + "\n"
	if got, err := os.ReadFile(filepath.Join(dir, id, "head")); err != nil || string(got) != want {
		t.Errorf("head %q, %v, want %q", got, err, want)
	}
	if got := verify(t, s, id); got.Verdict != recordings.Verified {
		t.Errorf("whole: %+v", got)
	}
	put(t, path, l[:9]...)
	if got := verify(t, s, id); got.Verdict != recordings.Cut || got.Events != 9 {
		t.Errorf("three records gone: %+v", got)
	}
	put(t, path, append(l[:9:9], l[9][:20])...)
	if got := verify(t, s, id); got.Verdict != recordings.Cut {
		t.Errorf("torn behind the end: %+v", got)
	}
	for _, head := range []string{strings.Replace(want, "12", "11", 1), strings.Replace(want, all[11].Hash, all[10].Hash, 1), "", want + "x", "events 12\n"} {
		put(t, path, l...)
		put(t, filepath.Join(dir, id, "head"), []byte(head))
		if got := verify(t, s, id); got.Verdict != recordings.Damaged {
			t.Errorf("head %q: %+v", head, got)
		}
	}
}

func TestHostileTextInTheFrameIsCleaned(t *testing.T) {
	s, path, _ := session(t, 3)
	l := lines(t, path)
	raw := bytes.Join(l, nil)
	raw = bytes.ReplaceAll(raw, []byte(`"by":"engine"`), []byte(`"by":"\u001b[2Jroot\u202e"`))
	put(t, path, rewrite(bytes.SplitAfter(raw, []byte("\n"))[:3], "1.0", `,"dh":"`)...)
	if got := read(t, s, id); len(got) != 3 || got[1].By != "·[2Jroot·" {
		t.Errorf("read %+v", got)
	}
	w, err := s.Create("other")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r, err := w.Append(recordings.Record{At: start.In(time.FixedZone("CEST", 7200)), Mono: 1999, Kind: "k\r\n", By: "a\xff", Role: "\x07", Payload: json.RawMessage("{\n \"a\": 1\n}")})
	if err != nil {
		t.Fatal(err)
	}
	if r.By != "a\uFFFD" || r.Kind != "k" || r.Role != "·" || r.Mono != time.Microsecond || string(r.Payload) != `{"a":1}` || r.At.Location() != time.UTC {
		t.Errorf("appended %+v", r)
	}
	same(t, []recordings.Record{r}, read(t, s, "other"))
}
