package recordings_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/recordings"
	"goaround/targets/text"
)

func TestOnlyItsOwnerMayReadARecording(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "sessions")
	record(t, recordings.Open(dir), 3)
	want := map[string]fs.FileMode{
		"../": 0o700, "": 0o700, id: 0o700,
		id + "/events.jsonl": 0o600, id + "/lock": 0o600, id + "/head": 0o600,
	}
	for name, mode := range want {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("%q: %v, %v, want %v", name, info.Mode().Perm(), err, mode)
		}
	}
	found, err := os.ReadDir(filepath.Join(dir, id))
	if err != nil || len(found) != 3 {
		t.Errorf("in the recording are %v, %v", found, err)
	}
}

func TestOfTwoWritersOfOneRecordingTheSecondIsRefused(t *testing.T) {
	s := recordings.Open(t.TempDir())
	var won, refused int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			w, err := s.Create(id)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
				t.Cleanup(func() { w.Close() })
			case errors.Is(err, fs.ErrExist):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 || refused != 19 {
		t.Errorf("%d won, %d were refused", won, refused)
	}
}

func TestARecordingIsLiveWhileItsWriterIs(t *testing.T) {
	s := recordings.Open(t.TempDir())
	w, err := s.Create(id)
	if err != nil {
		t.Fatal(err)
	}
	live := func() bool {
		list, err := s.List()
		if err != nil || len(list) != 1 || list[0].Live != verify(t, s, id).Live {
			t.Fatalf("list %+v, %v", list, err)
		}
		return list[0].Live
	}
	if !live() {
		t.Error("not live while it is written")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if live() {
		t.Error("live after Close")
	}
	if got := verify(t, s, id); got.Verdict != recordings.VerifiedTo {
		t.Errorf("a session without an end: %+v", got)
	}
}

func TestAWriterThatIsKilledLeavesAPrefixAndNoLock(t *testing.T) {
	dir := t.TempDir()
	if child := os.Getenv("RECORD_MANY_IN"); child != "" {
		recordMany(t, child)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "RECORD_MANY_IN="+dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said, _ := bufio.NewReader(out).ReadString('\n')
	s := recordings.Open(dir)
	if got := verify(t, s, id); !got.Live || got.Events < 50 || got.Verdict != recordings.VerifiedTo {
		t.Errorf("running (it said %q): %+v", said, got)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	got := verify(t, s, id)
	if got.Live || got.Events < 50 || got.Verdict != recordings.VerifiedTo && got.Verdict != recordings.Torn {
		t.Errorf("killed: %+v", got)
	}
	if _, err := s.Create(id); !errors.Is(err, fs.ErrExist) {
		t.Errorf("created again: %v", err)
	}
}

// recordMany appends 20,000 records and waits for the parent, which kills it meanwhile.
func recordMany(t *testing.T, dir string) {
	w, err := recordings.Open(dir).Create(id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20_000 {
		if _, err := w.Append(event(1, 9)); err != nil {
			t.Fatal(err)
		}
		if i == 50 {
			os.Stdout.WriteString("fifty\n")
		}
	}
	io.Copy(io.Discard, os.Stdin)
	os.Exit(1)
}

// filled is a store with three recordings and things that are none.
func filled(t *testing.T) (*recordings.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s := recordings.Open(dir)
	for _, name := range []string{
		"2026-06-09T140002Z-shop-production-3f9a",
		"2026-06-10T090000Z-shop-production-03f9",
		"2026-06-11T101500Z-shop-staging-77aa",
	} {
		w, err := s.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600),
		os.Mkdir(filepath.Join(dir, "lost+found"), 0o700),
		os.Mkdir(filepath.Join(dir, "2027-empty"), 0o700),
		os.MkdirAll(filepath.Join(dir, ".hidden", "events.jsonl"), 0o700),
		os.MkdirAll(filepath.Join(dir, "2027-directory", "events.jsonl"), 0o700),
		os.Mkdir(filepath.Join(dir, "2027-fifo"), 0o700),
		syscall.Mkfifo(filepath.Join(dir, "2027-fifo", "events.jsonl"), 0o600),
		os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "2027-link")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return s, dir
}

func TestTheListIsTheDirectory(t *testing.T) {
	s, _ := filled(t)
	got, err := s.List()
	want := []recordings.Entry{
		{ID: "2026-06-11T101500Z-shop-staging-77aa"},
		{ID: "2026-06-10T090000Z-shop-production-03f9"},
		{ID: "2026-06-09T140002Z-shop-production-3f9a"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := recordings.Open(filepath.Join(t.TempDir(), "none")).List(); got != nil || err != nil {
		t.Errorf("of no directory: %v, %v", got, err)
	}
}

func TestOfTwoSessionsOfTheSameSecondTheLastWrittenIsTheNewest(t *testing.T) {
	dir := t.TempDir()
	s := recordings.Open(dir)
	later := "2026-06-09T140002Z-shop-production-0001"
	for i, name := range []string{"2026-06-09T140002Z-shop-production-fffe", later, "2026-06-09T140001Z-shop-production-3f9a"} {
		w, err := s.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
		at := time.Unix(int64(i), 0)
		if err := os.Chtimes(filepath.Join(dir, name, "events.jsonl"), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Find("latest"); got != later {
		t.Errorf("the newest is %s, %v", got, err)
	}
}

func TestARecordingIsFoundByAPartOfItsName(t *testing.T) {
	s, dir := filled(t)
	for name, want := range map[string]string{
		"latest": "2026-06-11T101500Z-shop-staging-77aa",
		"2026-06-09T140002Z-shop-production-3f9a": "2026-06-09T140002Z-shop-production-3f9a",
		"3f9a":         "2026-06-09T140002Z-shop-production-3f9a",
		"3f9":          "2026-06-10T090000Z-shop-production-03f9",
		"06-10":        "2026-06-10T090000Z-shop-production-03f9",
		"staging":      "2026-06-11T101500Z-shop-staging-77aa",
		dir + "/" + id: filepath.Join(dir, id),
	} {
		got, err := s.Find(name)
		if err != nil || got != want {
			t.Errorf("Find(%q) = %q, %v, want %q", name, got, err, want)
			continue
		}
		if report := verify(t, s, got); report.Verdict != recordings.VerifiedTo {
			t.Errorf("%s: %+v", name, report)
		}
	}
}

func TestARecordingIsFoundByARelativePath(t *testing.T) {
	_, dir := filled(t)
	t.Chdir(dir)
	s := recordings.Open(t.TempDir())
	got, err := s.Find("./" + id)
	if err != nil || filepath.Base(got) != id {
		t.Fatalf("%q, %v", got, err)
	}
	verify(t, s, got)
}

func TestAnAmbiguousNameListsItsCandidates(t *testing.T) {
	s, _ := filled(t)
	_, err := s.Find("production")
	p := new(text.Problem)
	if !errors.As(err, &p) || p.Code != "recording-ambiguous" || len(p.More) != 2 || p.More[1].String() != id {
		t.Errorf("error %#v", err)
	}
}

func TestANameThatIsNoRecordingIsRefused(t *testing.T) {
	s, dir := filled(t)
	for _, name := range []string{
		"", "nothing", "..", ".", "../", "/", "../../etc/passwd", dir, dir + "/2027-fifo", dir + "/2027-empty",
		"2027-fifo", "2027-directory", "2027-empty", "\x1b[2J", "a\x00b", strings.Repeat("x", 9999),
	} {
		_, err := s.Find(name)
		p := new(text.Problem)
		if !errors.As(err, &p) || p.Code != "recording-unknown" || p.Hint.IsZero() {
			t.Errorf("Find(%q): %v", name, err)
		}
		if strings.HasPrefix(name, "/") && name != "/" {
			continue
		}
		if _, err := s.Verify(name); err == nil {
			t.Errorf("Verify(%q) found one", name)
		}
		if w, err := s.Create(name); err == nil && name != "nothing" {
			w.Close()
			t.Errorf("Create(%q) made one", name)
		}
	}
	if _, err := s.Verify("../" + filepath.Base(dir) + "/" + id); err == nil {
		t.Error("an ID led out of the store")
	}
	if _, err := recordings.Open(t.TempDir()).Find("latest"); err == nil || !strings.Contains(err.Error(), "no recordings yet") {
		t.Errorf("latest of none: %v", err)
	}
}

func TestARecordingThatCannotBeBegunLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s := recordings.OpenWith(dir, func(string) (recordings.File, error) { return nil, syscall.ENOSPC })
	if _, err := s.Create(id); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error %v", err)
	}
	if found, err := os.ReadDir(dir); len(found) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", found, err)
	}
}

func TestAnIDSortsByTimeAndIsSafe(t *testing.T) {
	at := time.Date(2026, 6, 9, 16, 0, 2, 0, time.FixedZone("CEST", 7200))
	for _, c := range []struct{ app, env, want string }{
		{"shop", "production", id},
		{"../shop", "a/b\x00ü", "2026-06-09T140002Z-..-shop-a-b---3f9a"},
		{"", "", "2026-06-09T140002Z---3f9a"},
	} {
		got := recordings.NewID(at, c.app, c.env, [2]byte{0x3f, 0x9a})
		if got != c.want {
			t.Errorf("NewID(%q, %q) = %q, want %q", c.app, c.env, got, c.want)
		}
		w, err := recordings.Open(t.TempDir()).Create(got)
		if err != nil {
			t.Error(err)
			continue
		}
		w.Close()
	}
	long := recordings.NewID(at, strings.Repeat("é", 500), "p", [2]byte{})
	if len(long) > 120 || !strings.HasSuffix(long, "-p-0000") {
		t.Errorf("%d bytes: %s", len(long), long)
	}
}
