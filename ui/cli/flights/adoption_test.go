package flights

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

func TestAStackFromPlainComposeFliesACircuit(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")

	ship(ada, t, s.Image(t, "v2"))
	is(t, ada, targets.Blue, "v2", targets.Base)
	if c := runs(t, s); !slices.Equal(c, []string{"blue"}) {
		t.Errorf("after v2 shipped these slots run: %v", c)
	}

	out := colleague(t, s).must(t, 0, "rollback", "--why", "third-party: the provider is down")
	mention(t, out, "reason  third party: the provider is down, by ")
	mention(t, out, "TRAFFIC IS BACK on v1", "END     rolled back (exit 0)")
	is(t, ada, targets.Base, "v1", targets.NoSlot)
	again := colleague(t, s).must(t, 0, "rollback")
	mention(t, again, "v1 is live since a rollback from v2", "nothing to do")

	ship(ada, t, s.Image(t, "v3"))
	is(t, ada, targets.Blue, "v3", targets.Base)
	ship(ada, t, s.Image(t, "v4"))
	is(t, ada, targets.Green, "v4", targets.Blue)

	s.ComposeUp(t)
	composetest.Until(t, "base to run again", func() bool { return slices.Contains(runs(t, s), "base") })
	for range 20 {
		if v := s.Version(t.Context()); v != "v4" {
			t.Fatalf("with base up again %q answers", v)
		}
	}
	mention(t, ada.must(t, 0, "status"), "web of the base stack runs beside the live slot, without traffic")

	colleague(t, s).must(t, 0, "rollback")
	is(t, ada, targets.Blue, "v3", targets.NoSlot)
	colleaguesRemember(t, colleague(t, s))
	if code, out := ada.run(t, "sessions", "verify", "latest"); code != 0 {
		t.Errorf("the last recording: %s", out)
	}
}

// ship flies a release to its end.
func ship(c crew, t testing.TB, image string) {
	t.Helper()
	visit(t, c.stack, 320)
	f := c.fly(t, "deploy", image, "--plain")
	f.toWatch()
	f.sees("type close")
	f.say("close")
	f.ends(0)
}

// report is what `status --json` says.
type report struct {
	Observed targets.Observed `json:"observed"`
	Back     *struct {
		To   targets.Slot `json:"to"`
		Cold bool         `json:"cold"`
	} `json:"rollback"`
	Agree bool `json:"proxy_and_store_agree"`
}

func status(t testing.TB, c crew) report {
	t.Helper()
	var r report
	out := c.must(t, 0, "status", "--json")
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Observed.Hosts) == 0 {
		t.Fatalf("status --json: %v\n%s", err, out)
	}
	return r
}

// is compares what `status --json` says, and what answers, with what should be. There is
// a way back to slot back; NoSlot: there is none.
func is(t testing.TB, c crew, live targets.Slot, version string, back targets.Slot) {
	t.Helper()
	r := status(t, c)
	h := r.Observed.Hosts[0]
	var to targets.Slot
	if r.Back != nil {
		to = r.Back.To
	}
	if got := h.Slots[h.Live].Release.Version.String(); h.Live != live || got != version || to != back || !r.Agree {
		t.Errorf("%s is live in %q, and a rollback goes to %q; want %s in %q, back to %q; differences: %v", got, h.Live, to, version, live, back, h.Differences)
	}
	if v := c.stack.Version(t.Context()); v != version {
		t.Errorf("%q answers, want %q", v, version)
	}
}

// runs are the slots whose containers run.
func runs(t testing.TB, s *composetest.Stack) []string {
	t.Helper()
	all, err := s.Containers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var slots []string
	for _, c := range all {
		if c.State != container.StateRunning {
			continue
		}
		switch name := c.Names[0][1:]; {
		case strings.HasPrefix(name, s.Project+"-blue-"):
			slots = append(slots, "blue")
		case strings.HasPrefix(name, s.Project+"-green-"):
			slots = append(slots, "green")
		case strings.HasPrefix(name, s.Project+"-web-"):
			slots = append(slots, "base")
		}
	}
	slices.Sort(slots)
	return slots
}

// mention reports each of the words that is not in a text.
func mention(t testing.TB, in string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(in, w) {
			t.Errorf("%q is not in\n%s", w, in)
		}
	}
}
