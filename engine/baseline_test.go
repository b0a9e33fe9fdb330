package engine_test

import (
	"testing"
	"time"

	"goaround/engine/release"
	"goaround/targets/fake"
)

func TestABurstThatWasFollowedByNothingIsNoSteadyTraffic(t *testing.T) {
	burst := func(f *fake.Target) {
		f.Flowing(400, fake.Steady, 2*time.Second)
		f.Traffic(0, fake.Steady)
		time.Sleep(time.Minute)
	}
	fly(t, options{quiet: true, target: burst}, func(r *rig) {
		s := r.until("the baseline is learned", func(s release.State) bool { return len(s.Baselines) > 0 })
		if b := s.Baselines[0]; b.N < 700 || b.Rate() > 15 {
			t.Errorf("%d requests in %d s, %.1f a second", b.N, b.Seconds, b.Rate())
		}
		r.stop()
	})
}

func TestABaselineIsWaitedForWhereItCanCome(t *testing.T) {
	for name, c := range map[string]struct {
		rps  float64
		wait bool
	}{"a trickle brings no more in time": {0.2, false}, "some are lacking, and come": {0.33, true}} {
		t.Run(name, func(t *testing.T) {
			flow := func(f *fake.Target) { f.Flowing(c.rps, fake.Steady, 15*time.Minute) }
			fly(t, options{quiet: true, target: flow}, func(r *rig) {
				s := r.until("the baseline is learned", func(s release.State) bool { return len(s.Baselines) > 0 })
				if waited := s.Mono > 5*time.Second; waited != c.wait {
					t.Errorf("it took %s for %d requests", s.Mono, s.Baselines[0].N)
				}
				r.stop()
			})
		})
	}
}
