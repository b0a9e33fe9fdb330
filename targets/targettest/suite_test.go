package targettest_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/inproc"
	"goaround/targets/targettest"
	"goaround/targets/text"
)

// broken is a target with one defect.
type broken struct {
	*fake.Target
	defect string
	hosts  sync.Mutex
	last   targets.Op
}

func (b *broken) is(defect string) bool { return b.defect == defect }

func (b *broken) Resolve(ctx context.Context, images map[string]string, report func(targets.Progress)) (targets.Release, error) {
	r, err := b.Target.Resolve(ctx, images, report)
	if b.is("pins nothing") {
		for service, im := range r.Images {
			im.Pin = ""
			r.Images[service] = im
		}
	}
	return r, err
}

func (b *broken) Observe(ctx context.Context) (targets.Observed, error) {
	o, err := b.Target.Observe(ctx)
	for i := range o.Hosts {
		if b.is("hides the store") {
			o.Hosts[i].Store = nil
		}
		if b.is("hides the lease") {
			o.Hosts[i].Lease = nil
		}
		if l := o.Hosts[i].Lease; l != nil && b.is("calls a lease free") {
			l.Free = true
		}
	}
	return o, err
}

func (b *broken) Acquire(ctx context.Context, c targets.Claim) (targets.Lease, error) {
	c.Force = c.Force || b.is("gives the lease to everybody")
	if b.is("gives no lease to who resumes") {
		c.After = ""
	}
	return b.Target.Acquire(ctx, c)
}

func (b *broken) Do(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	switch {
	case b.is("waits for its host"):
		b.hosts.Lock()
		defer b.hosts.Unlock()
	case b.is("asks for no lease"):
		b.Target.Acquire(ctx, targets.Claim{By: "itself", Force: true})
	case b.is("cannot repeat a removal") && op.Verb == targets.VerbRemove:
		if o, _ := b.Target.Observe(ctx); b.Target.Done(o, op) {
			return os.ErrNotExist
		}
	case b.is("hears no context"):
		ctx = context.WithoutCancel(ctx)
	case b.is("runs a job again") && op.Verb == targets.VerbJob:
		op.Session += time.Now().String()
	case b.is("starts the workers at once") && op.Verb == targets.VerbStage:
		if err := b.Target.Do(ctx, op, report); err != nil {
			return err
		}
		op.Verb = targets.VerbSwap
	case op.Verb == targets.VerbSwap:
		return b.swap(ctx, op, report)
	case b.is("retires what has traffic") && op.Verb == targets.VerbRetire:
		op.Verb, op.Slot = targets.VerbRoute, targets.NoSlot
		if err := b.Target.Do(ctx, op, report); err != nil {
			return err
		}
		op.Verb, op.Slot = targets.VerbRetire, targets.Base
	case b.is("removes what it retires") && op.Verb == targets.VerbRetire:
		op.Verb = targets.VerbRemove
	}
	return b.Target.Do(ctx, op, report)
}

func (b *broken) Freeze(ctx context.Context, by, why text.Safe) error {
	if b.is("writes over a freeze") {
		b.Target.Thaw(ctx)
	}
	return b.Target.Freeze(ctx, by, why)
}

func (b *broken) Sessions(ctx context.Context) ([]targets.Summary, error) {
	all, err := b.Target.Sessions(ctx)
	if b.is("tells the oldest first") {
		slices.Reverse(all)
	}
	return all, err
}

func (b *broken) swap(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	none := op
	none.Slot, none.Release = targets.Green, targets.Release{}
	switch {
	case b.is("leaves workers running"):
		op.From = targets.NoSlot
	case b.is("forgets the one before"):
		defer b.Target.Do(ctx, none, report)
	case b.is("swaps the newest first") && op.Slot == targets.Blue:
		report(targets.Progress{})
		b.last = op
		return nil
	case b.is("swaps the newest first"):
		defer func() { b.Target.Do(ctx, b.last, report) }()
	}
	return b.Target.Do(ctx, op, report)
}

func (b *broken) Done(o targets.Observed, op targets.Op) bool {
	return b.is("calls everything done") || b.Target.Done(o, op)
}

func (b *broken) Watch(ctx context.Context, sink func(targets.Sighting)) error {
	if b.is("reports its context") {
		b.Target.Watch(ctx, sink)
		return ctx.Err()
	}
	return b.Target.Watch(ctx, sink)
}

func (b *broken) Dial(ctx context.Context, host, service string, slot targets.Slot) (net.Conn, error) {
	if b.is("dials the live slot") {
		slot = targets.Base
	}
	return b.Target.Dial(ctx, host, service, slot)
}

// caught says which rule each defect breaks.
var caught = map[string]string{
	"pins nothing":                  "resolve_pins_an_image",
	"hides the store":               "the_record_is_in_the_store",
	"hides the lease":               "one_of_many_gets_the_lease",
	"gives the lease to everybody":  "one_of_many_gets_the_lease",
	"calls a lease free":            "what_the_holder",
	"tells the oldest first":        "summaries_of_sessions",
	"writes over a freeze":          "a_freeze_is_seen",
	"asks for no lease":             "an_operation_without_a_lease",
	"waits for its host":            "route_does_not_wait",
	"hears no context":              "a_context_that_ends",
	"cannot repeat a removal":       "each_operation_is_done",
	"runs a job again":              "a_job_runs_once",
	"retires what has traffic":      "a_slot_that_has_traffic",
	"removes what it retires":       "a_retired_slot_is_cold",
	"starts the workers at once":    "stage_creates_workers",
	"leaves workers running":        "swap_moves_the_workers",
	"forgets the one before":        "a_worker_that_does_not",
	"swaps the newest first":        "of_two_swaps_at_once",
	"calls everything done":         "each_operation_is_done",
	"reports its context":           "watch_delivers",
	"dials the live slot":           "dial_reaches_nothing",
	"gives no lease to who resumes": "who_resumes_a_session_takes_its_lease,_and_no_other",
}

// defectVar names the defect to a child process of the test.
const defectVar = "TARGETTEST_DEFECT"

func TestTheSubject(t *testing.T) {
	defect, ok := os.LookupEnv(defectVar)
	if !ok {
		t.Skip("run by TestEachDefectIsCaught, in a process of its own")
	}
	targettest.Run(t, func(t *testing.T) targettest.Subject {
		says := []text.Safe{text.Clean("migrating")}
		f := fake.New(fake.ReadyWithin(time.Second), fake.StartFirst("mailer"), fake.StopFirst("indexer"),
			fake.Job("good", inproc.Doing{Says: says, Takes: 200 * time.Millisecond}), fake.Job("bad", inproc.Doing{Says: says, Exit: 3}))
		f.Traffic(50, fake.Steady)
		return targettest.Subject{
			Target: &broken{Target: f, defect: defect}, Peer: &broken{Target: f.Peer(), defect: defect},
			Hosts: []string{"web-1"}, Service: "web", Good: fake.V2, Sick: fake.Sick, Path: "/",
			Workers: []string{"mailer", "indexer"},
			Jobs: targettest.Jobs{
				Good: targets.Job{Name: "good", Service: "web", Timeout: time.Minute},
				Bad:  targets.Job{Name: "bad", Service: "web", Timeout: time.Minute}, Says: "migrating",
			},
		}
	})
}

func TestEachDefectIsCaught(t *testing.T) {
	for defect, rule := range caught {
		t.Run(defect, func(t *testing.T) {
			t.Parallel()
			out, err := child(t, defect, rule)
			if err == nil || !strings.Contains(out, "--- FAIL: TestTheSubject/"+rule) {
				t.Errorf("no failure of %s: %v\n%s", rule, err, out)
			}
		})
	}
}

func TestATargetWithoutADefectPasses(t *testing.T) {
	if out, err := child(t, "", ""); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func child(t *testing.T, defect, rule string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run", "^TestTheSubject$/"+rule)
	cmd.Env = append(os.Environ(), defectVar+"="+defect)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
