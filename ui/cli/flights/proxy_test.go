package flights

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"

	"goaround/targets/compose/composetest"
)

func TestTheProxyIsRestartedAndReloadedInTheWatch(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()

	load := s.Load(t, 100)
	reload(t, s)
	answers(t, load, "v2")
	back(f)
	answers(t, load, "v1")
	reload(t, s)
	forward(f)
	answers(t, load, "v2")
	load.Stop()
	for _, failed := range load.Failed() {
		t.Errorf("over two reloads a request failed: %v", failed.Err)
	}

	load = s.Load(t, 100)
	restart(t, s, load)
	back(f)
	answers(t, load, "v1")
	load.Stop()
	t.Logf("a restart of the proxy, %d requests: %d failed, none was answered for %s", load.Count(), len(load.Failed()), outage(load))
	load = s.Load(t, 100)
	restart(t, s, load)
	answers(t, load, "v1")
	load.Stop()
	t.Logf("another, %d requests: %d failed, none was answered for %s", load.Count(), len(load.Failed()), outage(load))

	swapAddresses(t, s, s.Project+"-web-1", s.Project+"-blue-web-blue-1")
	steadily(t, s, "v1")
	f.insist("forward", "FORWARD to v2")
	f.expect("written down")
	steadily(t, s, "v2")
	f.say("leave")
	f.ends(12)
}

// reload has the proxy start a new worker, as after a change of its file, and waits for
// nothing.
func reload(t testing.TB, s *composetest.Stack) {
	t.Helper()
	if err := s.Docker.ContainerKill(t.Context(), s.Project+"-proxy-1", "USR2"); err != nil {
		t.Fatal(err)
	}
}

// reloaded reloads the proxy and waits until the new worker is there. A reload that is
// asked for right behind another is lost, and asked for again.
func reloaded(t testing.TB, s *composetest.Stack) {
	t.Helper()
	before, looks := workers(t, s), 0
	composetest.Until(t, "a new worker of the proxy", func() bool {
		if looks%50 == 0 {
			reload(t, s)
		}
		looks++
		return workers(t, s) > before
	})
}

// workers is how many workers the proxy has started, by its own word.
func workers(t testing.TB, s *composetest.Stack) int {
	t.Helper()
	log, err := s.Docker.ContainerLogs(t.Context(), s.Project+"-proxy-1", container.LogsOptions{ShowStderr: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	said, err := io.ReadAll(log)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(said, []byte("Loading success"))
}

// restart restarts the proxy under a load that has begun, as far as anybody can see.
func restart(t testing.TB, s *composetest.Stack, load *composetest.Load) {
	t.Helper()
	composetest.Until(t, "20 requests", func() bool { return load.Count() >= 20 })
	if err := s.Docker.ContainerRestart(t.Context(), s.Project+"-proxy-1", container.StopOptions{}); err != nil {
		t.Fatal(err)
	}
}

func back(f *flight) {
	f.t.Helper()
	f.say("rollback")
	f.expect("TRAFFIC IS BACK on v1")
	f.expect("written down")
}

func forward(f *flight) {
	f.t.Helper()
	f.say("forward")
	f.expect("TRAFFIC IS THERE on v2")
	f.expect("written down")
}

// answers waits for 50 more requests of a load that are answered. All that are sent from
// now on, and answered, must be by version.
func answers(t testing.TB, load *composetest.Load, version string) {
	t.Helper()
	since := time.Now()
	composetest.Until(t, "50 answers", func() bool {
		n := 0
		for _, r := range load.Sent() {
			if r.At.Before(since) || r.Err != nil {
				continue
			}
			if n++; r.Version != version {
				t.Fatalf("%s answered a request sent %s after the traffic was on %s", r.Version, r.At.Sub(since), version)
			}
		}
		return n >= 50
	})
}

// outage is the longest time between two requests that were answered and sent one after
// the other, but for others that were not answered.
func outage(load *composetest.Load) (longest time.Duration) {
	sent := slices.DeleteFunc(load.Sent(), func(r composetest.Sent) bool { return r.Slow })
	slices.SortFunc(sent, func(a, b composetest.Sent) int { return a.At.Compare(b.At) })
	var last time.Time
	broken := false
	for _, r := range sent {
		if r.Err != nil {
			broken = true
			continue
		}
		if broken && !last.IsZero() {
			longest = max(longest, r.At.Sub(last))
		}
		last, broken = r.At, false
	}
	return longest
}

// steadily waits until nothing but version answers.
func steadily(t testing.TB, s *composetest.Stack, version string) {
	t.Helper()
	row := 0
	composetest.Until(t, "50 answers of "+version+" in a row", func() bool {
		if row++; s.Version(t.Context()) != version {
			row = 0
		}
		return row == 50
	})
}

// swapAddresses restarts two containers in the other order, so that each gets the address
// that the other had.
func swapAddresses(t testing.TB, s *composetest.Stack, first, second string) {
	t.Helper()
	before := []string{address(t, s, first), address(t, s, second)}
	for _, name := range []string{first, second} {
		if err := s.Docker.ContainerStop(t.Context(), name, container.StopOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{second, first} {
		if err := s.Docker.ContainerStart(t.Context(), name, container.StartOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	after := []string{address(t, s, first), address(t, s, second)}
	t.Logf("addresses were %v and are %v", before, after)
	if slices.Equal(before, after) {
		t.Error("the restart in another order changed no address")
	}
}

func address(t testing.TB, s *composetest.Stack, name string) string {
	t.Helper()
	in, err := s.Docker.ContainerInspect(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return in.NetworkSettings.Networks[s.Project+"_default"].IPAddress
}
