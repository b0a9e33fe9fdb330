package engine_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/targets"
)

func TestAGoodReleaseIsShippedStepByStep(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		r.watch()
		r.until("the question of the watch", func(s release.State) bool { return s.Mono >= s.CutAt+10*time.Minute })
		r.do(release.Answer{Item: "post-1", Yes: true})
		s := r.paused(release.PauseClose)
		if s.Mono < s.WatchUntil || s.Guard.Level != guard.OK {
			r.Errorf("the watch asks to be closed at %s, guard %s", s.Mono-s.CutAt, s.Guard.Level)
		}
		r.do(release.Proceed{Pause: release.PauseClose})
		s = r.ends(release.EndShipped)
		if s.Live != targets.Blue {
			r.Errorf("live is %s", s.Live)
		}
		r.Log(strings.Join(r.calls(), "\n"))
	})
}

func yes(c *engine.Config) { c.Yes = true }

func TestYesAnswersVotesPassesAndCloses(t *testing.T) {
	fly(t, options{config: yes}, func(r *rig) {
		s := r.ends(release.EndShipped)
		if it, _ := s.Item("pre-1"); it.By.Name != "ana" || it.Evidence.String() != "--yes" {
			r.Errorf("the question was answered by %v: %s", it.By, it.Evidence)
		}
	})
}

func TestWithoutEvidenceYesHolds(t *testing.T) {
	fly(t, options{config: yes, quiet: true}, func(r *rig) {
		s := r.ends(release.EndHeld)
		if s.Ended.End.ExitCode() != 12 || s.Ended.Problem == nil || s.Ended.Problem.Code != "inconclusive" {
			r.Errorf("ended with %+v", s.Ended)
		}
	})
}

func TestWhatIsLiveAlreadyEndsWell(t *testing.T) {
	fly(t, options{config: func(c *engine.Config) { c.Ask = map[string]string{"web": "shop:v1"} }}, func(r *rig) {
		s := r.ends(release.EndLive)
		if s.Ended.End.ExitCode() != 0 || slices.ContainsFunc(r.calls(), func(c string) bool { return strings.HasPrefix(c, "stage") }) {
			r.Errorf("ended %v after %v", s.Ended, r.calls())
		}
	})
}

func TestAReleaseThatNeverGetsReadyIsTakenDown(t *testing.T) {
	fly(t, options{config: func(c *engine.Config) { c.Yes, c.Ask = true, map[string]string{"web": "shop:sick"} }}, func(r *rig) {
		s := r.ends(release.EndAborted)
		if s.Ended.Problem == nil || len(s.Ended.Problem.More) == 0 {
			r.Errorf("the end has no log lines: %+v", s.Ended.Problem)
		}
		if calls := strings.Join(r.calls(), " "); strings.Contains(calls, "route") || !strings.Contains(calls, "remove") {
			r.Errorf("calls %s", calls)
		}
	})
}

func TestSmokeRunsOnTheIdleSlotAndThenThroughThePublicURL(t *testing.T) {
	pages := func(version string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "this is", version) })
	}
	smoke := func(f *checklist.File) {
		it := checklist.Item{ID: "during-9", Phase: checklist.During, Kind: checklist.Smoke, Title: "/", Timeout: 5 * time.Second,
			Steps: []checklist.Request{{Method: "GET", URL: "/", Expect: "this is v2"}}}
		f.During = slices.Insert(f.During, 1, it)
	}
	fly(t, options{config: yes, file: smoke, hosts: []string{"web-1"}, pages: pages}, func(r *rig) {
		s := r.ends(release.EndShipped)
		for _, id := range []string{"during-9", "during-9-public"} {
			if it, ok := s.Item(id); !ok || it.Status != release.StatusOK {
				t.Errorf("%s: %+v", id, it)
			}
		}
	})
}

func TestASmokeTestCarriesWhatItCapturedOnTheSlotAndThroughThePublicURL(t *testing.T) {
	pages := func(version string) http.Handler {
		token := "token-of-" + version
		mux := http.NewServeMux()
		mux.HandleFunc("GET /login", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "token=%s;", token) })
		mux.HandleFunc("POST /pay", func(w http.ResponseWriter, q *http.Request) {
			if q.FormValue("token") != token {
				w.WriteHeader(http.StatusForbidden)
			}
		})
		mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
		return mux
	}
	smoke := func(pay int) func(f *checklist.File) {
		return func(f *checklist.File) {
			f.During = slices.Insert(f.During, 1, checklist.Item{ID: "during-9", Phase: checklist.During, Kind: checklist.Smoke, Title: "/login /pay", Timeout: 5 * time.Second,
				Steps: []checklist.Request{
					{Method: "GET", URL: "/login", Capture: map[string]string{"token": "token=([^;]+);"}},
					{Method: "POST", URL: "/pay", Form: map[string]string{"token": "{{token}}"}, Status: pay},
				}})
		}
	}
	fly(t, options{config: yes, file: smoke(200), hosts: []string{"web-1"}, pages: pages}, func(r *rig) {
		s := r.ends(release.EndShipped)
		for _, id := range []string{"during-9", "during-9-public"} {
			if it, _ := s.Item(id); it.Status != release.StatusOK || !strings.Contains(it.Evidence.String(), "2 requests as expected") {
				t.Errorf("%s: %s, %s", id, it.Status, it.Evidence)
			}
		}
	})
	fly(t, options{config: yes, file: smoke(201), hosts: []string{"web-1"}, pages: pages}, func(r *rig) {
		s := r.ends(release.EndAborted)
		if it, _ := s.Item("during-9"); it.Status != release.StatusFailed || count(r.calls(), "route") > 0 {
			t.Errorf("%s, after %v", it.Status, r.calls())
		}
	})
}

func TestACheckOfTheWatchWaitsForItsTime(t *testing.T) {
	later := func(f *checklist.File) {
		f.Post = []checklist.Item{{ID: "post-1", Phase: checklist.Post, Kind: checklist.Command, Title: "orders", Command: []string{"true"}, Timeout: time.Minute, After: 7 * time.Minute}}
	}
	fly(t, options{file: later}, func(r *rig) {
		r.watch()
		s := r.until("it is begun", func(s release.State) bool {
			it, _ := s.Item("post-1")
			return it.Status != release.StatusOpen
		})
		if after := s.Mono - s.CutAt; after < 7*time.Minute || after > 7*time.Minute+time.Second {
			t.Errorf("it was begun %s after the cutover", after)
		}
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}

func TestTheIntentIsInTheLogBeforeTheAct(t *testing.T) {
	fly(t, options{}, func(r *rig) {
		for _, verb := range []targets.Verb{targets.VerbStage, targets.VerbReady, targets.VerbRoute, targets.VerbPersist} {
			r.target.Before(verb, "web-1", func() {
				for rec := range r.store.Read("s") {
					if rec.Kind == "op.started" && strings.Contains(string(rec.Payload), `"verb":"`+string(verb)+`"`) {
						return
					}
				}
				r.Errorf("%s was done before its intent was on disk", verb)
			})
		}
		r.watch()
		r.do(release.Leave{})
		r.ends(release.EndHeld)
	})
}
