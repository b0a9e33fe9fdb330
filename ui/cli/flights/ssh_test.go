package flights

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/targets/compose/composetest"
	"goaround/targets/remote/sshtest"
)

// fleet is a stack on hosts behind SSH, the second of them named by a Docker context.
type fleet struct {
	*sshtest.Rig
	sites
	hosts []*sshtest.Host
}

// newFleet brings it up on n hosts, and somebody who deploys there from a machine with no
// engine.
func newFleet(t testing.TB, n int) (*fleet, crew) {
	t.Helper()
	composetest.Engine(t)
	f := &fleet{Rig: sshtest.New(t)}
	var addresses []string
	for i := range n {
		h := f.Host(t, fmt.Sprintf("web-%d", i+1))
		f.hosts, f.engines = append(f.hosts, h), append(f.engines, h.Engine)
		addresses = append(addresses, "'ssh://root@"+h.Name+"'")
	}
	addresses[1] = "context:web-2"
	f.open(t)
	first := f.stacks[0]
	watchFor(t, first, "30m")
	amend(t, first.Dir, "goaround.yaml", "hosts: [local]", "hosts: ["+strings.Join(addresses, ", ")+"]")
	return f, f.laptop(t, pilot(t, first))
}

// laptop gives a crew the rig's ssh, and no engine.
func (f *fleet) laptop(t testing.TB, c crew) crew {
	t.Helper()
	c.env = []string{"PATH=" + f.Path(), "TMPDIR=" + t.TempDir(), "DOCKER_CONFIG=" + t.TempDir(), "DOCKER_HOST=unix:///nonexistent/docker.sock"}
	c.context(t, "web-2", "ssh://web-2")
	return c
}

// TestADeployToHostsBehindSSH flies there and back, with a host that is cut off in between,
// and once more into a watch in which goaround is killed.
func TestADeployToHostsBehindSSH(t *testing.T) {
	t.Parallel()
	f, ada := newFleet(t, 2)
	amend(t, ada.folder, "compose.yaml", "    env_file: web.env\n", "    env_file: web.env\n    secrets: [license]\n    configs: [{source: banner, target: /etc/banner, mode: 0400}]\n")
	amend(t, ada.folder, "compose.yaml", "\nvolumes:\n", "\nsecrets: {license: {file: license.txt}}\nconfigs: {banner: {file: banner.txt}}\nvolumes:\n")
	image := f.image(t, "v2")
	undo := amend(t, ada.folder, "compose.yaml", "- uploads:/uploads", "- ./uploads:/uploads")
	mention(t, ada.must(t, 14, "check"), "error: web mounts ./uploads from this machine, and is to run on web-1", "and is to run on web-2", "compose.yaml:")
	undo()
	mention(t, ada.must(t, 14, "check"), "error: web gets /run/secrets/license from license.txt, which is no file here")
	const license = "the license of composetest"
	for name, content := range map[string]string{"license.txt": license, "banner.txt": "welcome"} {
		if err := os.WriteFile(filepath.Join(ada.folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mention(t, ada.must(t, 0, "check"), "nothing stands in the way")
	mention(t, ada.must(t, 0, "status"), "web-1: v1 is live in base", "web-2: v1 is live in base")
	loads := []*composetest.Load{f.stacks[0].Load(t, 20), f.stacks[1].Load(t, 20)}
	d := ada.fly(t, "deploy", image, "--plain")
	d.toWatch()
	f.serves(t, "v2")
	for _, s := range f.stacks {
		holds(t, s, "/run/secrets/license", license, 0o444)
		holds(t, s, "/etc/banner", "welcome", 0o400)
	}
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
	answered(t, loads)
	ada.leavesNothing(t)
	tried := map[string]int{}
	for _, e := range ada.events(t, "latest") {
		if r, ok := e.Body.(release.Rehearsed); ok {
			tried[r.Host]++
		}
	}
	if tried["web-1"] < 2 || tried["web-2"] < 2 {
		t.Errorf("the way back was rehearsed this often: %v", tried)
	}
	if strings.Contains(ada.raw(t), license) {
		t.Error("a secret that was sent along is in the recording")
	}

	d = ada.fly(t, "deploy", image, "--plain")
	d.toWatch()
	d.kill()
	composetest.Until(t, "the ssh of who was killed ends", func() bool { return ada.ssh() == "" })
	mention(t, ada.must(t, 0, "status"), "web-1: v2 is live in blue", "web-2: v2 is live in blue")
	mention(t, ada.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1")
	f.serves(t, "v1")

	f.Forget(t)
	mention(t, ada.must(t, 14, "check"), "error: the host key of web-1 is not known here", "the host key of web-2 is not known", "hint: `ssh root@web-1` once")
}

// holds ends the test if the new version on a host has another file than that at path, or
// has it from outside of its container.
func holds(t testing.TB, s *composetest.Stack, path, content string, mode int64) {
	t.Helper()
	name := s.Project + "-blue-web-blue-1"
	in, err := s.Docker.ContainerInspect(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range in.Mounts {
		if m.Destination == path {
			t.Errorf("%s is mounted from %s", path, m.Source)
		}
	}
	archive, _, err := s.Docker.CopyFromContainer(t.Context(), name, path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	files := tar.NewReader(archive)
	header, err := files.Next()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(files); string(got) != content || header.Mode&0o777 != mode {
		t.Errorf("%s has %q with mode %o, %v", path, got, header.Mode, err)
	}
}

// cutAndHeal cuts the last host off during a watch, and lets it back.
func (f *fleet) cutAndHeal(t testing.TB, d *flight) {
	t.Helper()
	last := f.hosts[len(f.hosts)-1]
	last.Cut(t)
	began := time.Now()
	t.Log(d.expect("ALARM   " + last.Name + ": " + last.Name + " "))
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %s to notice that a host is cut off", took)
	}
	last.Heal(t)
	t.Log(d.expect("ALARM   over: " + last.Name))
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
