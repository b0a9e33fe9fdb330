package flights

import (
	"testing"
	"time"
)

// TestALinkThatIsSlowAndLoses flies there and back to two hosts, one of them behind a link
// on which packets that come back take long and get lost. In a soak it carries some 40 kB/s:
// there is little in the proxies' logs.
func TestALinkThatIsSlowAndLoses(t *testing.T) {
	t.Parallel()
	f, ada := newFleet(t, 2)
	image := f.image(t, "v2")
	f.hosts[1].Slow(t, linkDelay, linkLoss)
	began := time.Now()
	f.stacks[1].Version(t.Context())
	if took := time.Since(began); took < 2*linkDelay {
		t.Errorf("a request over the link took %s: it is not slow", took)
	}
	loads := f.load(t, 4)
	began = time.Now()
	d := ada.fly(t, "deploy", image, "--plain")
	d.toWatch()
	t.Logf("in the watch after %s", time.Since(began).Round(time.Millisecond))
	f.serves(t, "v2")
	d.say("rollback")
	t.Log(d.expect("TRAFFIC IS BACK on v1, 2 of 2 hosts"))
	d.expect("the rollback is done")
	f.serves(t, "v1")
	d.say("forward")
	t.Log(d.expect("TRAFFIC IS THERE on v2, 2 of 2 hosts"))
	d.expect("written down")
	d.say("leave")
	d.ends(12)
	mention(t, ada.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1, 2 of 2 hosts")
	f.serves(t, "v1")
	answered(t, loads)
	ada.leavesNothing(t)
}
