package flights

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/compose/composetest"
	"goaround/targets/compose/enginetest"
)

// ownEngine starts an engine that the test may kill and prune, with a stack on it whose
// services have that restart policy.
func ownEngine(t testing.TB, restart string, args ...string) (*enginetest.Engine, *composetest.Stack, crew) {
	t.Helper()
	return engineWith(t, restart, nil, args...)
}

// engineWith is ownEngine with what add adds to the stack.
func engineWith(t testing.TB, restart string, add []func(*composetest.Stack), args ...string) (*enginetest.Engine, *composetest.Stack, crew) {
	t.Helper()
	machine := composetest.Engine(t)
	e := enginetest.Start(t, args...)
	e.Load(t, machine, composetest.Proxy)
	s := composetest.UpOn(t, e.Docker, e.Address, add...)
	watchFor(t, s, "1s")
	file, err := os.ReadFile(filepath.Join(s.Dir, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if restart != "unless-stopped" {
		for range strings.Count(string(file), "restart: unless-stopped") {
			amend(t, s.Dir, "compose.yaml", "restart: unless-stopped", "restart: "+restart)
		}
		s.ComposeUp(t)
		s.WaitFor(t, "v1")
	}
	return e, s, pilot(t, s)
}

func TestAfterAPruneTheTruthIsTold(t *testing.T) {
	t.Parallel()
	e, s, ada := ownEngine(t, "unless-stopped")
	ship(ada, t, s.Image(t, "v2"))
	is(t, ada, targets.Blue, "v2", targets.Base)

	prune(t, e, "system", "prune", "-af", "--volumes")
	is(t, ada, targets.Blue, "v2", targets.NoSlot)
	gone := []string{"the containers of v1 in slot base are gone", "`goaround deploy " + s.Project + "-web:v1@sha256:", "` starts it anew"}
	mention(t, ada.must(t, 0, "status"), gone...)
	mention(t, ada.must(t, 14, "rollback"), gone...)
	if v := s.Version(t.Context()); v != "v2" {
		t.Errorf("%q answers, want v2", v)
	}

	ship(ada, t, s.Image(t, "v1"))
	is(t, ada, targets.Green, "v1", targets.Blue)
	prune(t, e, "network", "prune", "-f")
	is(t, ada, targets.Green, "v1", targets.Blue)
	mention(t, ada.must(t, 0, "rollback"), "TRAFFIC IS BACK on v2")
	is(t, ada, targets.Blue, "v2", targets.NoSlot)
}

func prune(t testing.TB, e *enginetest.Engine, args ...string) {
	t.Helper()
	out, err := exec.Command("docker", append([]string{"-H", e.Host}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %v: %v\n%s", args, err, out)
	}
	t.Logf("docker %v:\n%s", args, out)
}

// TestTheDaemonRestartsAndTheTrafficComesBackToTheLiveSlot kills dockerd, or stops it.
// One that finds containers of a killed one stops them, if it has no live-restore, and
// starts those again of which the file says `restart: always`; `unless-stopped` is for it
// as if they had been stopped by hand (Engine 20.10).
func TestTheDaemonRestartsAndTheTrafficComesBackToTheLiveSlot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, restart string
		args          []string
		end           func(*enginetest.Engine, testing.TB)
	}{
		{"killed, with live-restore", "unless-stopped", []string{"--live-restore"}, (*enginetest.Engine).Kill},
		{"killed", "always", nil, (*enginetest.Engine).Kill},
		{"stopped", "unless-stopped", nil, (*enginetest.Engine).Stop},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			worker := func(s *composetest.Stack) { s.AddWorker(t, "mailer", "start-first") }
			e, s, ada := engineWith(t, c.restart, []func(*composetest.Stack){worker}, c.args...)
			ship(ada, t, s.Image(t, "v2"))
			load := s.Load(t, 100)
			c.end(e, t)
			n := load.Count()
			composetest.Until(t, "50 requests without a daemon", func() bool { return load.Count() >= n+50 })
			without := len(load.Failed())
			e.Start(t, c.args...)
			steadily(t, s, "v2")
			load.Stop()
			t.Logf("%d requests: %d failed before the daemon was started again, %d in all; none was answered for %s",
				load.Count(), without, len(load.Failed()), outage(load).Round(time.Millisecond))
			for _, r := range load.Sent() {
				if r.Err == nil && r.Version != "v2" {
					t.Fatalf("%s answered", r.Version)
				}
			}
			if up := slices.Compact(runs(t, s)); !slices.Equal(up, []string{"blue"}) {
				t.Errorf("these slots run: %v", up)
			}
			composetest.Until(t, "the worker of v2", func() bool { return status(t, ada).Agree })
			is(t, ada, targets.Blue, "v2", targets.Base)
			mention(t, ada.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1", "WORKERS ARE BACK on v1")
			is(t, ada, targets.Base, "v1", targets.NoSlot)
		})
	}
}

// TestTheEngineGoesAwayInTheMiddle kills the engine under three deploys: while the new
// version is started, in a watch that is then left, and in a watch before the way back.
// Each leaves a lease that could not be given back; a rollback takes it, or where there is
// nothing to go back from a resume.
func TestTheEngineGoesAwayInTheMiddle(t *testing.T) {
	t.Parallel()
	e, s, ada := ownEngine(t, "unless-stopped", "--live-restore")
	image := s.Image(t, "v2")
	for _, c := range []struct {
		name string
		fly  func(*flight)
		code int
		say  string
		live targets.Slot
	}{
		{"as the new version is started", func(f *flight) {
			f.expect("for GO / NO-GO")
			f.say("go")
			f.expect("step    start blue ...")
			e.Kill(t)
			f.in.Close()
		}, 12, "does not answer", targets.Base},
		{"in the watch", func(f *flight) {
			f.toWatch()
			e.Kill(t)
			f.expect("ALARM")
			f.say("leave")
		}, 12, "does not answer", targets.Blue},
		{"before the way back", func(f *flight) {
			f.toWatch()
			e.Kill(t)
			f.say("rollback")
			f.expect("nothing was moved")
			f.say("leave")
		}, 12, "could not be switched", targets.Blue},
	} {
		visit(t, s, 320)
		f := ada.fly(t, "deploy", image, "--plain")
		c.fly(f)
		out := f.ends(c.code)
		t.Logf("%s:\n%s", c.name, out)
		mention(t, out, c.say, "hint: ")
		if v, want := s.Version(t.Context()), map[targets.Slot]string{targets.Base: "v1", targets.Blue: "v2"}[c.live]; v != want {
			t.Errorf("%s: %q answers, want %s", c.name, v, want)
		}
		e.Start(t, "--live-restore")
		if h := status(t, ada).Observed.Hosts[0]; h.Live != c.live {
			t.Errorf("%s: %q is live, want %q", c.name, h.Live, c.live)
		}
		code, back := ada.run(t, "rollback")
		if c.live == targets.Blue && code != 0 || c.live == targets.Base && code != 14 {
			t.Fatalf("%s: rollback exits with %d\n%s", c.name, code, back)
		}
		if c.live == targets.Base {
			g := ada.fly(t, "resume", "--plain")
			g.expect("for GO / NO-GO")
			g.say("no-go the engine was away")
			g.ends(11)
		}
		is(t, ada, targets.Base, "v1", targets.NoSlot)
	}
}
