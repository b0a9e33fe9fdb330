package compose_test

import (
	"testing"

	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
	"goaround/targets/compose/enginetest"
)

// fleetOf is a stack on engines of the test's own, and their addresses.
func fleetOf(t *testing.T, n int) (*composetest.Stack, []string) {
	t.Helper()
	machine := composetest.Engine(t)
	var s *composetest.Stack
	var hosts []string
	for i := range n {
		e := enginetest.Start(t)
		e.Load(t, machine, composetest.Proxy)
		if i == 0 {
			s = composetest.UpOn(t, e.Docker, e.Address)
		} else {
			e.Load(t, s.Docker, s.Project+"-web:v1")
			s.Beside(t, e.Docker, e.Address)
		}
		hosts = append(hosts, e.Host)
	}
	return s, hosts
}

// TestOfTwoLaptopsOneGetsTheLeaseOfAllHosts has both begin at the same moment, each with
// the hosts in another order.
func TestOfTwoLaptopsOneGetsTheLeaseOfAllHosts(t *testing.T) {
	t.Parallel()
	s, hosts := fleetOf(t, 3)
	with := func(order ...string) *compose.Target {
		return openWith(t, s, func(c *compose.Config) { c.Env.Hosts = order })
	}
	pair := []*compose.Target{with(hosts[0], hosts[1], hosts[2]), with(hosts[2], hosts[1], hosts[0])}
	const rounds = pairs / 5
	wins := race(t, pair, rounds)
	seen, err := pair[0].Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range seen.Hosts {
		if h.Lease != nil {
			t.Errorf("%s is left locked by %s", h.Name, h.Lease.By)
		}
	}
	t.Logf("%d rounds over %d hosts: won %v", rounds, len(hosts), wins)
}
