package haproxy_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/text"
)

// problem is the code of an error that a person can act on.
func problem(t *testing.T, err error, code string, words ...string) {
	t.Helper()
	var p *text.Problem
	if !errors.As(err, &p) || p.Code != code || p.Hint.IsZero() {
		t.Fatalf("%v instead of a problem %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(p.Error(), w) {
			t.Errorf("%q does not say %q", p.Error(), w)
		}
	}
}

func TestASwitchRaisesBeforeItLowersAndReadsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web", "api"))
		p := fly(t, h, "web", "api")
		h.do(func(w *worker) { w.servers["api/green"].admin = 0x10 })
		if err := p.Switch(t.Context(), targets.Green); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(only(targets.Green), h.weights()); diff != "" {
			t.Error(diff)
		}
		all := strings.Join(h.asked, "\n")
		lowered := strings.Index(all, "set server web/base weight 0")
		for _, first := range []string{"set server web/green weight 100", "set server api/green weight 100", "set server api/green state ready"} {
			if at := strings.Index(all, first); at < 0 || at > lowered {
				t.Errorf("%q does not come before the others are lowered", first)
			}
		}
		if last := strings.LastIndex(all, "show servers state api"); last < strings.LastIndex(all, "set server") {
			t.Error("what was set is not read back")
		}
		if h.dials != 1 {
			t.Errorf("%d streams", h.dials)
		}
	})
}

func TestASwitchOnAWorkerThatIsStoppingIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := newWorker(8, "web")
		h := newFakeHost(old)
		p := fly(t, h, "web")
		if _, err := p.Rehearse(t.Context()); err != nil {
			t.Fatal(err)
		}
		old.stopping = true
		h.worker = newWorker(21, "web")
		if err := p.Switch(t.Context(), targets.Blue); err != nil {
			t.Fatal(err)
		}
		if h.dials != 2 || h.weights()["web/blue"] != 100 {
			t.Errorf("%d streams, %v", h.dials, h.weights())
		}
	})
}

func TestAStreamThatEndedIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		p := fly(t, h, "web")
		if _, err := p.Rehearse(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.conns[0].Close()
		if err := p.Switch(t.Context(), targets.Blue); err != nil || h.dials != 2 {
			t.Errorf("%v, %d streams", err, h.dials)
		}
	})
}

func TestASlowPollKeepsNoSwitchWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.mute = func(command string) bool { return strings.HasPrefix(command, "show stat") }
		p := fly(t, h, "web")
		go p.Watch(t.Context(), func(targets.Sighting) {})
		time.Sleep(time.Second)
		start := time.Now()
		if err := p.Switch(t.Context(), targets.Blue); err != nil || time.Since(start) > 0 {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		h.logW.Close()
	})
}

func TestAProxyThatNeverAnswersHoldsASwitchForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.mute = func(command string) bool { return strings.HasPrefix(command, "set") }
		p := fly(t, h, "web")
		start := time.Now()
		err := p.Switch(t.Context(), targets.Blue)
		if took := time.Since(start); err == nil || took > 11*time.Second {
			t.Errorf("%v after %s", err, took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.Switch(ctx, targets.Blue); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestNobodyListeningIsAProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fly(t, newFakeHost(nil), "web")
		problem(t, p.Switch(t.Context(), targets.Blue), "proxy-socket", "127.0.0.1:9999")
		_, err := p.Servers(t.Context())
		problem(t, err, "proxy-socket")
		_, err = p.Rehearse(t.Context())
		problem(t, err, "proxy-socket")
		problem(t, p.Persist(t.Context()), "proxy-socket")
	})
}

func TestWhatIsNotAsAskedIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.do(func(w *worker) { w.servers["web/base"].stuck = true })
		problem(t, fly(t, h, "web").Switch(t.Context(), targets.Blue), "proxy-differs", "web/base has weight 100")
	})
}

func TestARefusalTakesBackWhatWasRaised(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*worker)
		code  string
		says  string
	}{
		"a server that is down":       {func(w *worker) { w.servers["api/blue"].op = 0 }, "proxy-server", "api/blue is down (operational state 0)"},
		"a name that is not resolved": {func(w *worker) { w.servers["api/blue"].admin = 0x20 }, "proxy-server", "api/blue has no address"},
		"a balance without weights":   {func(w *worker) { w.static = "api" }, "proxy-refused", "static LB algorithm"},
		"a backend that is not loaded": {func(w *worker) {
			maps.DeleteFunc(w.servers, func(name string, _ *fakeServer) bool { return name[:3] == "api" })
		}, "proxy-backend", "backend api"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newFakeHost(newWorker(8, "web", "api"))
				h.do(c.spoil)
				before := h.weights()
				problem(t, fly(t, h, "web", "api").Switch(t.Context(), targets.Blue), c.code, c.says)
				if diff := cmp.Diff(before, h.weights()); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestANewerSwitchEndsOneThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		h.do(func(w *worker) { w.servers["web/green"].op = 0 })
		p := fly(t, h, "web")
		older := make(chan error)
		go func() { older <- p.Switch(t.Context(), targets.Green) }()
		time.Sleep(time.Second)
		start := time.Now()
		if err := p.Switch(t.Context(), targets.Blue); err != nil || time.Since(start) > 0 {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		problem(t, <-older, "route-superseded")
		want := map[string]int{"web/base": 0, "web/blue": 100, "web/green": 0}
		if diff := cmp.Diff(want, h.weights()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheStateThatIsPersistedIsNeverOlderThanTheLastSwitch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web"))
		p := fly(t, h, "web")
		switched := false
		h.onWrite = func() {
			if !switched {
				switched = true
				if err := p.Switch(t.Context(), targets.Blue); err != nil {
					t.Error(err)
				}
			}
		}
		if err := p.Persist(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(h.written) != 2 || !strings.HasPrefix(h.written[1], "0 /var/lib/goaround/servers.state\n1\n# be_id") ||
			!strings.Contains(h.written[1], "blue 172.20.0.3 2 0 100") {
			t.Errorf("%q", h.written)
		}
	})
}

// A reload right before a switch: the old worker does it, and the new one comes up with
// the file from before.
func TestASwitchThatAReloadForgotIsMadeAgainWhenItIsWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := newWorker(8, "web")
		h := newFakeHost(old)
		p := fly(t, h, "web")
		if err := p.Switch(t.Context(), targets.Blue); err != nil {
			t.Fatal(err)
		}
		h.onWrite = func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			if !old.stopping {
				old.stopping = true
				h.worker = newWorker(21, "web")
			}
		}
		if err := p.Persist(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"web/base": 0, "web/blue": 100, "web/green": 0}
		if diff := cmp.Diff(want, h.weights()); diff != "" {
			t.Error(diff)
		}
		if last := h.written[len(h.written)-1]; !strings.Contains(last, "blue 172.20.0.3 2 0 100") {
			t.Errorf("written down at last: %q", last)
		}
	})
}

func TestASwitchToNoSlotTakesAllWeightsAndReadsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHost(newWorker(8, "web", "api"))
		p := fly(t, h, "web", "api")
		for _, to := range []targets.Slot{targets.Green, targets.NoSlot, targets.NoSlot} {
			if err := p.Switch(t.Context(), to); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(only(targets.NoSlot), h.weights()); diff != "" {
			t.Error(diff)
		}
		if err := p.Switch(t.Context(), targets.Blue); err != nil {
			t.Fatal(err)
		}
		h.do(func(w *worker) { w.servers["web/blue"].stuck = true })
		problem(t, p.Switch(t.Context(), targets.NoSlot), "proxy-differs", "web/blue has weight 100")
	})
}
