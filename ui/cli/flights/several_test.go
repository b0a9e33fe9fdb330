package flights

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// several is a stack whose release is web and api behind the proxy, and a worker.
func several(t *testing.T, order string) (*composetest.Stack, crew) {
	t.Helper()
	s := composetest.New(t)
	s.AddService(t, "api")
	s.AddWorker(t, "mailer", order)
	s.ComposeUp(t)
	s.WaitFor(t, "v1")
	watchFor(t, s, "1s")
	visit(t, s, 320)
	return s, pilot(t, s)
}

// whole asks that both services answer with one version, and that the one worker runs in
// one slot.
func whole(t *testing.T, s *composetest.Stack, c crew, version string, slot targets.Slot) {
	t.Helper()
	for _, path := range []string{"/", "/api/"} {
		if got := answerer(t, s.URL+path); got != version {
			t.Errorf("%s is answered by %q, want %s", path, got, version)
		}
	}
	r := status(t, c)
	if !r.Agree {
		t.Errorf("proxy, store and workers do not agree: %v", r.Observed.Hosts[0].Differences)
	}
	var working []string
	for at, state := range r.Observed.Hosts[0].Slots {
		for _, in := range state.Instances {
			if in.Worker && in.State == targets.Running {
				working = append(working, string(at))
			}
		}
	}
	if !slices.Equal(working, []string{string(slot)}) {
		t.Errorf("workers run in %v, want %s alone", working, slot)
	}
}

// answerer is the version that answers a request.
func answerer(t *testing.T, url string) string {
	t.Helper()
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.Header.Get("X-Version")
}

func TestSeveralServicesAndAWorkerMoveAsOne(t *testing.T) {
	t.Parallel()
	s, ada := several(t, "stop-first")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.expect("mailer stop-first, a gap without any")
	f.toCutover()
	whole(t, s, ada, "v1", targets.Base)
	f.say("go")
	f.sees("step    swap the workers ok")
	whole(t, s, ada, "v2", targets.Blue)
	for range 2 {
		f.expect("type close")
		f.say("rollback")
		f.expect("TRAFFIC IS BACK on v1, 1 of 1 hosts")
		f.expect("WORKERS ARE BACK on v1")
		f.expect("switch  written down")
		whole(t, s, ada, "v1", targets.Base)
		f.say("forward")
		f.expect("TRAFFIC IS THERE on v2")
		f.expect("WORKERS ARE THERE on v2")
	}
	f.expect("type close")
	f.say("close")
	f.ends(0)
	mention(t, ada.must(t, 0, "status"), "live, workers run", "cold, workers stand still")

	back := colleague(t, s).must(t, 0, "rollback")
	mention(t, back, "TRAFFIC IS BACK on v1", "WORKERS ARE BACK on v1")
	whole(t, s, ada, "v1", targets.Base)
}

func TestOneServiceThatIsNotWellMovesNone(t *testing.T) {
	t.Parallel()
	s, ada := several(t, "start-first")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--set", "api="+s.Image(t, "sick"), "--plain")
	f.expect("for GO / NO-GO")
	f.say("go")
	mention(t, f.ends(11), "api in blue did not get ready", "END     aborted before cutover")
	whole(t, s, ada, "v1", targets.Base)
	if c := runs(t, s); slices.Contains(c, "blue") {
		t.Errorf("what was staged still runs: %v", c)
	}
}

func TestAWorkerThatIsNotWellTakesAllBack(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"start-first", "stop-first"} {
		t.Run(order, func(t *testing.T) {
			t.Parallel()
			s, ada := several(t, order)
			f := ada.fly(t, "deploy", s.Image(t, "v2"), "--set", "mailer="+s.Image(t, "sick"), "--plain")
			f.toCutover()
			f.say("go")
			f.expect("CUTOVER traffic is on blue")
			f.expect("ROLLING BACK to v1 by engine: the workers could not be swapped on local")
			f.expect("WORKERS ARE BACK on v1")
			f.expect("type close")
			f.say("close")
			if out := f.ends(10); !strings.Contains(out, "warning: the mail server does not answer") {
				t.Errorf("the last lines of the worker are not shown\n%s", out)
			}
			whole(t, s, ada, "v1", targets.Base)
		})
	}
}

// The stack of a first release has nothing but its files.
func TestAFirstReleaseStartsItsWorkerLast(t *testing.T) {
	t.Parallel()
	s := composetest.New(t)
	s.AddService(t, "api")
	s.AddWorker(t, "mailer", "start-first")
	watchFor(t, s, "1s")
	ada := pilot(t, s)
	f := ada.fly(t, "deploy", s.Image(t, "v1"), "--plain")
	f.toCutover()
	in, err := s.Docker.ContainerInspect(t.Context(), s.Project+"-blue-mailer-blue-1")
	if err != nil || in.State.Status != container.StateCreated || !in.HostConfig.RestartPolicy.IsNone() {
		t.Errorf("before the cutover the worker is %+v, %v", in.State, err)
	}
	f.say("go")
	f.sees("step    start the workers ok")
	whole(t, s, ada, "v1", targets.Blue)
	f.expect("type close")
	f.say("close")
	f.ends(0)
}
