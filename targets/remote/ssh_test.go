package remote_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets/remote"
	"goaround/targets/remote/remotetest"
	"goaround/targets/remote/sshtest"
	"goaround/targets/text"
)

// TestAnEngineBehindSSH reaches a host in each way that there is, and each that is not.
func TestAnEngineBehindSSH(t *testing.T) {
	rig := sshtest.New(t)
	h := rig.Host(t, "web-1")
	t.Setenv("PATH", rig.Path())
	t.Setenv("TMPDIR", t.TempDir())
	serve := func(lines ...string) func(testing.TB) {
		return func(t testing.TB) {
			h.Silence(t)
			h.Serve(t, lines...)
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(testing.TB)
		address string
		code    string // of the problem; empty: it is reached
		say     string
		hint    string
	}{
		{"by its name in the configuration", nil, "ssh://web-1", "", "", ""},
		{"by a jump", nil, "ssh://root@web-1-inside", "", "", ""},
		{"at the path of its socket", nil, "ssh://web-1/run/docker.sock", "", "", ""},
		{"a name that nobody knows", nil, "ssh://nowhere.invalid", "ssh-unreachable", "Could not resolve hostname", "`ssh nowhere.invalid`"},
		{"a port where nothing listens", nil, "ssh://web-1:23", "ssh-unreachable", "port 23: Connection refused", "`ssh -p 23 web-1`"},
		{"a user who may not use the engine", nil, "ssh://deploy@web-1", "engine-denied", "lets deploy in", "group docker"},
		{"a user who is not let in", nil, "ssh://sshd@web-1", "ssh-denied", "Permission denied (publickey", "`ssh-add`"},
		{"without an engine", h.Kill, "ssh://web-1", "engine-silent", "does not answer", "`ssh web-1 docker version`"},
		{"without leave to forward sockets", func(t testing.TB) {
			h.Start(t)
			serve("AllowStreamLocalForwarding no")(t)
		}, "ssh://web-1", "", "", ""},
		{"without leave to forward anything", serve("DisableForwarding yes"), "ssh://web-1", "", "", ""},
		{"without leave, and a user who may not", nil, "ssh://deploy@web-1", "engine-denied", "lets deploy in", "group docker"},
		{"with another host key", h.Rekey, "ssh://web-1", "ssh-host-changed", "is not the one that is known", "`ssh-keygen -R web-1`"},
		{"with another host key behind a jump", nil, "ssh://web-1-inside", "ssh-host-changed", "", ""},
		{"with a host key that nobody knows", rig.Forget, "ssh://web-1", "ssh-host-unknown", "is not known here", "fingerprint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.prepare != nil {
				c.prepare(t)
			}
			began := time.Now()
			e := open(t, c.address)
			err := e.Ping(t.Context())
			t.Logf("%s: %v", time.Since(began).Round(time.Millisecond), err)
			var p *text.Problem
			switch {
			case c.code == "" && err != nil:
				t.Errorf("%v", err)
			case c.code != "" && (!errors.As(err, &p) || p.Code != c.code || !strings.Contains(p.Error(), c.say) || !strings.Contains(p.Hint.String(), c.hint)):
				t.Errorf("%v", err)
			case c.code == "ssh-host-changed" && len(p.More) == 0:
				t.Error("ssh's own words are not there")
			}
			e.Close()
			if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "goaround-ssh-*")); len(left) > 0 {
				t.Errorf("it leaves %v", left)
			}
		})
	}
}

func open(t testing.TB, address string) *remote.Engine {
	t.Helper()
	e, err := remote.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// TestAHostThatIsCutOffIsReachedAgain cuts the cable: all that waits ends within 6 s, and
// goes on when the cable is back.
func TestAHostThatIsCutOffIsReachedAgain(t *testing.T) {
	rig := sshtest.New(t)
	t.Setenv("PATH", rig.Path())
	h := rig.Host(t, "web-1")
	e := open(t, "ssh://web-1")
	stream, err := e.Client().Dialer()(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	h.Cut(t)
	began := time.Now()
	if _, err := stream.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("a stream to a host that is cut off ends with %v", err)
	}
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("noticed after %s", took)
	}
	remotetest.Until(t, "it is known why", func() bool {
		return strings.Contains(e.Silent().Error(), "web-1 cannot be reached over SSH: Timeout, server ")
	})
	h.Heal(t)
	reached(t, e)

	h.Revoke(t)
	if err := e.Ping(t.Context()); err != nil {
		t.Errorf("who is in when the key is revoked is thrown out: %v", err)
	}
	h.Silence(t)
	h.Serve(t)
	remotetest.Until(t, "the key is refused", func() bool {
		var p *text.Problem
		return errors.As(ping(t, e), &p) && p.Code == "ssh-denied"
	})
	h.Authorize(t)
	reached(t, e)
}

// TestAStreamThroughAContainerBehindSSH opens some and talks over one that is open.
func TestAStreamThroughAContainerBehindSSH(t *testing.T) {
	machine := remotetest.Open(t)
	relay, server := machine.Image("busybox:1.35"), machine.Server()
	rig := sshtest.New(t)
	h := rig.Host(t, "web-1")
	h.Load(t, machine.Client(), relay, server)
	t.Setenv("PATH", rig.Path())
	e := open(t, "ssh://web-1")
	for name, c := range map[string]*container.Config{
		"web": {Image: server}, "relay": {Image: relay, Cmd: []string{"sh", "-c", idle}},
	} {
		if _, err := e.Client().ContainerCreate(t.Context(), c, nil, nil, nil, name); err != nil {
			t.Fatal(err)
		}
		if err := e.Client().ContainerStart(t.Context(), name, container.StartOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	web, err := e.Client().ContainerInspect(t.Context(), "web")
	if err != nil {
		t.Fatal(err)
	}
	address := web.NetworkSettings.Networks["bridge"].IPAddress + ":7"
	remotetest.Until(t, "the server answers", func() bool {
		conn, err := e.Dial(t.Context(), "relay", address)
		if err != nil {
			return false
		}
		defer conn.Close()
		fmt.Fprintln(conn, "are you there")
		line, _ := bufio.NewReader(conn).ReadString('\n')
		return line != ""
	})
	var opens, turns []time.Duration
	for range 10 {
		began := time.Now()
		conn, err := e.Dial(t.Context(), "relay", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		lines := bufio.NewReader(conn)
		for i := range 20 {
			sent := time.Now()
			fmt.Fprintf(conn, "line %d\n", i)
			line, err := lines.ReadString('\n')
			if want := fmt.Sprintf("line %d\n", i); line != want {
				t.Fatalf("%q, %v instead of %q", line, err, want)
			}
			if i == 0 {
				opens = append(opens, time.Since(began))
				continue
			}
			turns = append(turns, time.Since(sent))
		}
	}
	slices.Sort(opens)
	slices.Sort(turns)
	t.Logf("opened, with an answer, in %s (p50), %s at most; an answer takes %s (p50), %s (p95)",
		opens[len(opens)/2], opens[len(opens)-1], turns[len(turns)/2], turns[len(turns)*95/100])
}

func reached(t testing.TB, e *remote.Engine) {
	t.Helper()
	began := time.Now()
	remotetest.Until(t, "the engine answers", func() bool { return ping(t, e) == nil })
	t.Logf("reached again after %s", time.Since(began).Round(10*time.Millisecond))
}

func ping(t testing.TB, e *remote.Engine) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	return e.Ping(ctx)
}
