package flights

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// fault is something that happens to a deploy of v2 beside v1, what is said of it, and
// how it ends.
type fault struct {
	name string
	fly  func(t *testing.T, s *composetest.Stack, ada crew, f *flight)
	code int
	say  []string
	live targets.Slot
	back targets.Slot // to which a rollback goes afterwards
	lost bool         // requests are lost, since nothing is there to answer them
}

// TestWhatGoesWrongIsSaidAndLeavesTheSiteKnown is about one host. Each fault is followed by
// a second run, which finds a state that it can name.
func TestWhatGoesWrongIsSaidAndLeavesTheSiteKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []fault{
		{
			name: "the idle slot is killed before the cutover",
			fly: func(t *testing.T, s *composetest.Stack, _ crew, f *flight) {
				f.toCutover()
				docker(t, s, "kill", slotContainer(t, s, "blue"))
				f.say("go")
			},
			code: 10, say: []string{"web in slot blue does not run on local any more", "hint: `docker logs"}, live: targets.Base,
		},
		{
			name: "somebody removes the idle slot before the cutover",
			fly: func(t *testing.T, s *composetest.Stack, _ crew, f *flight) {
				f.toCutover()
				docker(t, s, "rm", "-f", slotContainer(t, s, "blue"))
				f.say("go")
			},
			code: 10, say: []string{"blue has no container of web on local any more: somebody removed it"}, live: targets.Base,
		},
		{
			name: "the live slot dies in the watch",
			fly:  liveSlotEndsBy("kill"),
			code: 10, say: []string{"TRAFFIC IS BACK on v1"}, live: targets.Base, lost: true,
		},
		{
			name: "somebody removes the live slot in the watch",
			fly:  liveSlotEndsBy("rm", "-f"),
			code: 10, say: []string{"TRAFFIC IS BACK on v1"}, live: targets.Base, lost: true,
		},
		{
			name: "somebody prunes what does not run, in the watch",
			fly: func(t *testing.T, s *composetest.Stack, _ crew, f *flight) {
				f.toWatch()
				docker(t, s, "rm", "-f", slotContainer(t, s, "base"))
				f.expect("web in base on local is stopped")
				f.say("rollback")
				f.expect("nothing was moved")
				f.say("leave")
			},
			code: 12, say: []string{"base has no container of web on local any more: somebody removed it", "`goaround deploy "}, live: targets.Blue, lost: true,
		},
		{
			name: "the Compose file is changed between the plan and the go",
			fly: func(t *testing.T, s *composetest.Stack, _ crew, f *flight) {
				f.expect("for GO / NO-GO")
				amend(t, s.Dir, "compose.yaml", "    restart: unless-stopped", "    restart: unless-stopped\n    labels: {later: yes}")
				f.say("go")
				f.expect("before the CUTOVER")
				f.say("go")
				f.sees("step    write down ok")
				if labels := docker(t, s, "inspect", "-f", "{{json .Config.Labels}}", slotContainer(t, s, "blue")); strings.Contains(labels, "later") {
					t.Errorf("what was not in the plan was done: %s", labels)
				}
				f.say("leave")
			},
			code: 12, say: []string{"held"}, live: targets.Blue, back: targets.Base,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, ada := stack(t, "30m")
			image := s.Image(t, "v2")
			load := s.Load(t, 20)
			f := ada.fly(t, "deploy", image, "--plain")
			c.fly(t, s, ada, f)
			out := f.ends(c.code)
			load.Stop()
			if n := len(load.Failed()); n > 0 && !c.lost {
				t.Errorf("%d of %d requests failed: %v", n, load.Count(), load.Failed()[0].Err)
			}
			mention(t, out, c.say...)
			if h := status(t, ada).Observed.Hosts[0]; h.Live != c.live {
				t.Errorf("%q is live, want %q", h.Live, c.live)
			}
			if c.back != targets.NoSlot {
				ada.must(t, 0, "rollback")
				is(t, ada, c.back, "v1", targets.NoSlot)
				return
			}
			f = ada.fly(t, "deploy", s.Image(t, "v3"), "--plain")
			f.toWatch()
			f.say("leave")
			f.ends(12)
			if v := s.Version(t.Context()); v != "v3" {
				t.Errorf("after the next deploy %q answers", v)
			}
		})
	}
}

// liveSlotEndsBy ends what is live in the watch by a docker command, and goes back.
func liveSlotEndsBy(command ...string) func(*testing.T, *composetest.Stack, crew, *flight) {
	return func(t *testing.T, s *composetest.Stack, _ crew, f *flight) {
		f.toWatch()
		docker(t, s, append(command, slotContainer(t, s, "blue"))...)
		f.expect("RED on blue")
		f.say("rollback")
		f.expect("the rollback is done")
		f.say("close")
	}
}

// TestAFullDiskHoldsTheWayForwardAndNotTheWayBack has the recordings on a disk of their own
// that somebody fills in the watch.
func TestAFullDiskHoldsTheWayForwardAndNotTheWayBack(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", ada.state).CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("mount a disk: %v: %s", err, out)
		}
		t.Skipf("needs the right to mount a disk: %v: %s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", ada.state).Run() })
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()
	filler := filepath.Join(ada.state, "filler")
	if err := os.WriteFile(filler, make([]byte, 8<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	f.sees("the recording cannot be written")
	f.say("rollback")
	f.expect("TRAFFIC IS BACK on v1")
	if v := s.Version(t.Context()); v != "v1" {
		t.Errorf("%q answers", v)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	f.expect("the rollback is done")
	f.say("close")
	f.ends(10)
	is(t, ada, targets.Base, "v1", targets.NoSlot)
	mention(t, ada.must(t, 0, "sessions", "verify", "latest"), "VERIFIED")
}

// docker runs a docker command on the stack's engine.
func docker(t testing.TB, s *composetest.Stack, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", append([]string{"-H", s.Docker.DaemonHost()}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// slotContainer is the container of web in a slot.
func slotContainer(t testing.TB, s *composetest.Stack, slot string) string {
	t.Helper()
	project, service := s.Project+"-"+slot, "web-"+slot
	if slot == "base" {
		project, service = s.Project, "web"
	}
	return docker(t, s, "ps", "-aq", "--filter", "label=com.docker.compose.project="+project, "--filter", "label=com.docker.compose.service="+service)
}
