package plain_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/ui/plain"
	"goaround/ui/uitest"
)

// line is one line of --json.
type line struct {
	N    *uint64         `json:"n"`
	At   *time.Time      `json:"t"`
	Mono *int64          `json:"m"`
	Kind string          `json:"k"`
	By   string          `json:"by"`
	Role release.Role    `json:"r"`
	Body json.RawMessage `json:"d"`
}

// read is the event of a line of --json.
func read(t *testing.T, raw string) release.Event {
	t.Helper()
	var l line
	dec := json.NewDecoder(strings.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil || l.N == nil || l.At == nil || l.Mono == nil || l.Kind == "" || l.By == "" {
		t.Fatalf("%v in %s", err, raw)
	}
	if string(l.Body) == "null" {
		l.Body = nil
	}
	body, err := release.Decode(l.Kind, l.Body)
	if err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return release.Event{N: *l.N, At: *l.At, Mono: time.Duration(*l.Mono) * time.Microsecond, By: release.Actor{Name: l.By, Role: l.Role}, Body: body}
}

func TestLinesOfJSONFoldToTheSameState(t *testing.T) {
	for name, f := range map[string]*uitest.Flight{
		"shipped": uitest.Start(t).Shipped(), "rolled back": uitest.Start(t).Ended(), "never ready": uitest.Start(t).Aborted(),
		"mixed": uitest.Start(t).Mixed(), "back and forward": switched(t), "much in a preflight": eventful(t),
	} {
		var out bytes.Buffer
		for _, e := range f.Events() {
			if err := plain.WriteJSON(&out, e); err != nil {
				t.Fatal(err)
			}
		}
		var s release.State
		for raw := range strings.Lines(out.String()) {
			s = release.Reduce(s, read(t, raw))
		}
		if want, got := folded(t, f.State()), folded(t, s); want != got {
			t.Errorf("%s folds to\n%s\nand from JSON to\n%s", name, want, got)
		}
	}
}

// folded is a State without the difference between nil and empty.
func folded(t *testing.T, s release.State) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnErasedEventIsWrittenAsInItsRecording(t *testing.T) {
	var out bytes.Buffer
	if err := plain.WriteJSON(&out, release.Event{By: release.Engine(), Body: release.Erased{Name: "said"}}); err != nil {
		t.Fatal(err)
	}
	if want := `{"n":0,"t":"0001-01-01T00:00:00.000Z","m":0,"k":"said","by":"engine","d":null}` + "\n"; out.String() != want {
		t.Errorf("written as %s", out.String())
	}
}
