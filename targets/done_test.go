package targets_test

import (
	"strings"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

func release(pin string) targets.Release {
	return targets.Release{Images: map[string]targets.Image{"web": {Pin: pin}}}
}

func observed(change func(*targets.Host)) targets.Observed {
	h := targets.Host{
		Name:    "web-1",
		Live:    targets.Base,
		Servers: []targets.Server{{Service: "web", Slot: targets.Blue, Up: true, Ready: true}},
		Slots: map[targets.Slot]targets.SlotState{targets.Blue: {
			Release:   release("sha256:2"),
			Instances: []targets.Instance{{Service: "web", State: targets.Running}},
		}},
	}
	change(&h)
	return targets.Observed{Hosts: []targets.Host{h}}
}

func op(v targets.Verb) targets.Op {
	return targets.Op{Host: "web-1", Verb: v, Slot: targets.Blue, Release: release("sha256:2"), Session: "s1", From: targets.Base,
		Job: &targets.Job{Name: "migrate"}}
}

func blue(change func(*targets.SlotState)) func(*targets.Host) {
	return func(h *targets.Host) {
		s := h.Slots[targets.Blue]
		change(&s)
		h.Slots[targets.Blue] = s
	}
}

func state(c targets.Condition) func(*targets.Host) {
	return blue(func(s *targets.SlotState) { s.Instances[0].State = c })
}

// workers adds a worker to base and to blue.
func workers(before, now targets.Condition) func(*targets.Host) {
	return func(h *targets.Host) {
		blue(func(s *targets.SlotState) {
			s.Instances = append(s.Instances, targets.Instance{Service: "mailer", Worker: true, State: now})
		})(h)
		h.Slots[targets.Base] = targets.SlotState{Instances: []targets.Instance{{Service: "mailer", Worker: true, State: before}}}
	}
}

func TestWorkersElsewhereThanTheTrafficAreAstray(t *testing.T) {
	for _, c := range []struct {
		before, now targets.Condition
		want        string
	}{
		{targets.Running, targets.Stopped, ""},
		{targets.Running, targets.Running, "worker mailer runs in blue, and the traffic goes to base"},
		{targets.Restarting, targets.Stopped, "worker mailer of base, which is live, does not run as it should"},
	} {
		var said []string
		for _, line := range observed(workers(c.before, c.now)).Hosts[0].Astray() {
			said = append(said, line.String())
		}
		if got := strings.Join(said, "; "); got != c.want {
			t.Errorf("base %s, blue %s: %q, want %q", c.before, c.now, got, c.want)
		}
	}
}

func TestDoneIsWhatTheHostShows(t *testing.T) {
	asIs := func(*targets.Host) {}
	empty := func(h *targets.Host) { delete(h.Slots, targets.Blue) }
	recorded := func(session, pin string) func(*targets.Host) {
		return func(h *targets.Host) {
			h.Store = &targets.Record{Slot: targets.Blue, Session: session, Release: release(pin)}
		}
	}
	at := time.Unix(1, 0)
	ran := func(session string, started, ended time.Time, exit int) func(*targets.Host) {
		return func(h *targets.Host) {
			h.Jobs = []targets.JobState{{Name: "migrate", Session: session, Started: started, Ended: ended, Exit: exit}}
		}
	}
	unsafe := func(ahead bool) func(*targets.Host) {
		return func(h *targets.Host) {
			h.Store = &targets.Record{Slot: targets.Blue, Session: "s1", Release: release("sha256:2"), UnsafeWhy: text.Clean("job drop"), Ahead: ahead}
		}
	}
	warn := op(targets.VerbWarn)
	warn.Unsafe = text.Clean("job drop")
	if !targets.Done(observed(unsafe(true)), warn) || targets.Done(observed(unsafe(false)), warn) {
		t.Error("a record warns if it says why, of what is ahead of it")
	}
	for _, c := range []struct {
		rule string
		verb targets.Verb
		host func(*targets.Host)
		want bool
	}{
		{"a slot that runs the release is staged", targets.VerbStage, asIs, true},
		{"a slot that restarts is staged", targets.VerbStage, state(targets.Restarting), true},
		{"a stopped slot is not staged", targets.VerbStage, state(targets.Stopped), false},
		{"an empty slot is not staged", targets.VerbStage, empty, false},
		{"another release is not staged", targets.VerbStage, blue(func(s *targets.SlotState) { s.Release = release("sha256:1") }), false},
		{"a slot with a service missing is not staged", targets.VerbStage, blue(func(s *targets.SlotState) { s.Missing = []string{"api"} }), false},
		{"a running slot is started", targets.VerbStart, asIs, true},
		{"a stopped slot is not started", targets.VerbStart, state(targets.Stopped), false},
		{"a running slot with its server up is ready", targets.VerbReady, asIs, true},
		{"a slot whose server is down is not ready", targets.VerbReady, func(h *targets.Host) { h.Servers[0].Up = false }, false},
		{"a slot whose server is in maintenance is not ready", targets.VerbReady, func(h *targets.Host) { h.Servers[0].Ready = false }, false},
		{"a slot that the proxy does not know is not ready", targets.VerbReady, func(h *targets.Host) { h.Servers = nil }, false},
		{"traffic elsewhere is not routed", targets.VerbRoute, asIs, false},
		{"traffic here is routed", targets.VerbRoute, func(h *targets.Host) { h.Live = targets.Blue }, true},
		{"divided traffic is not routed", targets.VerbRoute, func(h *targets.Host) { h.Live, h.Divided = targets.Blue, true }, false},
		{"no record is not persisted", targets.VerbPersist, asIs, false},
		{"a record of this session is persisted", targets.VerbPersist, recorded("s1", "sha256:2"), true},
		{"a record of another session is not", targets.VerbPersist, recorded("s0", "sha256:2"), false},
		{"a record of another release is not", targets.VerbPersist, recorded("s1", "sha256:1"), false},
		{"a record that the way back is unsafe is not one that it is safe", targets.VerbPersist, unsafe(false), false},
		{"a record that does not warn has not warned", targets.VerbWarn, recorded("s1", "sha256:2"), false},
		{"a job that was never begun is not done", targets.VerbJob, asIs, false},
		{"a job that was never started is not done", targets.VerbJob, ran("s1", time.Time{}, time.Time{}, 0), false},
		{"a job that runs is not done", targets.VerbJob, ran("s1", at, time.Time{}, 0), false},
		{"a job that ended badly is not done", targets.VerbJob, ran("s1", at, at, 3), false},
		{"a job of another session is not done", targets.VerbJob, ran("s0", at, at, 0), false},
		{"a job that ended well is done", targets.VerbJob, ran("s1", at, at, 0), true},
		{"where there is no worker all are swapped", targets.VerbSwap, asIs, true},
		{"a worker that runs alone is swapped", targets.VerbSwap, workers(targets.Stopped, targets.Running), true},
		{"a worker beside the one before is not swapped", targets.VerbSwap, workers(targets.Running, targets.Running), false},
		{"a worker beside one that restarts is not swapped", targets.VerbSwap, workers(targets.Restarting, targets.Running), false},
		{"a worker that was never started is not swapped", targets.VerbSwap, workers(targets.Stopped, targets.Stopped), false},
		{"a slot whose worker was never started is staged", targets.VerbStage, workers(targets.Running, targets.Stopped), true},
		{"a slot whose worker was never started is started", targets.VerbStart, workers(targets.Running, targets.Stopped), true},
		{"a slot whose worker was never started is ready", targets.VerbReady, workers(targets.Running, targets.Stopped), true},
		{"a slot whose worker runs is not retired", targets.VerbRetire, workers(targets.Stopped, targets.Running), false},
		{"a running slot is not retired", targets.VerbRetire, asIs, false},
		{"a stopped slot is retired", targets.VerbRetire, state(targets.Stopped), true},
		{"nothing is left to retire in an empty slot", targets.VerbRetire, empty, true},
		{"a slot with containers is not removed", targets.VerbRemove, state(targets.Stopped), false},
		{"an empty slot is removed", targets.VerbRemove, empty, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := targets.Done(observed(c.host), op(c.verb)); got != c.want {
				t.Errorf("done %v, want %v", got, c.want)
			}
		})
	}
}

func TestNothingIsDoneOnAHostThatIsNotSeen(t *testing.T) {
	if targets.Done(targets.Observed{}, op(targets.VerbRemove)) {
		t.Error("done on a host that was not observed")
	}
}
