package text_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"goaround/targets/text"
)

func linesOf(t *testing.T, r io.Reader, door *text.Door) []string {
	t.Helper()
	var got []string
	if err := text.Lines(r, door, func(s text.Safe) { got = append(got, s.String()) }); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestLinesAreSplitAtLineEnds(t *testing.T) {
	got := linesOf(t, strings.NewReader("one\r\n\ntwo\rthree\nlast"), nil)
	if diff := cmp.Diff([]string{"one", "", "two three", "last"}, got); diff != "" {
		t.Error(diff)
	}
	if got := linesOf(t, strings.NewReader(""), nil); got != nil {
		t.Errorf("lines of nothing: %q", got)
	}
}

func TestASecretSplitBetweenReadsIsTakenOut(t *testing.T) {
	door := text.NewDoor(map[string]string{"A": "swordfish-9"})
	r := iotest.OneByteReader(strings.NewReader("a swordfish-9 b\nswordfish-9"))
	if diff := cmp.Diff([]string{"a <secret A> b", "<secret A>"}, linesOf(t, r, door)); diff != "" {
		t.Error(diff)
	}
}

func TestAVeryLongLineIsCutAndCounted(t *testing.T) {
	got := linesOf(t, strings.NewReader("short\n"+strings.Repeat("x", 1<<20)+"\nnext\n"), nil)
	if len(got) != 3 || got[0] != "short" || got[2] != "next" {
		t.Fatalf("%d lines", len(got))
	}
	shown := strings.Index(got[1], "…")
	if want := fmt.Sprintf("… (%d bytes cut)", 1<<20+1-shown); got[1][shown:] != want || len(got[1]) > text.MaxLine {
		t.Errorf("%d bytes, ends in %q, want %q", len(got[1]), got[1][shown:], want)
	}
}

func TestAPrivateKeyIsHiddenLineByLine(t *testing.T) {
	at := "2026-06-09T14:00:02.000000000Z "
	for _, prefix := range []string{"", at} {
		raw := prefix + "before\n" + prefix + strings.ReplaceAll(strings.TrimSpace(key), "\n", "\n"+prefix) + "\n" + prefix + "after\n"
		mark := prefix + "<secret PRIVATE-KEY>"
		want := []string{prefix + "before", mark, mark, mark, mark, prefix + "after"}
		if diff := cmp.Diff(want, linesOf(t, strings.NewReader(raw), nil)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAKeyWithoutAnEndHidesOnlyWhatLooksLikeOne(t *testing.T) {
	raw := "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nlistening on :8080\nMIIEvQIBADAN\n"
	want := []string{"<secret PRIVATE-KEY>", "<secret PRIVATE-KEY>", "listening on :8080", "MIIEvQIBADAN"}
	if diff := cmp.Diff(want, linesOf(t, strings.NewReader(raw), nil)); diff != "" {
		t.Error(diff)
	}
}

func TestAFailingReaderStillGivesWhatItRead(t *testing.T) {
	broken := errors.New("connection lost")
	var got []string
	err := text.Lines(io.MultiReader(strings.NewReader("one\ntw"), iotest.ErrReader(broken)), nil,
		func(s text.Safe) { got = append(got, s.String()) })
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if diff := cmp.Diff([]string{"one", "tw"}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\r\n\x00\xff\n-----BEGIN PRIVATE KEY-----\nAAAA\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		lines := linesOf(t, strings.NewReader(string(raw)), nil)
		if want := strings.Count(string(raw), "\n"); len(lines) < want || len(lines) > want+1 {
			t.Errorf("%d lines of %d", len(lines), want)
		}
		for _, l := range lines {
			checkSafe(t, text.Clean(l))
		}
	})
}
