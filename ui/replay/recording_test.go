package replay_test

import (
	"encoding/json"
	"errors"
	"math/rand"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/replay"
	"goaround/ui/replay/replaytest"
	"goaround/ui/uitest"
)

// long is a session long enough that its State forgets ticks and lines of the log.
func long(t testing.TB) []release.Event {
	f := uitest.Start(t).Watching()
	lines := slices.Repeat([]string{"WARN slow query 812 ms", "ERROR GET /cart 500", "WARN retry", "WARN one more"}, 6)
	for range 12 {
		f.Traffic(time.Minute, targets.Blue, 0.01, 90*time.Millisecond)
		for range 30 {
			f.Log(lines...)
		}
		f.By(uitest.Ben(), release.Said{Text: text.Clean("fine so far")})
	}
	if s := f.State(); len(s.Lines) == s.Logs || s.Started.Unix() >= s.Ticks[0].At {
		t.Fatal("nothing was forgotten")
	}
	return f.Events()
}

func open(t testing.TB, store *recordings.Store) *replay.Recording {
	t.Helper()
	r, err := replay.Open(store, replaytest.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// show is a State without the difference between nil and empty.
func show(t testing.TB, s release.State) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func nothing(release.State, release.State, release.Event) {}

func readAll(t testing.TB, r *replay.Recording) {
	t.Helper()
	for {
		if err := r.Ahead(500, nothing); errors.Is(err, replay.ErrEnd) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestASeekLandsWhereAFoldFromTheStartLands(t *testing.T) {
	events := long(t)
	r := open(t, replaytest.Write(t, events...))
	if r.Len() != len(events) {
		t.Fatalf("%d events, want %d", r.Len(), len(events))
	}
	random := rand.New(rand.NewSource(1))
	at := 0
	for i := range 80 {
		switch {
		case i == 20:
			readAll(t, r)
		case i%3 == 0:
			at = random.Intn(len(events) + 1)
		default:
			at = max(min(at+random.Intn(300)-150, len(events)), 0)
		}
		got, err := r.At(at)
		if err != nil {
			t.Fatal(err)
		}
		if want := release.Fold(release.State{}, events[:at]...); show(t, got) != show(t, want) {
			t.Fatalf("seek %d to position %d of %d folds to another State", i, at, len(events))
		}
	}
}

func TestAStateThatWasSeenIsNeverWrittenOver(t *testing.T) {
	events := long(t)
	r := open(t, replaytest.Write(t, events...))
	readAll(t, r)
	held := map[int]release.State{}
	for _, n := range []int{500, 600, 520, 779, 790, 781, 1200, 785} {
		s, err := r.At(n)
		if err != nil {
			t.Fatal(err)
		}
		held[n] = s
	}
	for n, got := range held {
		if show(t, got) != show(t, release.Fold(release.State{}, events[:n]...)) {
			t.Errorf("the State at %d was written over", n)
		}
	}
}

func TestOneReadsAheadWhileAnotherSeeks(t *testing.T) {
	events := long(t)
	r := open(t, replaytest.Write(t, events...))
	var both sync.WaitGroup
	both.Go(func() {
		for r.Ahead(64, nothing) == nil {
		}
	})
	for _, n := range []int{10, 700, 650, 1400, 300} {
		got, err := r.At(n)
		if err != nil {
			t.Fatal(err)
		}
		if show(t, got) != show(t, release.Fold(release.State{}, events[:n]...)) {
			t.Errorf("position %d folds to another State", n)
		}
	}
	both.Wait()
	if r.Read() != len(events) {
		t.Errorf("%d of %d events were read", r.Read(), len(events))
	}
}

func TestTimesAndPositionsAreFound(t *testing.T) {
	f := uitest.Start(t).Watching()
	r := open(t, replaytest.Write(t, f.Events()...))
	if r.Time(0) != 0 || r.Time(r.Len()) != f.Clock() {
		t.Errorf("from %v to %v, want %v", r.Time(0), r.Time(r.Len()), f.Clock())
	}
	for _, at := range []time.Duration{0, time.Second, 90 * time.Second, f.Clock(), time.Hour} {
		n := r.Until(at)
		if n > 0 && r.Time(n) > at || n < r.Len() && r.Time(n+1) <= at {
			t.Errorf("%d events until %v: the last at %v", n, at, r.Time(n))
		}
	}
}

func TestARecordingIsASession(t *testing.T) {
	f := uitest.Start(t).Ended()
	var session release.Session = open(t, replaytest.Write(t, f.Events()...))
	var got release.State
	for batch, err := range session.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		got = release.Fold(got, batch...)
	}
	if show(t, got) != show(t, f.State()) {
		t.Error("the replay folds to another State")
	}
	var p *text.Problem
	if err := session.Do(t.Context(), release.Rollback{}); !errors.As(err, &p) {
		t.Errorf("a rollback in a replay: %v", err)
	}
}

// path is the file of the records that Write made.
func path(t testing.TB, events ...release.Event) (*recordings.Store, string) {
	t.Helper()
	dir := t.TempDir()
	store := recordings.Open(dir)
	replaytest.WriteTo(t, store, events...)
	return store, dir + "/" + replaytest.ID + "/events.jsonl"
}

func TestATornRecordingEndsBeforeTheTornLine(t *testing.T) {
	events := uitest.Start(t).Watching().Events()
	store, file := path(t, events...)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, raw[:len(raw)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	r := open(t, store)
	check, err := r.Check()
	if err != nil || check.Verdict != recordings.Torn || r.Len() != len(events)-1 {
		t.Errorf("%+v, %v, %d of %d events", check, err, r.Len(), len(events))
	}
}

func TestADamagedRecordingEndsBeforeTheDamage(t *testing.T) {
	events := uitest.Start(t).Watching().Events()
	store, file := path(t, events...)
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	r := open(t, store)
	check, err := r.Check()
	if err != nil || check.Verdict != recordings.Damaged || check.OK() || r.Len() != check.Good || check.Good >= len(events) {
		t.Fatalf("%+v, %v, %d events", check, err, r.Len())
	}
	s, err := r.At(len(events))
	if err != nil || int(s.Next) != check.Good {
		t.Errorf("the State is after %d events, want %d; %v", s.Next, check.Good, err)
	}
}

// broken is an event whose payload is none of its kind.
type broken struct{ release.Body }

func (broken) Kind() string                 { return "tick" }
func (broken) MarshalJSON() ([]byte, error) { return []byte(`{"ticks":"many"}`), nil }

func TestWhatCannotBeReadEndsTheRecording(t *testing.T) {
	f := uitest.Start(t).Planned()
	n := len(f.Events())
	f.Add(broken{}).Add(release.Said{Text: text.Clean("after")})
	r := open(t, replaytest.Write(t, f.Events()...))
	var err error
	for err == nil {
		err = r.Ahead(5, nothing)
	}
	if errors.Is(err, replay.ErrEnd) || r.Len() != n || r.Read() != n {
		t.Errorf("%v at %d of %d", err, r.Read(), r.Len())
	}
	if s, err := r.At(n + 2); err != nil || int(s.Next) != n {
		t.Errorf("the State after %d, %v", s.Next, err)
	}
}

func TestNotesStandBesideTheRecord(t *testing.T) {
	f := uitest.Start(t).Ended()
	r := open(t, replaytest.Write(t, f.Events()...))
	if err := r.AddNote(4, f.Now(), text.Clean("ana"), text.Clean("look here")); err != nil {
		t.Fatal(err)
	}
	notes, err := r.Notes()
	if err != nil || len(notes) != 1 || notes[0].N != 3 || notes[0].Text.String() != "look here" {
		t.Errorf("%+v, %v", notes, err)
	}
	if c, err := r.Check(); err != nil || !c.OK() {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestTheStringsOfAPayloadAreSafe(t *testing.T) {
	f := uitest.Nothing(t).By(uitest.Ana(), release.SessionStarted{ID: "x", App: "shop\x1b[2J\u202e", Env: "größe\nx", Hosts: []string{"web\x07-1", "<&>"}, Ask: map[string]string{"we\x1bb": "v\u009b2"}})
	e, err := open(t, replaytest.Write(t, f.Events()...)).Event(0)
	if err != nil {
		t.Fatal(err)
	}
	s := e.Body.(release.SessionStarted)
	if s.App != text.Clean("shop\x1b[2J\u202e").String() || s.Env != "größe x" || s.Hosts[0] != text.Clean("web\x07-1").String() || s.Hosts[1] != "<&>" || s.Ask["we·b"] != "v·2" {
		t.Errorf("%#v", s)
	}
}
