package flights

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"goaround/targets"
)

// colleaguesRemember asks the hosts of a stack that has flown the circuit, from a laptop
// that has no recording of it.
func colleaguesRemember(t testing.TB, c crew) {
	t.Helper()
	if _, out := c.run(t, "sessions"); !strings.Contains(out, "no recordings yet") {
		t.Fatalf("the laptop has recordings:\n%s", out)
	}
	var all []targets.Summary
	if err := json.Unmarshal([]byte(c.must(t, 0, "sessions", "--remote", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		got = append(got, fmt.Sprintf("%s: %s > %s by %s", s.End, s.From.Version, s.To.Version, s.By))
		if s.Took <= 0 || s.Ended.Before(s.Started) || (s.End.String() == "rolled back") != (s.Back > 0) || (s.End.String() == "shipped") != (s.Live > 0) {
			t.Errorf("the numbers of %+v", s)
		}
	}
	want := []string{
		"rolled back: v4 > v3 by grace", "shipped: v3 > v4 by ada", "shipped: v1 > v3 by ada",
		"live already:  >  by grace", "rolled back: v2 > v1 by grace", "shipped: v1 > v2 by ada",
	}
	if !slices.Equal(got, want) {
		t.Errorf("remembered are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	out := c.must(t, 0, "sessions", "--remote")
	t.Logf("sessions --remote:\n%s", out)
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != len(want) || !strings.Contains(lines[0], all[0].Session.String()) {
		t.Errorf("the list is\n%s", out)
	}
	mention(t, out, "v4 > v3", "back in ", ": third party: the provider is down", "v1 > v2", "0 errors")
	mention(t, c.must(t, 2, "sessions", "--json"), "goaround sessions --remote --json")
}
