package compose_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/compose/composetest"
	"goaround/targets/text"
)

func TestTheHostStore(t *testing.T) {
	t.Parallel()
	rules(t, composetest.Up(t), []rule{
		{"remembers the newest sessions and removes the others", newestRemembered},
		{"gives hostile and garbled summaries as one safe line", hostileSummaries},
		{"takes a freeze that cannot be read for one", garbledFreeze},
	})
}

func newestRemembered(t *testing.T, s *composetest.Stack) {
	s.InProxy(t, `mkdir -p /var/lib/goaround/sessions && cd /var/lib/goaround/sessions && i=0;
		while [ $i -lt 51 ]; do echo '{}' > z-oldest-$i; i=$((i+1)); done; sleep 0.1;
		while [ $i -lt 250 ]; do echo '{}' > a-older-$i; i=$((i+1)); done; sleep 0.1`)
	target := open(t, s)
	acquire(t, target, claim("ana"))
	if err := target.Remember(t.Context(), targets.Summary{Session: text.Clean("newest"), Started: time.Now()}); err != nil {
		t.Fatal(err)
	}
	left := strings.Fields(s.InProxy(t, `ls -1t /var/lib/goaround/sessions`))
	if len(left) != targets.MaxSummaries || left[0] != "newest" || strings.HasPrefix(left[len(left)-1], "z") {
		t.Errorf("%d are left, from %s to %s", len(left), left[0], left[len(left)-1])
	}
	if err := target.Remember(t.Context(), targets.Summary{Session: text.Clean("../live")}); err == nil {
		t.Error("a summary was written outside of its directory")
	}
}

func hostileSummaries(t *testing.T, s *composetest.Stack) {
	s.InProxy(t, `rm -rf /var/lib/goaround/sessions; mkdir -p /var/lib/goaround/sessions && cd /var/lib/goaround/sessions &&
		printf '{"session":"another","by":"eve\\u001b[31m\\u202e","end":"ship\\nped","to":{"version":"v2\\u0007"},"started":"2026-11-27T09:30:00Z"}' > hostile &&
		printf 'garbage \033[31m' > garbled && head -c 100000 /dev/zero > huge && echo '{}' > "$(printf 'na\033me')" && echo '{}' > half.new`)
	all, err := open(t, s).Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, one := range all {
		got[one.Session.String()] = fmt.Sprintf("%s by %s of %s", one.End, one.By, one.To.Version)
	}
	want := map[string]string{
		"hostile": "ship ped by eve·[31m· of v2·", "garbled": targets.Unreadable + " by  of ", "huge": targets.Unreadable + " by  of ", "na·me": " by  of ",
	}
	for name, words := range want {
		if got[name] != words {
			t.Errorf("of %s is said %q, want %q", name, got[name], words)
		}
	}
	if len(got) != len(want) {
		t.Errorf("sessions %q", got)
	}
}

func garbledFreeze(t *testing.T, s *composetest.Stack) {
	s.InProxy(t, `echo nonsense > /var/lib/goaround/freeze`)
	target := open(t, s)
	if h := observe(t, target); h.Freeze == nil || !strings.Contains(h.Freeze.Why.String(), "cannot be read") {
		t.Errorf("the freeze is %+v", h.Freeze)
	}
	if found := target.Check(t.Context()); len(found) != 1 || found[0].Code != targets.CodeFrozen {
		t.Errorf("the check says: %s", list(found))
	}
	if err := target.Thaw(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h := observe(t, target); h.Freeze != nil {
		t.Errorf("after the thaw: %+v", h.Freeze)
	}
}
