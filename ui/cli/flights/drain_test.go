package flights

import (
	"net/http"
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// echoes asks that a WebSocket goes on, to the version that it was opened to.
func echoes(t testing.TB, k *composetest.Socket, version, when string) {
	t.Helper()
	if err := k.Echo(); err != nil || k.Version != version {
		t.Errorf("%s the WebSocket of %s, opened to %s: %v", when, version, k.Version, err)
	}
}

// drainFor sets how long what is in flight gets.
func drainFor(t testing.TB, s *composetest.Stack, span string) {
	t.Helper()
	amend(t, s.Dir, "goaround.yaml", "allow_yes: true", "allow_yes: true\nrollback: {drain: "+span+"}")
}

// moved waits until every kind of client has been answered by a version, and by no other
// since.
func moved(t testing.TB, load *composetest.Load, version string) {
	t.Helper()
	began := time.Now()
	composetest.Until(t, "each kind of client to be answered by "+version, func() bool {
		fresh, kept, slow := false, false, false
		for _, r := range load.Sent() {
			if r.At.Before(began) || r.Err != nil {
				continue
			}
			if r.Version != version {
				t.Fatalf("%s answered what was sent %s after the move to %s", r.Version, r.At.Sub(began), version)
			}
			fresh, kept, slow = fresh || !r.Kept, kept || r.Kept && !r.Slow, slow || r.Slow
		}
		return fresh && kept && slow
	})
}

func TestClientsOfEveryKindGoThroughACutoverARollbackAndTheClose(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	drainFor(t, s, "5m")
	load := s.Load(t, 80)
	old := s.Socket(t)

	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()
	moved(t, load, "v2")
	echoes(t, old, "v1", "after the cutover")
	young := s.Socket(t)
	echoes(t, young, "v2", "after the cutover")

	f.say("rollback")
	f.expect("TRAFFIC IS BACK on v1")
	f.expect("written down")
	f.say("close")
	f.expect("draining ")
	moved(t, load, "v1")
	echoes(t, young, "v2", "while v2 is drained")
	echoes(t, old, "v1", "while v2 is drained")
	closed := time.Now()
	young.Close()
	f.expect("step    stop blue ok")
	if waited := time.Since(closed); waited > time.Minute {
		t.Errorf("the stop came %s after the last connection had ended", waited)
	}
	f.ends(10)
	echoes(t, old, "v1", "after the end")

	load.Stop()
	for i, failed := range load.Failed() {
		t.Errorf("request %d that failed: %+v", i, failed)
	}
	if n := cuts(ada, t); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
}

func TestWhatDoesNotEndInTheDrainIsCutAndCounted(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	drainFor(t, s, "2s")
	socket := s.Socket(t)
	slow := make(chan int, 1)
	go func() {
		res, err := http.Get(s.URL + "/slow?for=10m")
		if err != nil {
			slow <- 0
			return
		}
		res.Body.Close()
		slow <- res.StatusCode
	}()

	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()
	f.expect("type close")
	echoes(t, socket, "v1", "in the watch")
	f.say("close")
	f.expect("draining 2 requests")
	f.expect("2 connections were cut after 2s")
	if !socket.Wait() {
		t.Error("the WebSocket was not cut")
	}
	if status := <-slow; status == http.StatusOK {
		t.Errorf("the slow request was answered with %d", status)
	}
	f.ends(0)
	if n := cuts(ada, t); n != 2 {
		t.Errorf("the recording counts %d cut connections, want 2", n)
	}
	mention(t, ada.must(t, 0, "sessions", "--remote"), "2 connections cut")
}

// cuts is how many connections the newest recording says were cut.
func cuts(c crew, t testing.TB) int {
	t.Helper()
	s := release.Fold(release.State{}, c.events(t, "latest")...)
	n := 0
	for _, o := range s.Ops {
		if o.Verb == targets.VerbRetire {
			n += o.Cut
		}
	}
	return n
}

func TestARollbackBySomebodyElseStopsTheDrainAndCutsNothing(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	drainFor(t, s, "5m")
	socket := s.Socket(t)
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toWatch()
	f.expect("type close")
	f.say("close")
	f.expect("draining 1 request")

	grace := colleague(t, s)
	mention(t, grace.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1")
	f.ends(release.EndLocked.ExitCode())
	echoes(t, socket, "v1", "after the rollback")
	is(t, grace, targets.Base, "v1", targets.NoSlot)
	if v := s.Version(t.Context()); v != "v1" {
		t.Errorf("%q answers, want v1", v)
	}
}
