// Package sshtest puts Docker Engines behind SSH for tests: each has a real sshd in the
// network that is its own, and the ssh command gets keys, known hosts and a configuration
// of the test's own.
package sshtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"goaround/targets/compose/enginetest"
)

// User is one that may log in on each host besides root, and may not use its engine.
const User = "deploy"

// Rig is a user's side of SSH.
type Rig struct {
	dir   string
	hosts []*Host
}

// Host is an engine behind SSH. Its name is known to ssh, as is NAME-inside: the same
// engine, at an address that only the host itself can reach, so by a jump.
type Host struct {
	*enginetest.Engine
	Name string

	rig *Rig
	dir string
}

// New makes keys and an `ssh` that uses them. It needs OpenSSH's client and server:
// without them the test is skipped, or fails where CI is set.
func New(t testing.TB) *Rig {
	t.Helper()
	without := t.Skipf
	if os.Getenv("CI") == "true" {
		without = t.Fatalf
	}
	dir, err := os.MkdirTemp("", "ssh-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // sshd reads in it as whoever logs in
		t.Fatal(err)
	}
	r := &Rig{dir: dir}
	for _, program := range []string{"ssh", "ssh-keygen", "/usr/sbin/sshd"} {
		if _, err := exec.LookPath(program); err != nil {
			without("an engine behind SSH needs OpenSSH: %v", err)
		}
	}
	ssh, _ := exec.LookPath("ssh")
	r.write(t, "bin/ssh", "#!/bin/sh\nexec "+ssh+" -F "+r.path("config")+" \"$@\"\n", 0o755)
	r.write(t, "known_hosts", "", 0o600)
	r.keygen(t, "key")
	r.configure(t)
	return r
}

// Path is a PATH on which ssh is the rig's. OpenSSH does not heed HOME.
func (r *Rig) Path() string { return r.path("bin") + ":" + os.Getenv("PATH") }

// Host starts an engine with an sshd before it, under a name that ssh knows.
func (r *Rig) Host(t testing.TB, name string, args ...string) *Host {
	t.Helper()
	h := &Host{Engine: enginetest.Start(t, args...), Name: name, rig: r, dir: r.path(name)}
	r.write(t, name+"/passwd", "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/bin/false\n"+User+":x:64001:64001::/:/bin/sh\n", 0o644)
	r.write(t, name+"/group", "root:x:0:\nnogroup:x:65534:\n"+User+":x:64001:\n", 0o644)
	h.Run(t, "mkdir -p /run/sshd && mount --bind "+h.path("passwd")+" /etc/passwd && mount --bind "+h.path("group")+" /etc/group")
	r.keygen(t, name+"/host_key")
	h.Authorize(t)
	h.Serve(t)
	r.hosts = append(r.hosts, h)
	r.configure(t)
	h.Know(t)
	return h
}

// Serve starts sshd with further lines of its configuration.
func (h *Host) Serve(t testing.TB, lines ...string) {
	t.Helper()
	h.rig.write(t, h.Name+"/sshd_config", fmt.Sprintf(`HostKey %s
AuthorizedKeysFile %s
PidFile %s
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
%s
`, h.path("host_key"), h.path("authorized_keys"), h.path("pid"), strings.Join(lines, "\n")), 0o644)
	h.Run(t, "/usr/sbin/sshd -f "+h.path("sshd_config")+" && until : < /dev/tcp/127.0.0.1/22; do sleep 0.01; done 2> /dev/null")
}

// Silence ends sshd and all its connections.
func (h *Host) Silence(t testing.TB) {
	t.Helper()
	h.Run(t, "pkill -KILL sshd; while pgrep sshd; do sleep 0.01; done; true")
}

// Authorize lets the rig's key in, for everybody.
func (h *Host) Authorize(t testing.TB) {
	t.Helper()
	key, err := os.ReadFile(h.rig.path("key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	h.rig.write(t, h.Name+"/authorized_keys", string(key), 0o644)
}

// Revoke lets nobody in any more; who is in stays.
func (h *Host) Revoke(t testing.TB) {
	t.Helper()
	h.rig.write(t, h.Name+"/authorized_keys", "", 0o644)
}

// Rekey gives the host another key than the one that is known; sshd uses it at once.
func (h *Host) Rekey(t testing.TB) {
	t.Helper()
	os.Remove(h.path("host_key"))
	h.rig.keygen(t, h.Name+"/host_key")
	h.Silence(t)
	h.Serve(t)
}

// Know writes the host's key into the known hosts; Forget takes all of them out.
func (h *Host) Know(t testing.TB) {
	t.Helper()
	key, err := os.ReadFile(h.path("host_key.pub"))
	if err != nil {
		t.Fatal(err)
	}
	known, _ := os.ReadFile(h.rig.path("known_hosts"))
	h.rig.write(t, "known_hosts", string(known)+h.Name+","+h.Address+" "+string(key), 0o600)
}

// Forget makes the keys of all hosts unknown.
func (r *Rig) Forget(t testing.TB) {
	t.Helper()
	r.write(t, "known_hosts", "", 0o600)
}

// Cut drops all packets to and from the host, so that nobody hears anything of it.
func (h *Host) Cut(t testing.TB) {
	t.Helper()
	h.tables(t, "-I")
}

// Heal undoes Cut.
func (h *Host) Heal(t testing.TB) {
	t.Helper()
	h.tables(t, "-D")
}

func (h *Host) tables(t testing.TB, how string) {
	t.Helper()
	var rules []string
	for _, rule := range []string{"INPUT -i eth0", "FORWARD -i eth0", "OUTPUT -o eth0", "FORWARD -o eth0"} {
		rules = append(rules, "iptables -w "+how+" "+rule+" -j DROP")
	}
	h.Run(t, strings.Join(rules, " && "))
}

// configure writes the configuration of ssh: hosts by their names, nothing of the
// machine's own, and what people have there for their own sessions.
func (r *Rig) configure(t testing.TB) {
	t.Helper()
	var b strings.Builder
	for _, h := range r.hosts {
		fmt.Fprintf(&b, "Host %s\n  HostName %s\n", h.Name, h.Address)
		fmt.Fprintf(&b, "Host %s-inside\n  HostName 127.0.0.1\n  ProxyJump %s\n", h.Name, h.Name)
		fmt.Fprintf(&b, "Host %s*\n  HostKeyAlias %s\n", h.Name, h.Name)
	}
	fmt.Fprintf(&b, "Host *\n  LocalForward /nonexistent/sock /nonexistent/sock\n  ExitOnForwardFailure yes\n  ClearAllForwardings yes\n"+
		"  RemoteCommand top\n  RequestTTY force\n  ControlMaster auto\n  ControlPath %s\n", r.path("master"))
	fmt.Fprintf(&b, "  User root\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile none\n", r.path("key"), r.path("known_hosts"))
	r.write(t, "config", b.String(), 0o600)
}

func (r *Rig) keygen(t testing.TB, name string) {
	t.Helper()
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", r.path(name)).CombinedOutput(); err != nil {
		t.Fatalf("make a key: %v\n%s", err, out)
	}
}

func (r *Rig) write(t testing.TB, name, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(r.path(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.path(name), []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func (r *Rig) path(name string) string { return filepath.Join(r.dir, name) }

func (h *Host) path(name string) string { return filepath.Join(h.dir, name) }
