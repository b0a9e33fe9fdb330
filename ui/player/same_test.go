package player_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/checks"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/fake"
	"goaround/ui/debrief"
	"goaround/ui/pane"
	"goaround/ui/preflight"
	"goaround/ui/replay"
	"goaround/ui/replay/replaytest"
	"goaround/ui/stage"
	"goaround/ui/uitest"
	"goaround/ui/watch"
)

// frames are all panes and screens of the cockpit, as one text.
func frames(s release.State, clock time.Duration) string {
	see := pane.Sight{State: s, Clock: clock, Me: uitest.Ben()}
	var out strings.Builder
	for _, w := range []int{80, 120} {
		fmt.Fprintln(&out, pane.Header(see, w), "\n", strings.Join(pane.Verdicts(see, w), "\n"))
		for _, block := range [][]string{
			pane.Graphs(see, pane.GraphView{}, true, w, 8), pane.Hosts(see, w), pane.Logs(see, pane.LogView{}, true, w, 12), pane.Bar(see, "", w),
			{pane.Now(see), pane.Next(see)}, pane.Notes(see, w, 4), pane.Words(see, w),
			new(preflight.Screen).View(see, false, w, 24), new(stage.Screen).View(see, false, w, 24), new(watch.Screen).View(see, false, w, 24), new(debrief.Screen).View(see, false, w, 24),
		} {
			fmt.Fprintln(&out, strings.Join(block, "\n"))
		}
	}
	return ansi.Strip(out.String())
}

// same fails unless every position of a recording shows what was shown live after its
// event. It looks at some 60 positions, the last among them.
func same(t testing.TB, store *recordings.Store, live []release.Event) {
	t.Helper()
	rec, err := replay.Open(store, replaytest.ID)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Len() != len(live) {
		t.Fatalf("%d of %d events are recorded", rec.Len(), len(live))
	}
	step := max(len(live)/60, 1)
	var state release.State
	for i, e := range live {
		state = release.Reduce(state, e)
		if n := i + 1; n%step == 0 || n == len(live) {
			replayed, err := rec.At(n)
			if err != nil {
				t.Fatal(err)
			}
			if want, got := frames(state, e.Mono), frames(replayed, e.Mono); got != want {
				t.Fatalf("after %d of %d events the replay shows (+) what was not (-):\n%s", n, len(live), cmp.Diff(want, got))
			}
		}
	}
}

func TestAReplayShowsWhatWasShown(t *testing.T) {
	for name, to := range map[string]func(*uitest.Flight) *uitest.Flight{
		"ended": (*uitest.Flight).Ended, "shipped": (*uitest.Flight).Shipped, "aborted": (*uitest.Flight).Aborted, "mixed": (*uitest.Flight).Mixed,
	} {
		t.Run(name, func(t *testing.T) {
			live := to(uitest.Start(t)).Events()
			same(t, replaytest.Write(t, live...), live)
		})
	}
}

const yaml = `
app: shop
environments:
  production: {hosts: [local], url: "http://shop.example/"}
release:
  web: {port: 8080, ready: /healthz}
checklist:
  pre:
    - ask: "On-call told?"
watch: {for: 2m}
allow_yes: true
`

// script is what the crew of an engine does once the watch has begun.
type script func(t testing.TB, target *fake.Target, pilot release.Session)

func TestAReplayOfAnEnginesSessionShowsWhatWasShown(t *testing.T) {
	do := func(in release.Intent) script {
		return func(t testing.TB, _ *fake.Target, pilot release.Session) {
			if err := pilot.Do(t.Context(), in); err != nil {
				t.Error(err)
			}
		}
	}
	for end, crew := range map[release.End]script{
		release.EndShipped: func(testing.TB, *fake.Target, release.Session) {},
		release.EndHeld:    do(release.Leave{}),
		release.EndRolledBack: func(_ testing.TB, target *fake.Target, _ release.Session) {
			target.Traffic(20, func(slot targets.Slot, _ time.Duration) fake.Mix {
				mix := fake.Steady(slot, 0)
				if slot != targets.Base {
					mix.Errors = 0.4
				}
				return mix
			})
		},
	} {
		t.Run(string(end), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { fly(t, crew, end) })
		})
	}
	t.Run("key", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { fly(t, do(release.Rollback{}), release.EndRolledBack) })
	})
}

// fly runs a session with an engine on a fake target, whose questions answer themselves.
func fly(t *testing.T, crew script, end release.End) {
	file, errs := checklist.Parse("goaround.yaml", []byte(yaml))
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	env := file.Environments[0]
	env.Hosts = []string{"web-1", "web-2"}
	target := fake.New(fake.Hosts(env.Hosts...))
	defer target.Close()
	target.Flowing(20, fake.Steady, 15*time.Minute)
	store := recordings.Open(t.TempDir())
	w, err := store.Create(replaytest.ID)
	if err != nil {
		t.Fatal(err)
	}
	e := engine.Start(t.Context(), engine.Config{
		ID: replaytest.ID, Version: "test", File: file, Env: env, Ask: map[string]string{"web": fake.V2}, Pilot: "ana",
		Target: target, Checks: &checks.Runner{}, Recorder: w, Yes: true,
		Outside: &http.Client{Transport: &http.Transport{DialContext: target.Public, DisableKeepAlives: true}},
	})
	var live []release.Event
	var state release.State
	for batch, err := range e.As(uitest.Ana()).Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range batch {
			was := state.Phase
			state = release.Reduce(state, ev)
			if live = append(live, ev); state.Phase == release.PhaseWatch && was != state.Phase {
				crew(t, target, e.As(uitest.Ana()))
			}
			if state.Pause == release.PauseClose && state.RolledBack() {
				_ = e.As(uitest.Ana()).Do(t.Context(), release.Proceed{Pause: release.PauseClose})
			}
		}
	}
	if _, err := e.Wait(); err != nil || state.Ended == nil || state.Ended.End != end {
		t.Fatalf("the session ended as %+v, %v; want %s", state.Ended, err, end)
	}
	same(t, store, live)
}
