package flights

import (
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// TestAHolderThatSleptThroughATakeoverActsNoMore stops the process of a deploy in its
// watch, as a laptop that is shut, and lets it go on after somebody else has rolled back.
func TestAHolderThatSleptThroughATakeoverActsNoMore(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()
	signal(t, f, syscall.SIGSTOP)
	mention(t, colleague(t, s).must(t, 0, "rollback"), "TRAFFIC IS BACK on v1", "END     rolled back")
	before, store := containers(t, s), stored(t, s)

	signal(t, f, syscall.SIGCONT)
	f.expect("LEASE   taken over by grace, nothing more is done from here")
	said := f.ends(15)
	mention(t, said, "the lease was taken over by grace", "END     lease held by somebody else (exit 15)")
	_, after, _ := strings.Cut(said, "LEASE   taken over")
	for _, act := range []string{"step    ", "host    "} {
		if strings.Contains(after, act) {
			t.Errorf("it acted after it had lost the lease:\n%s", after)
		}
	}
	if diff := cmp.Diff(before, containers(t, s)); diff != "" {
		t.Errorf("the containers changed:\n%s", diff)
	}
	if diff := cmp.Diff(store, stored(t, s)); diff != "" {
		t.Errorf("the store changed:\n%s", diff)
	}
	is(t, ada, targets.Base, "v1", targets.NoSlot)
}

func signal(t testing.TB, f *flight, s syscall.Signal) {
	t.Helper()
	if err := f.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// stored is what the host store has, but for heartbeats.
func stored(t testing.TB, s *composetest.Stack) string {
	t.Helper()
	return s.InProxy(t, `cd /var/lib/goaround && ls -l --full-time live servers.state && cat live servers.state`)
}
