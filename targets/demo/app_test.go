package demo

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"goaround/targets"
)

// flight is what the users of one instance saw, by second since the cutover.
type flight struct {
	n, bad  [60]int
	latency []time.Duration
	lines   []targets.Line
}

// fly sends the users' requests to an instance of r for a minute from its cutover, ten a
// second, under the fake clock.
func fly(t *testing.T, r Release, seed uint64) (f flight) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		a := instance(r, seed)
		a.say = func(l targets.Line) { f.lines = append(f.lines, l) }
		a.live.Store(time.Now().UnixNano())
		cutover, d := time.Now(), newDice(seed, 0)
		for s := range f.n {
			for range 10 {
				time.Sleep(time.Until(cutover.Add(time.Duration(s*1000+f.n[s]*100) * time.Millisecond)))
				begun := time.Now()
				method, path := choose(d)
				f.n[s]++
				if answer(a, httptest.NewRequest(method, path, nil)).Code == http.StatusInternalServerError {
					f.bad[s]++
				}
				f.latency = append(f.latency, time.Since(begun))
			}
		}
	})
	return f
}

func instance(r Release, seed uint64) *app {
	a := &app{version: "v42", kind: r, key: []byte("key"), dice: newDice(seed, 1), say: func(targets.Line) {}}
	a.mux = a.routes()
	return a
}

func answer(a *app, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// share is the share of bad answers in the seconds from until to.
func (f *flight) share(from, to int) float64 {
	n, bad := 0, 0
	for s := from; s < to; s++ {
		n, bad = n+f.n[s], bad+f.bad[s]
	}
	return float64(bad) / float64(n)
}

func (f *flight) p95() time.Duration {
	slices.Sort(f.latency)
	return f.latency[len(f.latency)*95/100]
}

func within(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s is %.3f, want %.3f to %.3f", what, got, low, high)
	}
}

const flights = 20

func TestAGoodReleaseHasNormalErrorsAllTheTime(t *testing.T) {
	for seed := range uint64(flights) {
		f := fly(t, Good, seed)
		within(t, "the share of errors", f.share(0, 60), 0.002, 0.012)
	}
}

func TestABadReleaseFailsFromTwentySecondsOn(t *testing.T) {
	for seed := range uint64(flights) {
		f := fly(t, Bad, seed)
		within(t, "the share before", f.share(0, 20), 0, 0.02)
		within(t, "the share after", f.share(20, 60), 0.065, 0.095)
	}
}

func TestAFlakyReleaseFailsForThreeSecondsOnly(t *testing.T) {
	for seed := range uint64(flights) {
		f := fly(t, Flaky, seed)
		within(t, "the share before", f.share(0, 20), 0, 0.02)
		within(t, "the share in the burst", f.share(20, 24), 0.10, 0.40)
		within(t, "the share after", f.share(24, 60), 0, 0.02)
	}
}

func TestASlowReleaseHasThreeTimesTheP95(t *testing.T) {
	for seed := range uint64(flights) {
		f, g := fly(t, Slow, seed), fly(t, Good, seed)
		within(t, "p95 of slow over p95 of good", float64(f.p95())/float64(g.p95()), 2.4, 3.6)
		within(t, "p95 of good in ms", float64(g.p95().Milliseconds()), 70, 130)
		within(t, "the share of errors", f.share(0, 60), 0.002, 0.012)
	}
}

func TestEachErrorIsALineOfTheLog(t *testing.T) {
	f := fly(t, Bad, 1)
	bad, lines := 0, 0
	for _, n := range f.bad {
		bad += n
	}
	for _, l := range f.lines {
		if l.Bad && strings.HasPrefix(l.Text.String(), "ERROR ") && strings.Contains(l.Text.String(), "card_token is nil") {
			lines++
		}
	}
	if bad == 0 || lines != bad {
		t.Errorf("%d errors, %d lines about them", bad, lines)
	}
}

func TestASlotWithoutTrafficMakesNoErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := instance(Bad, 1)
		for range 1000 {
			if w := answer(a, httptest.NewRequest(http.MethodGet, "/cart", nil)); w.Code != http.StatusOK {
				t.Fatalf("status %d", w.Code)
			}
		}
	})
}

func TestAnInstanceIsHealthyOnceItHasBooted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for r, want := range map[Release]int{Good: http.StatusOK, Dead: http.StatusServiceUnavailable} {
			a := instance(r, 1)
			a.boot = 2 * time.Second
			a.start(time.Now())
			probe := func() int { return answer(a, httptest.NewRequest(http.MethodGet, Health, nil)).Code }
			if got := probe(); got != http.StatusServiceUnavailable {
				t.Errorf("%s while it boots: %d", r, got)
			}
			time.Sleep(2 * time.Second)
			if got := probe(); got != want {
				t.Errorf("%s after its boot: %d", r, got)
			}
			if last := a.last(); r == Dead && !strings.Contains(last[len(last)-1].String(), "connection refused") {
				t.Errorf("the last words of a dead release: %v", last)
			}
		}
	})
}

func TestAnInstanceKeepsTheLastThirtyLines(t *testing.T) {
	a := instance(Good, 1)
	for i := range 40 {
		a.log(false, "line %d", i)
	}
	if last := a.last(); len(last) != 30 || last[0].String() != "line 10" || last[29].String() != "line 39" {
		t.Errorf("%v", last)
	}
}
