package flights

import (
	"strings"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// TestAKilledDeployLeavesTheSiteServing kills goaround where it would hurt most. Each
// moment is a line that it writes.
func TestAKilledDeployLeavesTheSiteServing(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		name, line string
		live       targets.Slot // afterwards; NoSlot: either
	}{
		{"as the new version is started", "step    start blue ...", targets.Base},
		{"as the traffic moves", "step    CUTOVER to blue ...", targets.NoSlot},
		{"before the move is written down", "CUTOVER traffic is on blue", targets.Blue},
		{"in the watch", "host    local: persist blue ok", targets.Blue},
	} {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			s, ada := stack(t, "30m")
			f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
			f.expect("for GO / NO-GO")
			f.say("go")
			if !strings.Contains(at.line, "start") {
				f.expect("before the CUTOVER")
				f.say("go")
			}
			load := s.Load(t, 50)
			f.expect(at.line)
			f.kill()
			n := load.Count()
			composetest.Until(t, "50 more requests", func() bool { return load.Count() >= n+50 })
			load.Stop()
			for _, failed := range load.Failed() {
				t.Errorf("a request failed: %v", failed.Err)
			}
			grace := colleague(t, s)
			h := status(t, grace).Observed.Hosts[0]
			if at.live != "" && h.Live != at.live {
				t.Errorf("%q is live, want %q", h.Live, at.live)
			}
			if h.Lease == nil || h.Lease.By.String() != "ada" {
				t.Errorf("status says of the lease of who was killed: %+v", h.Lease)
			}
			code, said := ada.run(t, "sessions", "verify", "latest")
			if code != 14 || !strings.Contains(said, "VERIFIED to") && !strings.Contains(said, "TORN after") {
				t.Errorf("the recording: exit %d, %s", code, said)
			}
			if h.Live != targets.Base {
				mention(t, grace.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1")
				is(t, ada, targets.Base, "v1", targets.NoSlot)
				return
			}
			mention(t, grace.must(t, 14, "rollback"), "nothing was live before")
			if v := s.Version(t.Context()); v != "v1" {
				t.Errorf("%q answers, want v1", v)
			}
		})
	}
}

// A rollback that has nowhere to go takes the lease from nobody.
func TestARollbackWithNoWayBackLeavesADeployAlone(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toCutover()
	mention(t, colleague(t, s).must(t, 14, "rollback"), "nothing was live before")
	f.say("go")
	f.sees("step    write down ok")
	f.say("leave")
	f.ends(12)
}

// TestASilentLeaseIsTakenOver lets a deploy die, and another go on when its lease has
// been silent for long enough.
func TestASilentLeaseIsTakenOver(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.toCutover()
	f.kill()
	grace := colleague(t, s)
	image := s.Image(t, "v3")
	mention(t, grace.fly(t, "deploy", image, "--plain").ends(15), "the lease is held by ada")
	var g *flight
	composetest.Until(t, "the lease to be free", func() bool {
		<-time.After(2 * time.Second)
		g = grace.fly(t, "deploy", image, "--plain")
		select {
		case <-g.over:
			return false
		case <-g.line("for GO / NO-GO"):
			return true
		}
	})
	g.say("go")
	g.expect("before the CUTOVER")
	g.say("go")
	g.sees("step    write down ok")
	is(t, ada, targets.Blue, "v3", targets.Base)
	g.say("leave")
	g.ends(12)
}
