package engine_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/checks"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets/fake"
	"goaround/targets/inproc"
)

const yaml = `
app: shop
environments:
  production: {hosts: [local], url: "http://shop.example/"}
release:
  web: {port: 8080, ready: /healthz}
checklist:
  pre:
    - ask: "On-call told?"
      key: true
  post:
    - ask: "Orders flowing?"
      after: 10m
watch: {for: 30m}
allow_yes: true
`

// rig is a session on a fake target, in a bubble of synctest.
type rig struct {
	*testing.T
	target *fake.Target
	engine *engine.Engine
	pilot  release.Session
	store  *recordings.Store
	state  release.State // folded from the log, by until
	stop   context.CancelFunc
	config engine.Config
	lossy  bool // events were lost: the replay cannot be the same
}

// options change a session before it starts.
type options struct {
	file   func(*checklist.File)
	config func(*engine.Config)
	target func(*fake.Target)
	quiet  bool // no traffic
	empty  bool // nothing runs anywhere: a first release
	hosts  []string
	seed   uint64
	jobs   map[string]inproc.Doing
	more   []fake.Option
	pages  func(version string) http.Handler
}

// fly runs script on a session, and afterwards checks what must hold for every session:
// its recording is verified, and folds to the State that the session ended with.
func fly(t *testing.T, o options, script func(r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := begin(t, o)
		script(r)
		r.end()
	})
}

func begin(t *testing.T, o options) *rig {
	t.Helper()
	file, errs := checklist.Parse("goaround.yaml", []byte(yaml))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	if o.file != nil {
		o.file(file)
	}
	hosts := o.hosts
	if hosts == nil {
		hosts = []string{"web-1", "web-2"}
	}
	more := append([]fake.Option{fake.Hosts(hosts...), fake.Seed(o.seed)}, o.more...)
	if o.pages != nil {
		more = append(more, fake.Pages(o.pages))
	}
	if o.empty {
		more = append(more, fake.Empty())
	}
	for name, does := range o.jobs {
		more = append(more, fake.Job(name, does))
	}
	target := fake.New(more...)
	if !o.quiet {
		target.Flowing(20, fake.Steady, 15*time.Minute)
	}
	if o.target != nil {
		o.target(target)
	}
	store := recordings.OpenWith(t.TempDir(), unsynced)
	w, err := store.Create("s")
	if err != nil {
		t.Fatal(err)
	}
	env := file.Environments[0]
	env.Hosts = hosts
	cfg := engine.Config{
		ID: "s", Version: "test", File: file, Env: env, Ask: map[string]string{"web": fake.V2}, Pilot: "ana",
		Target: target, Checks: &checks.Runner{}, Recorder: w,
		Outside: outside(target),
	}
	if o.config != nil {
		o.config(&cfg)
	}
	ctx, stop := context.WithCancel(t.Context())
	e := engine.Start(ctx, cfg)
	return &rig{T: t, target: target, engine: e, pilot: e.As(release.Actor{Name: "ana", Role: release.RolePilot}), store: store, stop: stop, config: cfg}
}

// cached is a file that no power failure is feared for: nobody waits for the disk.
type cached struct{ *os.File }

func (cached) Sync() error { return nil }

func unsynced(path string) (recordings.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	return cached{f}, err
}

// outside is a client of the public URL.
func outside(f *fake.Target) *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: f.Public, DisableKeepAlives: true}}
}

// until follows the log to the first State that ok accepts, or to the end.
func (r *rig) until(what string, ok func(release.State) bool) release.State {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Hour)
	defer cancel()
	for batch, err := range r.pilot.Follow(ctx, r.state.Next) {
		if err != nil {
			r.Fatalf("waiting until %s: %v; phase %s, pause %q", what, err, r.state.Phase, r.state.Pause)
		}
		for _, e := range batch {
			r.state = release.Reduce(r.state, e)
			if ok(r.state) {
				return r.state
			}
		}
	}
	if !ok(r.state) {
		r.Fatalf("the session ended as %v before %s", r.state.Ended, what)
	}
	return r.state
}

func (r *rig) paused(p release.Pause) release.State {
	r.Helper()
	return r.until("pause "+string(p), func(s release.State) bool { return s.Pause == p })
}

func (r *rig) do(in release.Intent) {
	r.Helper()
	if err := r.pilot.Do(r.Context(), in); err != nil {
		r.Fatalf("%T: %v", in, err)
	}
}

// vote brings a session from its start past the vote, as a person would.
func (r *rig) vote() {
	r.Helper()
	r.until("a plan", func(s release.State) bool { return s.Plan != nil })
	r.do(release.Answer{Item: "pre-1", Yes: true})
	s := r.paused(release.PauseVote)
	r.do(release.Vote{Plan: s.Plan.Digest, Go: true})
}

// cut has the cutover begun.
func (r *rig) cut() {
	r.Helper()
	r.vote()
	r.paused(release.PauseCutover)
	r.do(release.Proceed{Pause: release.PauseCutover})
}

// watch brings it into the watch, with what is live written down.
func (r *rig) watch() release.State {
	r.Helper()
	r.cut()
	return r.until("the watch", func(s release.State) bool {
		st, _ := s.Step(plan.StepPersist)
		return s.Phase == release.PhaseWatch && (st.Status == release.StatusOK || st.Status == release.StatusFailed)
	})
}

// ends waits for the end of the session and checks how it ended.
func (r *rig) ends(want release.End) release.State {
	r.Helper()
	s := r.until("the end", func(s release.State) bool { return s.Ended != nil })
	if s.Ended.End != want {
		r.Fatalf("ended %q (%v), want %q", s.Ended.End, s.Ended.Problem, want)
	}
	return s
}

func (r *rig) end() {
	r.Helper()
	defer r.target.Close()
	defer r.stop()
	r.until("the end", func(s release.State) bool { return s.Ended != nil })
	live, err := r.engine.Wait()
	if err != nil {
		r.Errorf("recording: %v", err)
	}
	report, err := r.store.Verify("s")
	if err != nil || report.Verdict != recordings.Verified {
		r.Errorf("recording: %+v, %v", report, err)
	}
	replayed := r.recorded("s")
	if !r.lossy && show(live) != show(replayed) {
		r.Errorf("the replay folds to another State:\nlive   %s\nreplay %s", show(live), show(replayed))
	}
	if show(live) != show(r.state) {
		r.Error("who follows folds to another State than the engine")
	}
}

// show is a State without the difference between nil and empty.
func show(s release.State) string {
	b, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// calls are the operations done on the target, without what only looks.
func (r *rig) calls() []string {
	return slices.DeleteFunc(r.target.Calls(), func(c string) bool {
		return strings.HasPrefix(c, "observe") || strings.HasPrefix(c, "dial") || strings.HasPrefix(c, "past") || strings.HasPrefix(c, "resolve")
	})
}
