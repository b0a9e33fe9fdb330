package fake_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/fake"
)

// fails has the new release fail every request from 20 s after the cutover.
func fails(slot targets.Slot, since time.Duration) fake.Mix {
	m := fake.Steady(slot, since)
	m.Errors = 0
	if slot == targets.Blue && since >= 20*time.Second {
		m.Errors = 1
	}
	return m
}

func TestAScriptCountsFromTheCutover(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		pilot(t, f)
		f.Traffic(10, fails)
		stop := watch(t, f)
		elapse(time.Minute)
		cutover(t, f, "web-1", fake.V2)
		at := time.Now()
		elapse(30 * time.Second)
		seen := only[targets.Request](stop())
		if len(seen) != 900 {
			t.Errorf("%d requests in 90 s at 10 a second", len(seen))
		}
		for _, r := range seen {
			slot := targets.Base
			if r.At.After(at) {
				slot = targets.Blue
			}
			if bad := r.At.Sub(at) >= 20*time.Second; r.Bad != bad || r.Slot != slot {
				t.Fatalf("%v after the cutover: %+v", r.At.Sub(at), r)
			}
		}
	})
}

func TestTheSameSeedGivesTheSameRequests(t *testing.T) {
	of := func(seed uint64) (seen []targets.Request) {
		bubble(t, func(t *testing.T) {
			f := fake.New(fake.Hosts("web-1", "web-2"), fake.Seed(seed))
			f.Traffic(100, fake.Steady)
			stop := watch(t, f)
			elapse(10 * time.Second)
			seen = only[targets.Request](stop())
		})
		return seen
	}
	first := of(7)
	if diff := cmp.Diff(first, of(7)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(first, of(8)) {
		t.Error("another seed gives the same requests")
	}
	bad, slow := 0, 0
	for _, r := range first {
		if r.Bad {
			bad++
		}
		if r.Latency > 90*time.Millisecond {
			slow++
		}
	}
	if bad == 0 || bad > 30 || slow < 20 || slow > 90 {
		t.Errorf("of %d requests %d bad (about 10 meant), %d over the p95 (about 50 meant)", len(first), bad, slow)
	}
}

func TestCountersAgreeWithTheRequestsAndStartAgainWithTheProxy(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Traffic(20, fake.Steady)
		stop := watch(t, f)
		elapse(10 * time.Second)
		f.RestartProxy("web-1")
		elapse(5 * time.Second)
		seen := stop()
		counters := only[targets.Counter](seen)
		if n := len(counters); n != 15 {
			t.Fatalf("%d counters in 15 s", n)
		}
		before, after := counters[9], counters[14]
		if before.Requests != 200 || after.Requests != 100 || before.Process == after.Process {
			t.Errorf("before the restart %+v, after it %+v", before, after)
		}
		if n := len(only[targets.Request](seen)); n != 300 {
			t.Errorf("%d requests, want 300", n)
		}
	})
}

func TestAMutedStreamGoesOnUnheard(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Traffic(20, fake.Steady)
		f.Mute("web-1", fake.Requests)
		stop := watch(t, f)
		elapse(5 * time.Second)
		f.Unmute("web-1", fake.Requests)
		f.Mute("web-1", fake.Counters)
		elapse(5 * time.Second)
		seen := stop()
		if n := len(only[targets.Request](seen)); n != 100 {
			t.Errorf("%d requests heard, want 100", n)
		}
		counters := only[targets.Counter](seen)
		if n := len(counters); n != 5 || counters[4].Requests != 100 {
			t.Errorf("counters %+v", counters)
		}
	})
}

func TestTrafficThatEndsLeavesTheCountersStill(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Traffic(20, fake.Steady)
		stop := watch(t, f)
		elapse(5 * time.Second)
		f.Traffic(0, nil)
		elapse(5 * time.Second)
		seen := stop()
		counters := only[targets.Counter](seen)
		if n := len(only[targets.Request](seen)); n != 100 || counters[9].Requests != 100 {
			t.Errorf("%d requests, counters %+v", n, counters[9])
		}
	})
}

func TestARequestWithoutAServerIsBadAndInNoSlot(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Die("web-1", targets.Base, "web")
		f.Traffic(10, fake.Steady)
		stop := watch(t, f)
		elapse(time.Second)
		for _, r := range only[targets.Request](stop()) {
			if r.Slot != targets.NoSlot || !r.Bad {
				t.Errorf("%+v", r)
			}
		}
	})
}

func TestAHostThatIsCutAlarmsAndServesOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New(fake.Hosts("web-1", "web-2"))
		f.Traffic(20, fake.Steady)
		stop := watch(t, f)
		f.Cut("web-1")
		elapse(5 * time.Second)
		f.Restore("web-1")
		elapse(time.Second)
		seen := stop()
		alarms := only[targets.Alarm](seen)
		if len(alarms) != 2 || alarms[0].Clear || !alarms[1].Clear {
			t.Errorf("alarms %+v", alarms)
		}
		if n := len(only[targets.Request](seen)); n != 50+10+10 {
			t.Errorf("%d requests heard, want 50 of web-2 and 10 of each after", n)
		}
		counters := only[targets.Counter](seen)
		if c := counters[len(counters)-2]; c.Host != "web-1" || c.Requests != 60 {
			t.Errorf("web-1 served %+v, want 60", c)
		}
	})
}

func TestAFrozenHostServesNobody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Traffic(10, fake.Steady)
		stop := watch(t, f)
		f.Stall("web-1")
		elapse(5 * time.Second)
		if seen := stop(); len(seen) != 0 {
			t.Errorf("seen of a frozen host: %+v", seen)
		}
	})
}

func TestVitalsComeWhenTheyChangeAndEveryFiveSeconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		stop := watch(t, f)
		elapse(6 * time.Second)
		f.Restart("web-1", targets.Base)
		elapse(time.Second)
		f.Sicken("web-1", targets.Base)
		elapse(time.Second)
		f.Cure("web-1", targets.Base)
		elapse(time.Second)
		var got []string
		for _, v := range only[targets.Vital](stop()) {
			got = append(got, string(v.Health)+strings.Repeat("+", v.Restarts))
		}
		want := []string{"healthy", "healthy", "healthy+", "unhealthy+", "healthy+"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHostileTextIsMadeSafeAtTheDoor(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New(fake.Commit(fake.V2, "4be\x1b[2J1d02\u202e"))
		stop := watch(t, f)
		f.Say("web-1", targets.Base, "ERROR \x1b]0;owned\x07 /pay\r\n")
		elapse(time.Second)
		lines := only[targets.Line](stop())
		if len(lines) != 1 || !lines[0].Bad || strings.ContainsAny(lines[0].Text.String(), "\x1b\x07\r\n") {
			t.Errorf("lines %+v", lines)
		}
		if c := resolve(t, f, fake.V2).Images["web"].Commit.String(); strings.ContainsAny(c, "\x1b\u202e") {
			t.Errorf("commit %q", c)
		}
	})
}

func TestThePastIsThereAtOnceWhereTrafficWasFlowing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New()
		f.Flowing(20, fake.Steady, 30*time.Minute)
		count := func(back time.Duration) (n int) {
			if err := f.Past(t.Context(), back, func(targets.Request) { n++ }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count(time.Hour); n != 36_000 {
			t.Errorf("%d requests in half an hour at 20 a second", n)
		}
		if n := count(time.Minute); n != 1_201 {
			t.Errorf("%d requests in a minute", n)
		}
		elapse(time.Hour)
		if n := count(24 * time.Hour); n != 50_000 {
			t.Errorf("%d requests are kept", n)
		}
	})
}

func TestUsersGetThePagesOfTheLiveRelease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		f := fake.New(fake.Pages(func(version string) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, version) })
		}))
		pilot(t, f)
		users := http.Client{Transport: &http.Transport{DialContext: f.Public, DisableKeepAlives: true}}
		get := func() (int, string) {
			res, err := users.Get("http://shop/")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(body)
		}
		if status, body := get(); status != 200 || body != "v1" {
			t.Errorf("before: %d %s", status, body)
		}
		cutover(t, f, "web-1", fake.V2)
		if status, body := get(); status != 200 || body != "v2" {
			t.Errorf("after: %d %s", status, body)
		}
		f.Sicken("web-1", targets.Blue)
		if status, _ := get(); status != http.StatusServiceUnavailable {
			t.Errorf("sick: %d", status)
		}
	})
}
