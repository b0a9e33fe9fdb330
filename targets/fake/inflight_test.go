package fake_test

import (
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/fake"
)

// retire stops base of web-1 with that drain once the traffic is elsewhere, and returns
// how long that took and how much was cut.
func retire(t *testing.T, f *fake.Target, drain time.Duration) (took time.Duration, cut int) {
	t.Helper()
	o := op(targets.VerbRetire, "web-1", targets.Base, targets.Release{})
	o.Drain = drain
	began := time.Now()
	if err := f.Do(t.Context(), o, func(p targets.Progress) { cut += p.Cut }); err != nil {
		t.Fatal(err)
	}
	return time.Since(began), cut
}

func TestWhatIsInFlightIsCountedAndWaitedForAndThenCut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		pilot(t, f)
		cutover(t, f, "web-1", fake.V2)
		f.Keep("web-1", targets.Base, 2)
		stop := watch(t, f)
		elapse(time.Second)
		n := 0
		for _, c := range only[targets.Counter](stop()) {
			n += c.Active
		}
		if n != 2 {
			t.Errorf("%d are in flight, want 2", n)
		}
		if took, cut := retire(t, f, 5*time.Second); took != 5*time.Second || cut != 2 {
			t.Errorf("%d cut after %s", cut, took)
		}
		if took, cut := retire(t, f, 5*time.Second); took != 0 || cut != 0 {
			t.Errorf("again: %d cut after %s", cut, took)
		}
	})
}

func TestWhatEndsByItselfIsNotCut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		pilot(t, f)
		cutover(t, f, "web-1", fake.V2)
		f.Keep("web-1", targets.Base, 1)
		time.AfterFunc(1100*time.Millisecond, func() { f.Keep("web-1", targets.Base, 0) })
		if took, cut := retire(t, f, 30*time.Second); took != 1250*time.Millisecond || cut != 0 {
			t.Errorf("%d cut after %s", cut, took)
		}
	})
}
