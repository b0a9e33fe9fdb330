package engine_test

import (
	"fmt"
	"testing"
	"time"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
)

// spent is how long the parts of a session took on hosts 20 ms away.
type spent struct{ preflight, cutover, rollback time.Duration }

func far(f *fake.Target) {
	for _, v := range []targets.Verb{fake.Acquire, fake.Resolve, fake.Observe, fake.Past, targets.VerbStage, targets.VerbRoute, targets.VerbPersist, targets.VerbRetire} {
		f.Take(v, "", 20*time.Millisecond)
	}
}

func flownOn(t *testing.T, n int) (took spent) {
	t.Helper()
	var hosts []string
	for i := range n {
		hosts = append(hosts, fmt.Sprintf("web-%d", i+1))
	}
	fly(t, options{hosts: hosts, target: far}, func(r *rig) {
		s := r.until("the baseline", func(s release.State) bool { it, _ := s.Item("baseline"); return it.Status == release.StatusOK })
		took.preflight = s.Mono
		r.cut()
		s = r.until("the watch", func(s release.State) bool { return s.CutAt > 0 && s.Phase == release.PhaseWatch })
		cut, _ := s.Step(plan.StepCutover)
		took.cutover = cut.Took
		r.do(release.Rollback{})
		s = r.until("rolled back", rolledBack)
		sw, _ := s.Switch()
		took.rollback = sw.Moved
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
	})
	return took
}

// The time is that of a bubble: it counts what waits for what, and no processor.
func TestManyHostsTakeAsLongAsOne(t *testing.T) {
	var one spent
	for _, n := range []int{1, 2, 4, 8, 16, 32} {
		took := flownOn(t, n)
		if n == 1 {
			one = took
		}
		t.Logf("%2d hosts: preflight %s, cutover %s, rollback %s", n, took.preflight, took.cutover, took.rollback)
		for what, of := range map[string][2]time.Duration{"preflight": {took.preflight, one.preflight}, "cutover": {took.cutover, one.cutover}, "rollback": {took.rollback, one.rollback}} {
			if of[1] == 0 || float64(of[0]) > 1.5*float64(of[1]) {
				t.Errorf("%s takes %s on %d hosts and %s on one", what, of[0], n, of[1])
			}
		}
	}
}
