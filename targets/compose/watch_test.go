package compose_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
)

// watched is what a watch has handed over.
type watched struct {
	mu   sync.Mutex
	seen []targets.Sighting
}

// watch watches a target until the test ends.
func watch(t *testing.T, target *compose.Target) *watched {
	t.Helper()
	w := &watched{}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- target.Watch(ctx, w.take) }()
	t.Cleanup(func() {
		stop()
		if err := receive(t, "the watch to end", ended); err != nil {
			t.Errorf("watch: %v", err)
		}
	})
	return w
}

func (w *watched) take(s targets.Sighting) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, s)
}

// until waits for a sighting that holds, and returns it.
func until[S targets.Sighting](t *testing.T, w *watched, what string, holds func(S) bool) (found S) {
	t.Helper()
	composetest.Until(t, what, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, s := range w.seen {
			if s, ok := s.(S); ok && holds(s) {
				found = s
				return true
			}
		}
		return false
	})
	return found
}

func in(slot targets.Slot, w targets.Where) bool {
	return w.Host == "local" && w.Service == "web" && w.Slot == slot
}

func TestAWatch(t *testing.T) {
	t.Parallel()
	rules(t, composetest.Up(t), []rule{
		{"sees requests, vitals and logs of both slots", seesBothSlots},
		{"hands over hostile logs clean and without secrets", hostileLogs},
		{"says when the engine is gone, and heals when it is back", healsWithEngine},
	})
}

func seesBothSlots(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	w := watch(t, f.target)
	s.Load(t, 50)
	until(t, w, "a request to base", func(r targets.Request) bool { return in(targets.Base, r.Where) && !r.Bad })
	until(t, w, "a counter of base", func(c targets.Counter) bool { return in(targets.Base, c.Where) && c.Requests > 0 })
	f.cutOver(targets.Blue, f.release("v2"), targets.Base, targets.Release{})
	until(t, w, "a request to blue", func(r targets.Request) bool { return in(targets.Blue, r.Where) && !r.Bad })
	until(t, w, "a line of blue", func(l targets.Line) bool { return in(targets.Blue, l.Where) && l.Text.String() == "starting v2" })
	for _, slot := range []targets.Slot{targets.Base, targets.Blue} {
		until(t, w, "vitals of "+string(slot), func(v targets.Vital) bool {
			return in(slot, v.Where) && v.State == targets.Running && v.Memory > 0 && v.CPU >= 0
		})
	}
	f.do(targets.VerbRetire, targets.Base)
	until(t, w, "base to be seen stopped", func(v targets.Vital) bool { return in(targets.Base, v.Where) && v.State == targets.Stopped })
	f.do(targets.VerbStart, targets.Base)
	until(t, w, "base to say that it starts again", func(l targets.Line) bool { return in(targets.Base, l.Where) && l.Text.String() == "starting v1" })
	f.do(targets.VerbRoute, targets.Base)
	if err := s.Docker.ContainerRemove(t.Context(), f.slot(targets.Blue).ID, container.RemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	until(t, w, "blue to be seen gone", func(v targets.Vital) bool {
		return in(targets.Blue, v.Where) && v.State == targets.Stopped && v.Health == targets.HealthUnknown
	})
}

func hostileLogs(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	w := watch(t, f.target)
	f.do(targets.VerbStage, targets.Blue, of(f.release("hostile")))
	until(t, w, "the line after the long one", func(l targets.Line) bool {
		return in(targets.Blue, l.Where) && l.Bad && l.Text.String() == "error: after the long line"
	})
	until(t, w, "the start of the long line", func(l targets.Line) bool { return strings.HasPrefix(l.Text.String(), "long long") })
	until(t, w, "the line with the secret", func(l targets.Line) bool { return l.Text.String() == "token is <secret API_TOKEN>" })
	w.mu.Lock()
	for _, seen := range w.seen {
		if l, ok := seen.(targets.Line); ok {
			clean(t, l.Text.String())
		}
	}
	w.mu.Unlock()
	blue := observe(t, f.target).Slots[targets.Blue]
	if blue.Release.Version.String() != "hostile" || len(blue.Instances) != 1 {
		t.Errorf("the labels of the image have changed what is seen: %+v", blue)
	}
	clean(t, blue.Release.Images["web"].Commit.String())
	f.do(targets.VerbRetire, targets.Blue)
	_, err := f.try(targets.VerbReady, targets.Blue)
	for _, line := range problem(t, err, "not-ready").More {
		clean(t, line.String())
	}
}

// through makes a target reach its host by a way.
func through(w *way) func(*compose.Config) {
	return func(c *compose.Config) { c.Env.Hosts = []string{w.address} }
}

func clean(t *testing.T, line string) {
	t.Helper()
	if !utf8.ValidString(line) || strings.ContainsAny(line, "\x1b\x07\r\n\u202e") || strings.Contains(line, composetest.Secret) {
		t.Errorf("not clean: %q", line)
	}
}

func healsWithEngine(t *testing.T, s *composetest.Stack) {
	way := newWay(t, s.Docker.DaemonHost())
	target := openWith(t, s, through(way))
	w := watch(t, target)
	load := s.Load(t, 50)
	since := time.Now()
	fresh := func(r targets.Request) bool { return r.At.After(since) && r.Slot == targets.Base }
	until(t, w, "a request", fresh)
	way.close()
	gone := until(t, w, "the alarm", func(a targets.Alarm) bool { return a.Problem.Code == "engine-gone" && !a.Clear })
	if gone.Host != way.address || gone.Problem.Hint.IsZero() {
		t.Errorf("the alarm is %+v", gone)
	}
	_, err := target.Observe(t.Context())
	problem(t, err, "engine-silent")
	way.open(t)
	until(t, w, "the end of the alarm", func(a targets.Alarm) bool { return a.Clear && a.Problem.Code == gone.Problem.Code })
	since = time.Now()
	until(t, w, "a request after it", fresh)
	load.Stop()
}
