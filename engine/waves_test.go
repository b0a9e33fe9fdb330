package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/text"
)

func inWaves(f *checklist.File) { f.Waves = []int{1} }

var three = []string{"web-1", "web-2", "web-3"}

// serving is the slot of each host.
func serving(r *rig) string {
	r.Helper()
	seen, err := r.target.Observe(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	var all []string
	for _, h := range seen.Hosts {
		all = append(all, string(h.Live))
	}
	return strings.Join(all, " ")
}

// first flies to the hold after the first wave.
func (r *rig) first() release.State {
	r.Helper()
	r.cut()
	return r.until("the hold between the waves", func(s release.State) bool {
		return s.CanaryAt > 0 && s.Pause == release.PauseCutover
	})
}

func TestTheRestMovesAfterAHold(t *testing.T) {
	fly(t, options{file: inWaves, hosts: three}, func(r *rig) {
		s := r.first()
		if got := serving(r); got != "blue base base" {
			t.Errorf("after the first wave the hosts serve %s", got)
		}
		if w := s.Wave(); w.N != 2 || w.Of != 2 || !slices.Equal(w.Hosts, three[1:]) || s.CutAt != 0 || s.Bar(s.Mono).Kind != release.BarOneKey {
			t.Errorf("wave %+v, cut at %s, bar %s", w, s.CutAt, s.Bar(s.Mono).Kind)
		}
		r.until("web-1 is written down", func(s release.State) bool {
			return slices.ContainsFunc(s.Ops, func(o release.Op) bool { return o.ID == "persist-1@web-1" && o.Status == release.StatusOK })
		})
		r.until("a verdict on the first host", func(s release.State) bool {
			slot, level := s.Judging()
			return slot == targets.Blue && level == guard.OK && s.Guard.Enough()
		})
		r.do(release.Proceed{Pause: release.PauseCutover})
		r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch && s.CutAt > 0 })
		if got := serving(r); got != "blue blue blue" {
			t.Errorf("in the watch the hosts serve %s", got)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestTheKeyTakesTheFirstWaveBack(t *testing.T) {
	fly(t, options{file: inWaves, hosts: three}, func(r *rig) {
		r.first()
		r.do(release.Rollback{})
		r.ends(release.EndRolledBack)
		if got := serving(r); got != "base base base" {
			t.Errorf("the hosts serve %s", got)
		}
	})
}

func TestAWaveThatFailsTakesAllBack(t *testing.T) {
	fly(t, options{file: inWaves, hosts: three, target: func(f *fake.Target) {
		f.FailOnce(targets.VerbRoute, "web-3", text.NewProblem("server-down", "the proxy on web-3 cannot send to blue", "look"))
	}}, func(r *rig) {
		r.first()
		r.do(release.Proceed{Pause: release.PauseCutover})
		s := r.ends(release.EndRolledBack)
		if got := serving(r); got != "base base base" || s.Ended.Problem == nil || !strings.Contains(s.Ended.Problem.Error(), "web-3") {
			t.Errorf("the hosts serve %s, it ended with %v", got, s.Ended.Problem)
		}
	})
}

// sickBlue answers badly from blue, in a third of the cases.
func sickBlue(slot targets.Slot, _ time.Duration) fake.Mix {
	m := fake.Steady(slot, 0)
	if slot == targets.Blue {
		m.Errors = 0.3
	}
	return m
}

func TestAFirstWaveThatFailsItsUsersGoesNoFurther(t *testing.T) {
	sick := func(f *fake.Target) { f.Flowing(20, sickBlue, 15*time.Minute) }
	t.Run("a person is refused, and the guard goes back", func(t *testing.T) {
		fly(t, options{file: inWaves, hosts: three, quiet: true, target: sick}, func(r *rig) {
			r.first()
			r.until("RED", func(s release.State) bool { _, level := s.Judging(); return level == guard.Red })
			if err := r.pilot.Do(r.Context(), release.Proceed{Pause: release.PauseCutover}); err == nil || !strings.Contains(err.Error(), "RED") {
				t.Errorf("a wave onto a sick version: %v", err)
			}
			s := r.ends(release.EndRolledBack)
			if s.Ended.Problem == nil || !strings.Contains(s.Ended.Problem.Error(), "guard") || count(r.calls(), "route@web-3 blue") > 0 {
				t.Errorf("ended with %v", s.Ended.Problem)
			}
		})
	})
	t.Run("unattended", func(t *testing.T) {
		fly(t, options{file: inWaves, hosts: three, quiet: true, target: sick, config: yes}, func(r *rig) {
			r.ends(release.EndRolledBack)
			if n := count(r.calls(), "route@web-3 blue"); n > 0 {
				t.Error("the rest was moved")
			}
		})
	})
}

func TestUnattendedTheRestWaitsForAVerdict(t *testing.T) {
	fly(t, options{file: inWaves, hosts: three, config: func(c *engine.Config) { c.Yes = true }}, func(r *rig) {
		s := r.until("the watch", func(s release.State) bool { return s.CutAt > 0 })
		if s.CutAt-s.CanaryAt < time.Minute {
			t.Errorf("the rest moved %s after the first", s.CutAt-s.CanaryAt)
		}
		r.ends(release.EndShipped)
	})
}

func TestASessionThatDiedBetweenItsWavesIsResumedThere(t *testing.T) {
	synctestResume(t, options{file: inWaves, hosts: three}, func(r *rig) { r.first() }, func(r *rig) {
		s := r.paused(release.PauseVote)
		r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
		r.paused(release.PauseCutover)
		r.do(release.Proceed{Pause: release.PauseCutover})
		s = r.until("the hold", func(s release.State) bool { return s.CanaryAt > 0 && s.Pause == release.PauseCutover })
		if got := serving(r); got != "blue base base" || s.Wave().N != 2 {
			t.Errorf("the hosts serve %s, wave %+v", got, s.Wave())
		}
		r.do(release.Proceed{Pause: release.PauseCutover})
		r.until("the watch", func(s release.State) bool { return s.CutAt > 0 })
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}
