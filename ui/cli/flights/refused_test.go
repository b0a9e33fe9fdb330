package flights

import (
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// TestWhatIsWrongIsSaidAndNothingIsTouched breaks a stack in ways that happen. Each is
// told in a sentence and a hint, and what cannot be deployed is refused.
func TestWhatIsWrongIsSaidAndNothingIsTouched(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	image := s.Image(t, "v2")
	for _, c := range []trouble{
		{
			name: "an image of no service", args: []string{"deploy", "nginx:1", "--yes"},
			code: 14, say: "nginx", hint: s.Project + "-web",
		},
		{
			name: "an image that is nowhere", args: []string{"deploy", s.Project + "-web:v9", "--yes"},
			code: 14, say: s.Project + "-web:v9", hint: "hint: ",
		},
		{
			name: "a file that is not YAML", file: "goaround.yaml", old: "release:", new: "release: [",
			args: []string{"deploy", image, "--yes"}, code: 2, say: "goaround.yaml:", hint: "hint: ",
		},
		{
			name: "a file with a misspelt key", file: "goaround.yaml", old: "ready_within", new: "ready_withn",
			args: []string{"check"}, code: 2, say: "ready_withn", hint: "ready_within",
		},
		{
			name: "more items at one pause than are read", file: "goaround.yaml", old: "allow_yes: true",
			new:  "allow_yes: true\nchecklist:\n  pre:\n" + strings.Repeat("    - ask: \"Well?\"\n", 10),
			args: []string{"check"}, code: 0, say: "10 items wait at one pause, the vote", hint: "hint: ",
		},
		{
			name: "a stanza without the long holds", file: "haproxy/haproxy.cfg", old: "    hold refused  24h\n", reload: true,
			args: []string{"deploy", image, "--yes"}, code: 14, say: "hold refused", hint: "hint: ",
		},
		{
			name: "no admin socket", file: "haproxy/haproxy.cfg", old: "    stats socket ipv4@127.0.0.1:9999 level admin\n", reload: true,
			args: []string{"deploy", image, "--yes"}, code: 14, say: "stats socket", hint: "hint: ",
		},
		{
			name: "a ready path that is not there", file: "goaround.yaml", old: "ready: /healthz\n    ready_within: 60s", new: "ready: /nosuch\n    ready_within: 3s",
			args: []string{"deploy", image, "--yes"}, code: 14, say: "web runs and does not answer its `ready:` path", hint: "hint: ",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := containers(t, s)
			if c.file != "" {
				undo := amend(t, s.Dir, c.file, c.old, c.new)
				defer func() { undo(); c.takeIn(t, s) }()
			}
			c.takeIn(t, s)
			out := ada.must(t, c.code, c.args...)
			mention(t, out, c.say, c.hint)
			if diff := cmp.Diff(before, containers(t, s)); diff != "" {
				t.Errorf("the containers are not as before:\n%s\n%s", diff, out)
			}
			if v := s.Version(t.Context()); v != "v1" {
				t.Errorf("%q answers", v)
			}
		})
	}
}

// trouble is what is wrong, and what is said of it.
type trouble struct {
	name, file, old, new string // what is changed in a file of the project
	reload               bool   // the proxy takes it in
	args                 []string
	code                 int
	say, hint            string
}

// takeIn has the proxy take in its file, if that is what was changed.
func (c trouble) takeIn(t testing.TB, s *composetest.Stack) {
	t.Helper()
	if c.reload {
		reloaded(t, s)
	}
}

// TestAFirstReleaseWhosePortIsTaken has nothing to go back to: it takes down what it
// started, and comes up when the port is free. A rollback then takes it out of traffic.
func TestAFirstReleaseWhosePortIsTaken(t *testing.T) {
	t.Parallel()
	s := composetest.New(t)
	watchFor(t, s, "30m")
	l, err := net.Listen("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	ada := pilot(t, s)
	image := s.Image(t, "v2")

	out := ada.must(t, 11, "deploy", image, "--yes", "--plain")
	mention(t, out, "port "+port+" of local is taken", "hint: ")
	if up := runs(t, s); len(up) > 0 {
		t.Errorf("these slots run: %v", up)
	}

	l.Close()
	f := ada.fly(t, "deploy", image, "--plain")
	f.toWatch()
	is(t, ada, targets.Blue, "v2", targets.NoSlot)
	f.say("rollback")
	f.sees("nothing ran before: a rollback takes v2 out of traffic and stops blue")
	f.say("rollback yes")
	f.sees("OUT OF TRAFFIC v2, 1 of 1 hosts")
	f.expect("the rollback is done: type close")
	if up := runs(t, s); !slices.Equal(up, []string{"blue"}) || s.Version(t.Context()) != "" {
		t.Errorf("before it is closed %v run, and %q answers", up, s.Version(t.Context()))
	}
	f.say("forward")
	f.sees("TRAFFIC IS THERE on v2")
	s.WaitFor(t, "v2")
	f.say("rollback yes")
	f.expect("OUT OF TRAFFIC v2, 1 of 1 hosts")
	f.expect("the rollback is done: type close")
	f.say("close")
	f.ends(10)
	is(t, ada, targets.NoSlot, "", targets.NoSlot)
	if up := runs(t, s); len(up) > 0 {
		t.Errorf("these slots run: %v", up)
	}
	mention(t, ada.must(t, 0, "status"), "nothing is live since", "by a rollback", "nothing is live: v2 was taken out of traffic")
	mention(t, ada.must(t, 0, "rollback"), "nothing is live: v2 was taken out of traffic", "takes it live again")
	if err := s.Docker.ContainerRestart(t.Context(), s.Project+"-proxy-1", container.StopOptions{}); err != nil {
		t.Fatal(err)
	}
	composetest.Until(t, "the proxy to be up again", func() bool { code, _ := ada.run(t, "status"); return code == 0 })
	is(t, ada, targets.NoSlot, "", targets.NoSlot)

	again := ada.fly(t, "deploy", image, "--plain")
	again.toWatch()
	is(t, ada, targets.Blue, "v2", targets.NoSlot)
	again.say("leave")
	again.ends(12)
}
