package flights

import (
	"strings"
	"testing"

	"goaround/targets/compose/composetest"
	"goaround/targets/compose/enginetest"
)

// twoEngines are engines of the test's own with the same stack, and somebody who deploys
// to both.
func twoEngines(t testing.TB, watch string) (engines [2]*enginetest.Engine, stacks [2]*composetest.Stack, ada crew) {
	t.Helper()
	machine := composetest.Engine(t)
	for i := range engines {
		engines[i] = enginetest.Start(t, "--live-restore")
		engines[i].Load(t, machine, composetest.Proxy)
	}
	stacks[0] = composetest.UpOn(t, engines[0].Docker, engines[0].Address)
	engines[1].Load(t, engines[0].Docker, stacks[0].Project+"-web:v1")
	stacks[1] = stacks[0].Beside(t, engines[1].Docker, engines[1].Address)
	watchFor(t, stacks[0], watch)
	amend(t, stacks[0].Dir, "goaround.yaml", "hosts: [local]", "hosts: ['"+engines[0].Host+"', '"+engines[1].Host+"']")
	return engines, stacks, pilot(t, stacks[0])
}

// TestARollbackGoesWithoutAHostThatIsCutOff takes an engine away after a deploy to two.
func TestARollbackGoesWithoutAHostThatIsCutOff(t *testing.T) {
	t.Parallel()
	engines, stacks, ada := twoEngines(t, "1s")
	image := stacks[0].Image(t, "v2")
	engines[1].Load(t, engines[0].Docker, image)
	ship(ada, t, image)
	engines[1].Kill(t)

	mention(t, ada.must(t, 0, "status"), "v2 is live in blue", "what is live cannot be known")
	mention(t, ada.must(t, 13, "rollback"), "TRAFFIC IS BACK on v1", "could not be reached and serves what it served", "hint: `goaround rollback` once more")
	for i, want := range []string{"v1", "v2"} {
		if v := stacks[i].Version(t.Context()); v != want {
			t.Errorf("%q answers on host %d, want %s", v, i, want)
		}
	}

	engines[1].Start(t, "--live-restore")
	mention(t, ada.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1")
	for i, s := range stacks {
		if v := s.Version(t.Context()); v != "v1" {
			t.Errorf("%q answers on host %d", v, i)
		}
	}
	if n := strings.Count(ada.must(t, 0, "status"), "v1 is live in base"); n != 2 {
		t.Errorf("v1 is live in base on %d hosts", n)
	}
}
