package engine_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/fake"
)

func brief(f *checklist.File) { f.Watch, f.Post = 5*time.Minute, nil }

func broken(targets.Slot, time.Duration) fake.Mix {
	return fake.Mix{Errors: 0.9, P50: 40 * time.Millisecond, P95: 90 * time.Millisecond}
}

// Nobody is there: whatever the verdict, the session has an end.
func TestAnUnattendedSessionEnds(t *testing.T) {
	amber := func(since time.Duration) fake.Mix {
		m := fake.Steady(targets.Blue, since)
		m.P50, m.P95 = m.P50*16/10, m.P95*16/10
		return m
	}
	t.Run("amber for ever", func(t *testing.T) {
		fly(t, options{config: yes, file: brief, target: func(f *fake.Target) { f.Flowing(20, script(amber), 15*time.Minute) }}, func(r *rig) {
			r.ends(release.EndHeld)
		})
	})
	t.Run("a first release that is red", func(t *testing.T) {
		var empty *fake.Target
		config := func(c *engine.Config) {
			empty = fake.New(fake.Empty(), fake.Hosts("web-1", "web-2"))
			empty.Traffic(20, broken)
			c.Yes, c.Target = true, empty
			c.Outside = &http.Client{Transport: &http.Transport{DialContext: empty.Public, DisableKeepAlives: true}}
		}
		fly(t, options{config: config, file: brief}, func(r *rig) {
			defer empty.Close()
			if s := r.ends(release.EndHeld); !s.Plan.First() {
				t.Error("that was no first release")
			}
		})
	})
	t.Run("red, and the way back does not begin", func(t *testing.T) {
		red := func(since time.Duration) fake.Mix { return broken(targets.Blue, since) }
		fly(t, options{config: yes, file: brief, target: func(f *fake.Target) {
			f.Flowing(20, script(red), 15*time.Minute)
			f.Fail(targets.VerbStart, "", errors.New("no such container"))
		}}, func(r *rig) {
			r.until("the old slot was seen", func(s release.State) bool { return s.CutAt > 0 && len(s.Vitals) == 4 })
			r.target.Vanish("web-1", targets.Base)
			if s := r.ends(release.EndMixed); len(s.Switches) != 1 {
				t.Errorf("%d switches were begun", len(s.Switches))
			}
		})
	})
}

// goaround is a second command on the hosts of a session that is over.
func (r *rig) goaround(change func(*engine.Config, *fake.Target)) (*engine.Engine, context.CancelFunc) {
	r.Helper()
	file, errs := checklist.Parse("goaround.yaml", []byte(yaml))
	if len(errs) > 0 {
		r.Fatal(errs[0])
	}
	env := file.Environments[0]
	env.Hosts = []string{"web-1", "web-2"}
	peer := r.target.Peer()
	r.Cleanup(func() { peer.Close() })
	cfg := engine.Config{ID: "b", File: file, Env: env, Pilot: "ben", Target: peer, Recorder: engine.Unrecorded{}, Back: true}
	change(&cfg, peer)
	ctx, cancel := context.WithCancel(context.Background())
	return engine.Start(ctx, cfg), cancel
}

type fullDisk struct{ engine.Unrecorded }

func (fullDisk) Append(r recordings.Record) (recordings.Record, error) {
	return r, errors.New("no space left on device")
}

func TestGoaroundRollbackNeedsNoDisk(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.do(release.Leave{})
		r.ends(release.EndHeld)
		e, cancel := r.goaround(func(c *engine.Config, _ *fake.Target) { c.Recorder = fullDisk{} })
		defer cancel()
		s, lost := e.Wait()
		if s.Ended.End != release.EndRolledBack || lost == nil {
			t.Errorf("ended %q (%v), lost %v", s.Ended.End, s.Ended.Problem, lost)
		}
		if sw, _ := s.Switch(); sw.By.Name != "ben" {
			t.Errorf("the rollback is recorded as %q's", sw.By.Name)
		}
	})
}

func TestGoaroundRollbackCanBeLeftBeforeItBegins(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.do(release.Leave{})
		r.ends(release.EndHeld)
		e, cancel := r.goaround(func(_ *engine.Config, f *fake.Target) { f.Hang(fake.Observe, "") })
		time.Sleep(5 * time.Second)
		cancel()
		if s, _ := e.Wait(); s.Ended.End != release.EndAborted || len(s.Switches) > 0 {
			t.Errorf("ended %q after %d switches", s.Ended.End, len(s.Switches))
		}
		r.target.Clear(fake.Observe, "")
	})
}
