package plain_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"goaround/engine/release"
	"goaround/ui/plain"
	"goaround/ui/uitest"
)

const hostile = "\x1b[2J\x1b]52;c;eA==\a\r\n\u009b31m\u202ekcab\u2066\U000e0041\x7f\b\t\xff"

// poisoned are the events with every string of theirs made hostile: a recording comes
// from outside, too.
func poisoned(t *testing.T, events []release.Event) []release.Event {
	var out []release.Event
	for _, e := range events {
		payload, err := json.Marshal(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		var parts any
		if err := json.Unmarshal(payload, &parts); err != nil {
			t.Fatal(err)
		}
		payload, err = json.Marshal(poison(parts))
		if err != nil {
			t.Fatal(err)
		}
		body, err := release.Decode(e.Body.Kind(), payload)
		if err != nil {
			body = release.Unknown{Name: e.Body.Kind() + hostile, Payload: payload}
		}
		e.Body, e.By.Name = body, e.By.Name+hostile
		out = append(out, e)
	}
	return out
}

func poison(v any) any {
	switch v := v.(type) {
	case string:
		return v + hostile
	case []any:
		for i := range v {
			v[i] = poison(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = poison(v[k])
		}
	}
	return v
}

func TestNothingHostileReachesALine(t *testing.T) {
	flights := []*uitest.Flight{uitest.Start(t).Shipped(), uitest.Start(t).Ended(), uitest.Start(t).Aborted(), uitest.Start(t).Mixed(), refused(t), switched(t), eventful(t)}
	for _, f := range flights {
		ill, well := plain.Printer{Zone: time.UTC}, plain.Printer{Zone: time.UTC}
		for i, e := range poisoned(t, f.Events()) {
			once := well
			for _, l := range append(ill.Lines(e), once.Lines(e)...) {
				if why := plainly(l); why != "" {
					t.Errorf("%s: %q: %s", e.Body.Kind(), l, why)
				}
			}
			well.Lines(f.Events()[i])
			var out bytes.Buffer
			if err := plain.WriteJSON(&out, e); err != nil {
				t.Fatal(err)
			}
			raw := strings.TrimSuffix(out.String(), "\n")
			if strings.ContainsFunc(raw, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%s as JSON: %q", e.Body.Kind(), raw)
			}
			if got := read(t, raw); got.By.Name != strings.ToValidUTF8(e.By.Name, "\ufffd") {
				t.Errorf("escaped to another name: %q", got.By.Name)
			}
		}
	}
}
