package recordings_test

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"goaround/recordings"
	"goaround/targets/text"
)

func load(t testing.TB, s *recordings.Store) *recordings.Index {
	t.Helper()
	x, err := s.Load(id)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestAnyRecordIsFoundByItsNumberAndByItsTime(t *testing.T) {
	s, _, all := session(t, 40)
	x := load(t, s)
	if x.Len() != 40 {
		t.Fatalf("%d records, want 40", x.Len())
	}
	for _, n := range []int{39, 0, 17, 1} {
		got, err := x.Record(n)
		if err != nil {
			t.Fatal(err)
		}
		same(t, all[n:n+1], []recordings.Record{got})
		if x.Mono(n) != all[n].Mono || x.Until(all[n].Mono) != n+1 || x.Until(all[n].Mono-1) != n {
			t.Errorf("record %d is found at %v, after %d", n, x.Mono(n), x.Until(all[n].Mono))
		}
	}
}

func TestAnIndexEndsWhereTheLinesDo(t *testing.T) {
	s, path, _ := session(t, 12)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"torn":  raw[:len(raw)-9],
		"zeros": append(bytes.Clone(raw), make([]byte, 512)...),
		"empty": nil,
	} {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"torn": 11, "zeros": 12}[name]
		if x := load(t, s); x.Len() != want {
			t.Errorf("%s: %d records, want %d", name, x.Len(), want)
		}
	}
}

func TestARecordOfAnotherNumberIsNotRead(t *testing.T) {
	s, path, _ := session(t, 12)
	all := lines(t, path)
	if err := os.WriteFile(path, bytes.Join(append(all[:3:3], all[4:]...), nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, s).Record(3); err == nil {
		t.Error("record 4 was read as record 3")
	}
}

func TestAnIndexOfAnotherMajorVersionIsRefused(t *testing.T) {
	s, path, _ := session(t, 3)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(raw, []byte(`"v":"1.0"`), []byte(`"v":"9.0"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	var p *text.Problem
	if _, err := s.Load(id); !errors.As(err, &p) {
		t.Errorf("version 9: %v", err)
	}
}

func TestNotesAreKeptInTheirOrder(t *testing.T) {
	s, _, _ := session(t, 3)
	if got, err := s.Notes(id); len(got) != 0 || err != nil {
		t.Fatalf("before the first: %v, %v", got, err)
	}
	for _, n := range []recordings.Note{
		{At: start, By: text.Clean("ana"), N: 2, Text: text.Clean("card_token nil when <retrying>")},
		{At: start.Add(time.Second), By: text.Clean("ben"), N: 0, Text: text.Clean("seen")},
	} {
		if err := s.AddNote(id, n); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Notes(id)
	if err != nil || len(got) != 2 || got[0].N != 2 || got[0].Text.String() != "card_token nil when <retrying>" || got[1].By.String() != "ben" || !got[1].At.Equal(start.Add(time.Second)) {
		t.Errorf("notes %+v, %v", got, err)
	}
	if r := verify(t, s, id); r.Verdict != recordings.Verified {
		t.Errorf("a note changed the record: %+v", r)
	}
}

func TestNotesAreTheirOwnersAloneAndATornOneIsLeftOut(t *testing.T) {
	s, path, _ := session(t, 3)
	notes := path[:len(path)-len("events.jsonl")] + "notes.jsonl"
	if err := s.AddNote(id, recordings.Note{At: start, Text: text.Clean("one")}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(notes)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(notes)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(notes, append(raw, `{"t":"2026-06-0`...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.AddNote(id, recordings.Note{At: start, Text: text.Clean("two\x1b[2J")}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Notes(id)
	if err != nil || len(got) != 2 || got[1].Text.String() != text.Clean("two\x1b[2J").String() {
		t.Errorf("notes %+v, %v", got, err)
	}
}
