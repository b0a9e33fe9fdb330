package guard_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/engine/guard"
	"goaround/engine/tick"
)

func TestNoWindowAddsMoreThanAFifth(t *testing.T) {
	_, vs := judge(guard.New(normal, steady), 8, tick.Tick{N: 1000, Bad: 700})
	for i, v := range vs {
		if want := min(0.2*float64(i+1), 1.25); v.Errors.S < want-1e-9 || v.Errors.S > want+1e-9 {
			t.Errorf("after %d windows the sum is %g, want %g", i+1, v.Errors.S, want)
		}
	}
	want := []guard.Level{guard.OK, guard.OK, guard.Amber, guard.Amber, guard.Red, guard.Red, guard.Red, guard.Red}
	if diff := cmp.Diff(want, levels(vs)); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
	if vs[4].Why != "errors 70 % > 5 %" || vs[4].Seen != 25000 {
		t.Errorf("at RED: %s, %d seen", vs[4].Why, vs[4].Seen)
	}
}

func TestALevelStaysUntilTheEvidenceIsGone(t *testing.T) {
	for _, bad := range []int{3, 5} {
		g, vs := judge(guard.New(normal, steady), bad, tick.Tick{N: 20, Bad: 10})
		level := vs[bad-1].Level
		if level != guard.Amber && level != guard.Red {
			t.Fatalf("after %d bad windows: %s", bad, level)
		}
		_, vs = judge(g, 20, tick.Tick{N: 4})
		for i, v := range vs {
			if was := v.Errors.S >= 0.3; was != (v.Level == level) || !was && v.Level != guard.OK {
				t.Errorf("%d good windows after %s: %s at %g", i+1, level, v.Level, v.Errors.S)
			}
		}
		if last := vs[len(vs)-1]; last.Level != guard.OK {
			t.Errorf("20 good windows after %s: %s", level, last.Level)
		}
	}
}

func TestAGuardIsAValue(t *testing.T) {
	g, _ := judge(guard.New(normal, steady), 14, tick.Tick{N: 20, Bad: 1, Hist: tick.Hist{{I: 60, N: 20}}})
	_, once := judge(g, 3, tick.Tick{N: 20, Bad: 10, Hist: tick.Hist{{I: 90, N: 20}}})
	judge(g, 5, tick.Tick{N: 7, Hist: tick.Hist{{I: 1, N: 7}}})
	_, again := judge(g, 3, tick.Tick{N: 20, Bad: 10, Hist: tick.Hist{{I: 90, N: 20}}})
	if diff := cmp.Diff(once, again); diff != "" {
		t.Errorf("the same windows after others (-once +again):\n%s", diff)
	}
}

func TestOKNeedsEvidence(t *testing.T) {
	_, vs := judge(guard.New(normal, steady), 6, tick.Tick{N: 20})
	for _, v := range vs {
		if v.Needs < 250 || v.Needs > 500 || v.Enough() != (v.Seen >= v.Needs) {
			t.Errorf("%d of %d requests: enough is %v", v.Seen, v.Needs, v.Enough())
		}
	}
	if !vs[5].Enough() {
		t.Errorf("%d of %d requests are not enough", vs[5].Seen, vs[5].Needs)
	}
}

func TestAfterARollbackANewGuardSaysOK(t *testing.T) {
	_, vs := judge(guard.New(normal, steady), 5, tick.Tick{N: 20, Bad: 10})
	if vs[4].Level != guard.Red {
		t.Fatalf("half of the answers bad: %s", vs[4].Level)
	}
	if _, vs = judge(guard.New(normal, steady), 1, tick.Tick{N: 20}); vs[0].Level != guard.OK {
		t.Errorf("the old version, well: %s", vs[0].Level)
	}
}

func TestTheRatesShownAreThoseOfTheLastMinute(t *testing.T) {
	quick, slow := tick.Hist{{I: 30, N: 20}}, tick.Hist{{I: 40, N: 20}}
	g, vs := judge(guard.New(normal, steady), 12, tick.Tick{N: 20, Bad: 1, Hist: slow})
	if v := vs[11]; v.Errors.Rate != 0.05 || v.P50 != slow.Quantile(0.5) || v.Errors.Base != 0.01 || v.Slow.Base != 0.05 {
		t.Errorf("after a minute: %+v", v)
	}
	_, vs = judge(g, 12, tick.Tick{N: 20, Hist: quick})
	if v := vs[11]; v.Errors.Rate != 0 || v.P95 != quick.Quantile(0.95) {
		t.Errorf("after another: %+v", v)
	}
	if vs[5].Errors.Rate != 0.025 {
		t.Errorf("in between: %+v", vs[5])
	}
}

func TestAWatchWithoutALengthIsJudgedByWhatItSaw(t *testing.T) {
	endless := normal
	endless.Watch = 0
	_, vs := judge(guard.New(endless, steady), 20*60, tick.Tick{N: 20})
	if first, last := vs[0], vs[len(vs)-1]; last.Needs <= first.Needs {
		t.Errorf("after %v it needs %d requests, at first %d", time.Duration(last.Seen/20)*time.Second, last.Needs, first.Needs)
	}
}
