package compose_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// job is a job of the stack's service that waits and ends with a code.
func job(name, wait, code string) func(*targets.Op) {
	return func(op *targets.Op) {
		op.Job = &targets.Job{Name: name, Service: "web", Command: []string{"/app", "job", wait, code}, Class: targets.ClassExpand, Timeout: time.Minute}
	}
}

// says performs a job and returns what it said.
func (f *flight) says(change ...func(*targets.Op)) (string, error) {
	f.Helper()
	op := targets.Op{ID: "job", Host: "local", Verb: targets.VerbJob, Slot: targets.Blue, Session: "session-of-ana", Plan: "plan"}
	for _, c := range change {
		c(&op)
	}
	ctx, cancel := context.WithTimeout(f.Context(), 2*time.Minute)
	defer cancel()
	var said strings.Builder
	err := f.target.Do(ctx, op, func(p targets.Progress) { said.WriteString(p.Text.String() + "\n") })
	return said.String(), err
}

func TestJobs(t *testing.T) {
	t.Parallel()
	rules(t, composetest.Up(t), []rule{
		{"a job has the new image and the service's environment, and no name of its", jobIsNoService},
		{"a job leaves its last words, without a secret, until another session stages", jobLeavesItsWords},
		{"a job is stopped with the session that began it", jobEndsWithItsSession},
	})
}

func jobIsNoService(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	said, err := f.says(of(f.release("v2")), job("migrate", "0s", "0"))
	if err != nil || !strings.Contains(said, "migrating with v2") || strings.Contains(said, composetest.Secret) {
		t.Fatalf("the job ended with %v and said %q", err, said)
	}
	in, err := s.Docker.ContainerInspect(t.Context(), s.Project+"-job-migrate-session-of-ana")
	if err != nil {
		t.Fatal(err)
	}
	if policy := in.HostConfig.RestartPolicy.Name; policy != "no" || len(in.HostConfig.PortBindings) > 0 {
		t.Errorf("restart policy %s, ports %v", policy, in.HostConfig.PortBindings)
	}
	for network, n := range in.NetworkSettings.Networks {
		if slices.Contains(n.Aliases, "web") || slices.Contains(n.Aliases, "web-blue") {
			t.Errorf("on %s the job is called %v", network, n.Aliases)
		}
	}
	if h := observe(t, f.target); len(h.Slots) != 1 || len(h.Jobs) != 1 || !h.Jobs[0].Well() {
		t.Errorf("after the job: slots %v, jobs %+v", h.Slots, h.Jobs)
	}
}

func jobLeavesItsWords(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	_, err := f.says(of(f.release("v2")), job("fails", "0s", "7"))
	p := problem(t, err, "job-failed")
	var last strings.Builder
	for _, line := range p.More {
		last.WriteString(line.String() + "\n")
	}
	if said := last.String(); !strings.Contains(said, "error: the last word of the job") || strings.Contains(said, composetest.Secret) {
		t.Errorf("its last words are %q", said)
	}
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")))
	if jobs := observe(t, f.target).Jobs; len(jobs) != 2 {
		t.Errorf("after the stage of its own session: %+v", jobs)
	}
	f.do(targets.VerbStage, targets.Blue, of(f.release("v2")), func(op *targets.Op) { op.Session = "another" })
	if jobs := observe(t, f.target).Jobs; len(jobs) != 0 {
		t.Errorf("after the stage of another session: %+v", jobs)
	}
}

func jobEndsWithItsSession(t *testing.T, s *composetest.Stack) {
	f := fly(t, s)
	ctx, cancel := contextOf(t)
	op := targets.Op{ID: "job", Host: "local", Verb: targets.VerbJob, Session: "session-of-ana", Release: f.release("v2")}
	job("endless", "1h", "0")(&op)
	err := f.target.Do(ctx, op, func(p targets.Progress) {
		if strings.Contains(p.Text.String(), "migrating") {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the job ended with %v, want the context's error", err)
	}
	j, ok := observe(t, f.target).Job("endless", "session-of-ana")
	if !ok || j.Running() || j.Well() {
		t.Errorf("the job is %+v", j)
	}
}
