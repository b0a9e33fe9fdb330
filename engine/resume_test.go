package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/inproc"
	"goaround/targets/text"
)

// mortal is a recorder whose process is killed as soon as its last record is written.
type mortal struct {
	engine.Recorder
	left int
	die  func()
}

func (m *mortal) Append(r recordings.Record) (recordings.Record, error) {
	if m.left == 0 {
		return r, errors.New("killed")
	}
	out, err := m.Recorder.Append(r)
	if m.left--; m.left == 0 {
		m.die()
	}
	return out, err
}

// Close writes the head of a recording, which a process that was killed does not.
func (m *mortal) Close() error {
	if m.left == 0 {
		return nil
	}
	return m.Recorder.Close()
}

func (m *mortal) Sync() error {
	if m.left == 0 {
		return errors.New("killed")
	}
	return m.Recorder.Sync()
}

// course is a session that is killed at one of its appends and then resumed.
type course struct {
	name    string
	back    bool          // somebody rolls back 20 s after the cutover
	job     bool          // a job runs before the stage
	workers bool          // workers follow the traffic
	late    time.Duration // from the kill to the resume: what was sent to the hosts arrives in between
	stride  int           // of the appends: 1 is each
}

func TestASessionThatIsKilledAnywhereIsResumedToItsEnd(t *testing.T) {
	for _, c := range []course{
		{name: "shipped", stride: 1},
		{name: "shipped, late", late: time.Second, stride: stride},
		{name: "rolled back", back: true, stride: 1},
		{name: "rolled back, late", back: true, late: time.Second, stride: stride},
		{name: "with workers", workers: true, stride: stride},
		{name: "with workers, rolled back", workers: true, back: true, stride: stride},
		{name: "with workers, rolled back, late", workers: true, back: true, late: time.Second, stride: stride},
		{name: "with a job", job: true, stride: stride},
		{name: "with a job, late", job: true, late: 10 * time.Second, stride: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ends := map[release.End]int{}
			points := 0
			for n, alive := 1, true; alive; n += c.stride {
				synctest.Test(t, func(t *testing.T) {
					var end release.End
					if end, alive = c.killed(t, n); alive {
						points, ends[end] = points+1, ends[end]+1
					}
				})
				if t.Failed() {
					t.Fatalf("killed at append %d", n)
				}
			}
			t.Logf("killed at %d appends; resumed, it ended: %v", points, ends)
			if ends[release.EndShipped] == 0 || c.back && ends[release.EndRolledBack] == 0 {
				t.Error("not every end was met")
			}
		})
	}
}

// killed flies a session that is killed at its n-th append, resumes it, and checks where
// that ends. alive: there was such an append.
func (c course) killed(t *testing.T, n int) (end release.End, alive bool) {
	killed := make(chan struct{})
	o := options{target: unhurried, file: c.file, jobs: does(inproc.Doing{Takes: 5 * time.Second}), config: func(cfg *engine.Config) {
		cfg.Yes = true
		cfg.Recorder = &mortal{cfg.Recorder, n, func() { cfg.Target.(*fake.Target).Kill(); close(killed) }}
	}}
	if c.workers {
		o = withWorkers(o, fake.V2)
	}
	first := begin(t, o)
	defer func() { first.stop(); <-first.engine.Over(); first.target.Close() }()
	if c.back {
		go first.back(20 * time.Second)
	}
	select {
	case <-killed:
	case <-first.engine.Over():
		return release.EndNone, false
	}
	time.Sleep(c.late)
	was := first.recorded("s")
	asked := len(first.target.Calls())
	if was.Resumable() != nil {
		c.left(t, first, was)
		return release.EndNone, true
	}
	second := first.resumed(was)
	defer func() { second.stop(); <-second.engine.Over(); second.target.Close() }()
	want, live := release.EndShipped, targets.Blue
	switch {
	case was.Begun().Back:
		want, live = release.EndRolledBack, targets.Base
	case len(was.Begun().Jobs) > 0 && len(first.jobs()) == 0:
		s := second.ends(release.EndRefused)
		if s.Ended.Problem.Code != plan.CodeJobUnknown {
			t.Errorf("refused with %v", s.Ended.Problem)
		}
		return s.Ended.End, true
	}
	s := second.ends(want)
	if s.Session.Resumes != "s" {
		t.Errorf("it says that it resumes %q", s.Session.Resumes)
	}
	second.serves(live)
	if c.workers {
		second.works(live)
	}
	looked(t, second.target.Calls()[asked:])
	if ran := second.jobs(); c.job && (len(ran) != 1 || !ran[0].Well()) {
		t.Errorf("jobs %+v", ran)
	}
	return want, true
}

// file has a watch of less than a minute, and the course's job.
func (c course) file(f *checklist.File) {
	f.Watch = 40 * time.Second
	f.Post[0].After = 10 * time.Second
	if c.job {
		job(checklist.JobExpand)(f)
	}
}

// jobs are those that the first host remembers.
func (r *rig) jobs() []targets.JobState {
	r.Helper()
	seen, err := r.target.Peer().Observe(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return seen.Hosts[0].Jobs
}

// left checks what a session leaves that cannot be resumed: nothing of it is on the hosts,
// or it had ended.
func (c course) left(t *testing.T, r *rig, was release.State) {
	t.Helper()
	if was.Plan == nil && count(r.calls(), "stage") == 0 || was.Ended != nil {
		return
	}
	t.Errorf("not resumable in phase %s, after %v", was.Phase, r.calls())
}

// looked checks that the hosts were observed before anything was done to them.
func looked(t *testing.T, calls []string) {
	t.Helper()
	seen := false
	for _, c := range calls {
		verb, _, _ := strings.Cut(c, "@")
		if seen = seen || strings.HasPrefix(c, "observe"); !seen && slices.Contains([]string{"stage", "start", "route", "persist", "swap", "retire", "remove"}, verb) {
			t.Errorf("%s before the hosts were observed: %v", c, calls)
		}
	}
}

func unhurried(f *fake.Target) {
	for _, v := range []targets.Verb{targets.VerbStage, targets.VerbRoute, targets.VerbPersist, targets.VerbSwap, targets.VerbRetire} {
		f.Take(v, "", 300*time.Millisecond)
	}
}

// back rolls back d after the cutover, if the session gets there.
func (r *rig) back(d time.Duration) {
	var s release.State
	for batch, err := range r.pilot.Follow(r.Context(), 0) {
		if err != nil {
			return
		}
		if s = release.Fold(s, batch...); s.CutAt > 0 && s.Mono > s.CutAt+d {
			_ = r.pilot.Do(r.Context(), release.Rollback{})
			return
		}
	}
}

// recorded is the State that a recording folds to.
func (r *rig) recorded(id string) release.State {
	r.Helper()
	var s release.State
	for rec, err := range r.store.Read(id) {
		if err != nil {
			r.Fatal(err)
		}
		body, err := release.Decode(rec.Kind, rec.Payload)
		if err != nil {
			r.Fatal(err)
		}
		s = release.Reduce(s, release.Event{N: rec.N, At: rec.At, Mono: rec.Mono, By: release.Actor{Name: rec.By, Role: release.Role(rec.Role)}, Body: body})
	}
	return s
}

// resumed goes on with a session from another connection, as another person.
func (r *rig) resumed(was release.State) *rig {
	r.Helper()
	return r.resumedBy(was, "resumed", func(*engine.Config) {})
}

// resumedBy is resumed by a session of that ID, with a configuration of its own.
func (r *rig) resumedBy(was release.State, id string, change func(*engine.Config)) *rig {
	r.Helper()
	w, err := r.store.Create(id)
	if err != nil {
		r.Fatal(err)
	}
	peer := r.target.Peer()
	cfg := r.config
	cfg.ID, cfg.Pilot, cfg.Target, cfg.Outside, cfg.Recorder, cfg.Resume = id, "ben", peer, outside(peer), w, &was
	change(&cfg)
	ctx, stop := context.WithCancel(r.Context())
	e := engine.Start(ctx, cfg)
	return &rig{T: r.T, target: peer, engine: e, pilot: e.As(release.Actor{Name: "ben", Role: release.RolePilot}), store: r.store, stop: stop, config: cfg}
}

// serves checks what is so on the hosts when a session has ended well.
func (r *rig) serves(live targets.Slot) {
	r.Helper()
	seen, err := r.target.Observe(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	for _, h := range seen.Hosts {
		other := targets.Base
		if live == targets.Base {
			other = targets.Blue
		}
		if h.Live != live || h.Divided || h.Store == nil || h.Store.Slot != live || h.Slots[other].Warm() || h.Lease != nil {
			r.Errorf("%s: live %s, divided %v, store %+v, %s %+v, lease %+v", h.Name, h.Live, h.Divided, h.Store, other, h.Slots[other], h.Lease)
		}
	}
}

// synctestResume flies a session to where it is killed, and another from there.
func synctestResume(t *testing.T, o options, to, from func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		first := begin(t, o)
		defer func() { first.stop(); <-first.engine.Over(); first.target.Close() }()
		to(first)
		first.target.Kill()
		first.stop()
		<-first.engine.Over()
		second := first.resumed(first.recorded("s"))
		defer func() { second.stop(); <-second.engine.Over(); second.target.Close() }()
		from(second)
	})
}

// halfway kills a session whose traffic has moved on web-1 alone, and resumes it.
func halfway(t *testing.T, script func(*rig)) {
	free := func() {}
	synctestResume(t, options{}, func(r *rig) {
		free = r.target.Hang(targets.VerbRoute, "web-2")
		r.cut()
		r.until("web-1 has moved", func(s release.State) bool {
			return slices.ContainsFunc(s.Ops, func(o release.Op) bool { return o.ID == "cutover@web-1" && o.Status == release.StatusOK })
		})
	}, func(r *rig) {
		free()
		script(r)
	})
}

func TestACutoverThatWasCutOffGoesOnAfterAVote(t *testing.T) {
	halfway(t, func(r *rig) {
		s := r.paused(release.PauseVote)
		if bar := s.Bar(s.Mono); bar.Kind != release.BarOneKey {
			t.Errorf("the bar says %s", bar.Kind)
		}
		r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
		r.paused(release.PauseCutover)
		r.do(release.Proceed{Pause: release.PauseCutover})
		r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch && s.Live == targets.Blue })
		if n := count(r.calls(), "stage@web-1 blue"); n != 1 {
			t.Errorf("staged %d times", n)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestACutoverThatWasCutOffIsTakenBackByOneKey(t *testing.T) {
	halfway(t, func(r *rig) {
		r.paused(release.PauseVote)
		r.do(release.Rollback{})
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndRolledBack)
		r.serves(targets.Base)
	})
}

func TestANoGoInTheMiddleOfACutoverLeavesAllAsItIs(t *testing.T) {
	halfway(t, func(r *rig) {
		s := r.paused(release.PauseVote)
		r.do(release.Vote{Plan: s.Plan.Digest, Why: text.Clean("not now")})
		r.ends(release.EndHeld)
		if n := count(r.calls(), "remove@"); n > 0 {
			t.Errorf("%d slots were removed", n)
		}
		seen, err := r.target.Observe(t.Context())
		if err != nil || seen.Hosts[0].Live != targets.Blue || seen.Hosts[1].Live != targets.Base {
			t.Errorf("%v, %+v", err, seen.Hosts)
		}
	})
}

func TestAHeldSessionIsResumedInItsWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := begin(t, options{})
		defer func() { first.stop(); <-first.engine.Over(); first.target.Close() }()
		first.watch()
		first.until("the question of the watch", func(s release.State) bool { return s.Mono >= s.CutAt+10*time.Minute })
		first.do(release.Answer{Item: "post-1", Yes: true})
		first.do(release.Leave{})
		first.ends(release.EndHeld)
		first.engine.Wait()
		was := first.recorded("s")
		r := first.resumed(was)
		defer func() { r.stop(); <-r.engine.Over(); r.target.Close() }()
		s := r.until("the watch", func(s release.State) bool { return s.Phase == release.PhaseWatch })
		if it, _ := s.Item("post-1"); it.Status != release.StatusOK || it.By.Name != "ana" {
			t.Errorf("the answer in the watch is %v by %v", it.Status, it.By)
		}
		if len(s.Baselines) == 0 || s.Baselines[0].N != was.Baselines[0].N || s.Pause != release.PauseNone || s.Live != targets.Blue {
			t.Errorf("baselines %v, pause %q, live %s", s.Baselines, s.Pause, s.Live)
		}
		r.paused(release.PauseClose)
		r.do(release.Proceed{Pause: release.PauseClose})
		r.ends(release.EndShipped)
		r.serves(targets.Blue)
	})
}
