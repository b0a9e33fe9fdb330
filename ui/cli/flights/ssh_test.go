package flights

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goaround/targets/compose/composetest"
	"goaround/targets/remote/sshtest"
)

// fleet is a stack on two hosts behind SSH, one of them named by a Docker context.
type fleet struct {
	*sshtest.Rig
	hosts  []*sshtest.Host
	stacks []*composetest.Stack
}

// newFleet brings it up, and somebody who deploys there from a machine with no engine.
func newFleet(t testing.TB) (*fleet, crew) {
	t.Helper()
	machine := composetest.Engine(t)
	f := &fleet{Rig: sshtest.New(t)}
	for _, name := range []string{"web-1", "web-2"} {
		h := f.Host(t, name)
		h.Load(t, machine, composetest.Proxy)
		f.hosts = append(f.hosts, h)
	}
	first := composetest.UpOn(t, f.hosts[0].Docker, f.hosts[0].Address)
	f.hosts[1].Load(t, first.Docker, first.Project+"-web:v1")
	f.stacks = []*composetest.Stack{first, first.Beside(t, f.hosts[1].Docker, f.hosts[1].Address)}
	watchFor(t, first, "30m")
	amend(t, first.Dir, "goaround.yaml", "hosts: [local]", "hosts: ['ssh://root@web-1', 'context:web-2']")
	ada := pilot(t, first)
	ada.env = []string{"PATH=" + f.Path(), "TMPDIR=" + t.TempDir(), "DOCKER_CONFIG=" + t.TempDir(), "DOCKER_HOST=unix:///nonexistent/docker.sock"}
	cmd := exec.Command("docker", "context", "create", "web-2", "--docker", "host=ssh://web-2")
	cmd.Env = append(os.Environ(), ada.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make a context: %v\n%s", err, out)
	}
	return f, ada
}

// image makes a version on all hosts.
func (f *fleet) image(t testing.TB, version string) string {
	t.Helper()
	ref := f.stacks[0].Image(t, version)
	for _, h := range f.hosts[1:] {
		h.Load(t, f.hosts[0].Docker, ref)
	}
	return ref
}

// serves ends the test if a host answers with anything but version.
func (f *fleet) serves(t testing.TB, version string) {
	t.Helper()
	for i, s := range f.stacks {
		if v := s.Version(t.Context()); v != version {
			t.Errorf("%s answers %q, want %s", f.hosts[i].Name, v, version)
		}
	}
}

// TestADeployToHostsBehindSSH flies there and back, with a host that is cut off in between,
// and once more into a watch in which goaround is killed.
func TestADeployToHostsBehindSSH(t *testing.T) {
	t.Parallel()
	f, ada := newFleet(t)
	image := f.image(t, "v2")
	mention(t, ada.must(t, 0, "check"), "nothing stands in the way")
	mention(t, ada.must(t, 0, "status"), "web-1: v1 is live in base", "web-2: v1 is live in base")
	loads := []*composetest.Load{f.stacks[0].Load(t, 20), f.stacks[1].Load(t, 20)}
	d := ada.fly(t, "deploy", image, "--plain")
	d.toWatch()
	f.serves(t, "v2")
	loads[1].Stop()
	f.cutAndHeal(t, d)
	loads = append(loads, f.stacks[1].Load(t, 20))
	d.say("rollback")
	t.Log(d.sees("TRAFFIC IS BACK on v1"))
	f.serves(t, "v1")
	d.expect("the rollback is done")
	d.say("close")
	said := d.ends(10)
	mention(t, said, "CUTOVER traffic is on blue", "web-1: route blue ok", "web-2: route blue ok")
	for _, l := range loads {
		l.Stop()
		for _, failed := range l.Failed() {
			t.Errorf("a request failed: %v", failed.Err)
		}
	}
	ada.leavesNothing(t)

	d = ada.fly(t, "deploy", image, "--plain")
	d.toWatch()
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-d.over
	composetest.Until(t, "the ssh of who was killed ends", func() bool { return ada.ssh() == "" })
	mention(t, ada.must(t, 0, "status"), "web-1: v2 is live in blue", "web-2: v2 is live in blue")
	mention(t, ada.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1")
	f.serves(t, "v1")

	f.Forget(t)
	mention(t, ada.must(t, 14, "check"), "error: the host key of web-1 is not known here", "the host key of web-2 is not known", "hint: `ssh root@web-1` once")
}

// cutAndHeal cuts a host off during a watch, and lets it back.
func (f *fleet) cutAndHeal(t testing.TB, d *flight) {
	t.Helper()
	f.hosts[1].Cut(t)
	began := time.Now()
	t.Log(d.expect("ALARM   web-2: web-2 cannot be reached over SSH"))
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %s to notice that a host is cut off", took)
	}
	f.hosts[1].Heal(t)
	t.Log(d.expect("ALARM   over: web-2"))
}

// leavesNothing ends the test if there is anything in the crew's folder for temporary
// files, or an ssh that has.
func (c crew) leavesNothing(t testing.TB) {
	t.Helper()
	left, _ := filepath.Glob(filepath.Join(c.temporary(), "*"))
	if running := c.ssh(); len(left) > 0 || running != "" {
		t.Errorf("these are left: %v\n%s", left, running)
	}
}

// ssh are the processes that carry connections of the crew.
func (c crew) ssh() string {
	out, _ := exec.Command("pgrep", "-af", c.temporary()).Output()
	return string(out)
}

func (c crew) temporary() string {
	for _, v := range c.env {
		if dir, ok := strings.CutPrefix(v, "TMPDIR="); ok {
			return dir
		}
	}
	return ""
}
