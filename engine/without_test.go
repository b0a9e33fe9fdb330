package engine_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"goaround/engine/release"
	"goaround/targets"
)

// returns is `goaround rollback`, which ends like that.
func (r *rig) returns(want release.End) release.State {
	r.Helper()
	s := r.rollback()
	if s.Ended.End != want {
		r.Fatalf("ended %q (%v), want %q", s.Ended.End, s.Ended.Problem, want)
	}
	return s
}

// A host that cannot be reached does not keep the others on the bad version, and is named.
func TestARollbackGoesWithoutAHostThatIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := begin(t, options{})
		defer func() { first.stop(); <-first.engine.Over(); first.target.Close() }()
		first.watch()
		first.do(release.Leave{})
		first.ends(release.EndHeld)
		first.target.Cut("web-2")

		s := first.returns(release.EndMixed)
		if p := s.Ended.Problem; p == nil || !strings.Contains(p.Error(), "web-2 could not be reached") || !strings.Contains(p.Hint.String(), "`goaround rollback` once more") {
			t.Errorf("ended with %v", s.Ended.Problem)
		}
		first.target.Restore("web-2")
		if got := serving(first); got != "base blue" {
			t.Errorf("the hosts serve %s", got)
		}
		first.returns(release.EndRolledBack)
		first.serves(targets.Base)
	})
}

// A deploy whose session died in the middle of its cutover is undone by a rollback that
// knows nothing of it.
func TestARollbackBringsHostsTogetherThatADeadSessionLeftApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := begin(t, options{file: inWaves})
		defer func() { first.stop(); <-first.engine.Over(); first.target.Close() }()
		first.first()
		first.target.Kill()
		first.stop()
		<-first.engine.Over()
		second := &rig{T: t, target: first.target.Peer(), config: first.config, store: first.store}
		if got := serving(second); got != "blue base" {
			t.Fatalf("the hosts serve %s", got)
		}
		second.returns(release.EndRolledBack)
		second.serves(targets.Base)
	})
}
