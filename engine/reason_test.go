package engine_test

import (
	"testing"
	"time"

	"goaround/engine"
	"goaround/engine/release"
	"goaround/targets/fake"
	"goaround/targets/text"
)

func TestARollbackIsExplainedAfterwards(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.do(release.Rollback{})
		r.paused(release.PauseClose)
		r.do(release.Explain{Reason: release.ReasonData, Text: text.Clean("orders doubled")})
		r.do(release.Proceed{Pause: release.PauseClose})
		if sw, _ := r.ends(release.EndRolledBack).Rollback(); sw.Reasoning() != "data: orders doubled" {
			t.Errorf("it was for %q", sw.Reasoning())
		}
	})
}

func TestARollbackNeedsNoReason(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.do(release.Rollback{})
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		if sw, _ := r.ends(release.EndRolledBack).Rollback(); sw.Reasoning() != "no reason given" {
			t.Errorf("it was for %q", sw.Reasoning())
		}
	})
}

// `goaround rollback` asks at its end, if somebody is there: of a rollback that is done.
func TestGoaroundRollbackAsksWhatItWasForAndThenEnds(t *testing.T) {
	ben := release.Actor{Name: "ben", Role: release.RolePilot}
	asks := func(c *engine.Config, _ *fake.Target) { c.Asks = true }
	for name, c := range map[string]struct {
		change func(*engine.Config, *fake.Target)
		answer release.Intent // nil: nobody answers
		gone   bool           // the terminal is closed
		want   string
		lasts  time.Duration
	}{
		"answered":       {asks, release.Explain{Reason: release.ReasonSecurity}, false, "security", 0},
		"left out":       {asks, release.Proceed{Pause: release.PauseClose}, false, "no reason given", 0},
		"nobody answers": {asks, nil, false, "no reason given", release.AskedFor},
		"interrupted":    {asks, nil, true, "no reason given", 0},
		"with --why": {func(c *engine.Config, _ *fake.Target) { c.Why = text.Clean("third party provider is down") }, nil, false,
			"third party: provider is down", 0},
		"nobody is there": {func(*engine.Config, *fake.Target) {}, nil, false, "no reason given", 0},
	} {
		t.Run(name, func(t *testing.T) {
			fly(t, options{}, func(r *rig) {
				r.watch()
				r.do(release.Leave{})
				r.ends(release.EndHeld)
				began := time.Now()
				e, cancel := r.goaround(c.change)
				defer cancel()
				for batch := range e.As(ben).Follow(r.Context(), 0) {
					for _, ev := range batch {
						if _, ok := ev.Body.(release.PauseOpened); !ok {
							continue
						}
						if c.gone {
							cancel()
						}
						if c.answer != nil {
							if err := e.As(ben).Do(r.Context(), c.answer); err != nil {
								t.Error(err)
							}
						}
					}
				}
				s, _ := e.Wait()
				sw, _ := s.Rollback()
				if s.Ended.End != release.EndRolledBack || sw.Reasoning() != c.want || sw.Reason != "" && s.Switches[0].By != ben {
					t.Errorf("ended %q, for %q", s.Ended.End, sw.Reasoning())
				}
				if took := time.Since(began); took < c.lasts || took > c.lasts+50*time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}
