package flights

import (
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"goaround/engine/release"
)

// TestAFleet is the round of `.ci/fleet N`: N hosts behind SSH, with customers at all of
// them, who are all answered. It flies alone, for the sake of its figures.
func TestAFleet(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("GOAROUND_FLEET"))
	if n < 2 {
		t.Skip("GOAROUND_FLEET says on how many hosts, 2 at least: see .ci/fleet")
	}
	began := time.Now()
	f, ada := newFleet(t, n)
	t.Setenv("PATH", f.Path())
	amend(t, ada.folder, "goaround.yaml", "allow_yes: true", "allow_yes: true\nwaves: [1, rest]")
	grace := f.laptop(t, colleague(t, ada.stack))
	image := f.image(t, "v2")
	bare := f.bare(t)
	t.Logf("%d hosts are up after %s", n, time.Since(began).Round(time.Millisecond))
	loads := f.load(t, 100)

	d := ada.fly(t, "deploy", image, "--plain")
	d.toCutover()
	d.say("go")
	d.expect("before the CUTOVER to v2 on web-2")
	f.serves(t, "v2", "v1")
	d.say("go")
	t.Log(d.expect("CUTOVER traffic is on blue"))
	d.sees("watch   until")
	f.serves(t, "v2")
	var calls []time.Duration
	for range rounds {
		d.say("rollback")
		d.expect("TRAFFIC IS BACK on v1")
		d.expect("written down")
		calls = append(calls, bare())
		d.say("forward")
		d.expect("TRAFFIC IS THERE on v2")
		d.expect("written down")
	}
	loads[n-1].Stop()
	f.cutAndHeal(t, d)
	loads = append(loads, f.stacks[n-1].Load(t, 100))

	signal(t, d, syscall.SIGSTOP)
	mention(t, grace.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1", "END     rolled back")
	f.serves(t, "v1")
	signal(t, d, syscall.SIGCONT)
	d.expect("LEASE   taken over by grace")
	d.ends(15)
	f.serves(t, "v1")
	grace.leavesNothing(t)
	ada.leavesNothing(t)

	sent := answered(t, loads)
	events := ada.events(t, "latest")
	back, confirmed := rollbacks(events, sent), confirmations(events)
	if len(back) != rounds || len(confirmed) != rounds {
		t.Fatalf("the recording has %d rollbacks, %d of them confirmed, want %d", len(back), len(confirmed), rounds)
	}
	t.Logf("%d hosts, %d rollbacks, %d requests", n, rounds+1, len(sent))
	t.Logf("rollback, intent to the last host confirmed:       p50 %s, p95 %s", quantile(confirmed, 0.5), quantile(confirmed, 0.95))
	t.Logf("rollback, intent to the last send that v2 answered: p50 %s, p95 %s", quantile(back, 0.5), quantile(back, 0.95))
	t.Logf("bare runtime call of HAProxy to all hosts at once:  p50 %s, p95 %s", quantile(calls, 0.5), quantile(calls, 0.95))
	t.Logf("the round took %s", time.Since(began).Round(time.Millisecond))
}

// bare is a call to the proxies of all hosts at once, over SSH as goaround's are, and
// returns how long the slowest took.
func (f *fleet) bare(t testing.TB) (call func() time.Duration) {
	t.Helper()
	var proxies []*admin
	for i, s := range f.stacks {
		proxies = append(proxies, dialAdmin(t, s, "ssh://root@"+f.hosts[i].Name))
	}
	return func() time.Duration {
		var all sync.WaitGroup
		began := time.Now()
		for _, p := range proxies {
			all.Go(func() { p.call(t) })
		}
		all.Wait()
		return time.Since(began)
	}
}

// confirmations is, for each rollback of a recording, how long after its intent the last
// host had confirmed it.
func confirmations(events []release.Event) (all []time.Duration) {
	back := map[string]bool{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case release.SwitchStarted:
			back[b.Name] = b.Way.Back
		case release.TrafficMoved:
			if back[b.Switch] {
				all = append(all, b.Took)
			}
		}
	}
	return all
}
