package flights

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"goaround/targets/compose/composetest"
	"goaround/targets/compose/enginetest"
)

// sites is one stack on several engines of the test's own.
type sites struct {
	engines []*enginetest.Engine
	stacks  []*composetest.Stack
}

// pair is a stack on two engines that need no SSH, web-1 and web-2, and somebody who
// deploys there.
func pair(t testing.TB, watch string) (sites, crew) {
	t.Helper()
	composetest.Engine(t)
	s := sites{engines: []*enginetest.Engine{enginetest.Start(t), enginetest.Start(t)}}
	s.open(t)
	ada := pilot(t, s.stacks[0])
	watchFor(t, ada.stack, watch)
	amend(t, ada.folder, "goaround.yaml", "hosts: [local]", "hosts: ['context:web-1', 'context:web-2']")
	ada.env = []string{"DOCKER_CONFIG=" + t.TempDir()}
	for i, e := range s.engines {
		ada.context(t, fmt.Sprintf("web-%d", i+1), e.Host)
	}
	return s, ada
}

// open brings the stack up on all engines.
func (s *sites) open(t testing.TB) {
	t.Helper()
	for i, e := range s.engines {
		e.Load(t, composetest.Engine(t), composetest.Proxy)
		if i == 0 {
			s.stacks = append(s.stacks, composetest.UpOn(t, e.Docker, e.Address))
			continue
		}
		first := s.stacks[0]
		e.Load(t, first.Docker, first.Project+"-web:v1")
		s.stacks = append(s.stacks, first.Beside(t, e.Docker, e.Address))
	}
}

// context makes a Docker context of the crew's.
func (c crew) context(t testing.TB, name, address string) {
	t.Helper()
	cmd := exec.Command("docker", "context", "create", name, "--docker", "host="+address)
	cmd.Env = append(os.Environ(), c.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make a context: %v\n%s", err, out)
	}
}

// image makes a version on all engines.
func (s *sites) image(t testing.TB, version string) string {
	t.Helper()
	ref := s.stacks[0].Image(t, version)
	for _, e := range s.engines[1:] {
		e.Load(t, s.engines[0].Docker, ref)
	}
	return ref
}

// serves fails the test if an engine answers with anything but its version: the first
// with the first, and those for which there is none with the last.
func (s *sites) serves(t testing.TB, versions ...string) {
	t.Helper()
	for i, stack := range s.stacks {
		if v, want := stack.Version(t.Context()), versions[min(i, len(versions)-1)]; v != want {
			t.Errorf("web-%d answers %q, want %s", i+1, v, want)
		}
	}
}

// load starts rps requests a second at each.
func (s *sites) load(t testing.TB, rps int) (loads []*composetest.Load) {
	for _, stack := range s.stacks {
		loads = append(loads, stack.Load(t, rps))
	}
	return loads
}

// answered stops the loads and returns all that they sent, each of which must have been
// answered.
func answered(t testing.TB, loads []*composetest.Load) (sent []composetest.Sent) {
	t.Helper()
	for _, l := range loads {
		sent = append(sent, l.Stop()...)
		for _, failed := range l.Failed() {
			t.Errorf("a request of %s failed: %v", failed.At.Format(time.StampMilli), failed.Err)
		}
	}
	return sent
}
