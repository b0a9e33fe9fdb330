package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"goaround/recordings"
)

const hostile = "\x1b[2J\u009b31m\u202ekcab\x7f"

// A recording may come from somebody else.
func TestNothingHostileInARecordingReachesTheTerminal(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	store := recordings.Open(filepath.Join(ana.home, "goaround", "sessions"))
	w, err := store.Create("s")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []recordings.Record{
		{Kind: "session.started", By: "eve" + hostile, Role: "pilot", Payload: []byte(`{"id":"s\u001b[2J","app":"shop\u202e","env":"\u009b31m"}`)},
		{Kind: "of\x1b[2Jtomorrow\u202e", By: "engine", Payload: []byte(`{"x":"\u202e"}`)},
		{Kind: "session.ended", By: "engine", Payload: []byte(`{"end":"shipped\u001b[2J\u202e"}`)},
	} {
		r.At = time.Now()
		if _, err := w.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(ana.home, "goaround", "sessions", "x"+hostile)
	if err := os.Rename(filepath.Join(ana.home, "goaround", "sessions", "s"), elsewhere); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"sessions"}, {"sessions", "verify", "latest"}, {"sessions", "verify", elsewhere}, {"sessions", "verify", "y" + hostile},
		{"replay", "latest"}, {"replay", "latest", "--json"}, {"deploy", "x" + hostile}, {"check", "--file", "x" + hostile}, {"demo", "--" + hostile}, {"demo", "--release", hostile},
	} {
		out, errs, _ := ana.says(args...)
		if out+errs == "" {
			t.Errorf("%q says nothing", args)
		}
		if strings.ContainsFunc(out+errs, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Errorf("%q says %q%q", args, out, errs)
		}
	}
}

func TestNothingHostileInANameReachesASession(t *testing.T) {
	t.Parallel()
	ana := newPerson(t)
	c := ana.command("demo", "--plain")
	c.Env = append(c.Env, "GOAROUND_USER=eve"+hostile)
	out, _ := c.CombinedOutput()
	again, _ := ana.runs("replay", "latest", "--json")
	if both := string(out) + again; !strings.Contains(both, "by eve") || strings.ContainsFunc(both, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("it says %q", both)
	}
	if strings.Contains(again, "202e") {
		t.Errorf("it was recorded as it was: %q", again)
	}
}
