package inproc

import (
	"context"
	"errors"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Doing is what a job does, since it has no process: it says its lines at its start, takes
// its time, and ends with a code.
type Doing struct {
	Says  []text.Safe
	Takes time.Duration
	Exit  int
}

// Jobs are those that sessions have begun on one host. The zero value has none. Safe for
// concurrent use.
type Jobs struct {
	mu  sync.Mutex
	all []*job
}

type job struct {
	targets.JobState
	says  []text.Safe
	over  bool          // its time was
	ended chan struct{} // closed at its end
}

// killed is the code of a process that was ended by SIGKILL.
const killed = 137

// Run does op, a job, unless its session has begun it before: then it waits for its end.
func (js *Jobs) Run(ctx context.Context, op targets.Op, does Doing, report func(targets.Progress)) error {
	j, first, err := js.begin(op, does)
	if err != nil {
		return err
	}
	if first {
		js.run(ctx, j, op.Job.Timeout, does, report)
	}
	select {
	case <-j.ended:
	case <-ctx.Done():
		return ctx.Err()
	}
	switch {
	case ctx.Err() != nil && first:
		return ctx.Err()
	case j.over:
		return targets.JobTooLong(op, j.says)
	case j.Exit != 0:
		return targets.JobFailed(op, j.Exit, j.says)
	}
	return nil
}

func (js *Jobs) begin(op targets.Op, does Doing) (j *job, first bool, err error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	for _, j := range js.all {
		switch {
		case j.Name != op.Job.Name:
		case j.Session == op.Session:
			return j, false, nil
		case j.Running():
			return nil, false, targets.JobRuns(op, j.JobState)
		}
	}
	name := text.Clean("job-" + op.Job.Name + "-" + op.Session)
	j = &job{
		JobState: targets.JobState{Name: op.Job.Name, Session: op.Session, Container: name, Started: time.Now()},
		says:     does.Says, ended: make(chan struct{}),
	}
	js.all = append(js.all, j)
	return j, true, nil
}

func (js *Jobs) run(ctx context.Context, j *job, timeout time.Duration, does Doing, report func(targets.Progress)) {
	for _, line := range does.Says {
		report(targets.Progress{Text: line})
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := Pause(within, does.Takes)
	js.mu.Lock()
	defer js.mu.Unlock()
	j.Ended, j.Exit = time.Now(), does.Exit
	if err != nil {
		j.Exit, j.over = killed, errors.Is(err, context.DeadlineExceeded)
	}
	close(j.ended)
}

// States are how the jobs are, the newest last.
func (js *Jobs) States() []targets.JobState {
	js.mu.Lock()
	defer js.mu.Unlock()
	var all []targets.JobState
	for _, j := range js.all {
		all = append(all, j.JobState)
	}
	return all
}

// Forget forgets the jobs of other sessions that have ended.
func (js *Jobs) Forget(session string) {
	js.mu.Lock()
	defer js.mu.Unlock()
	var kept []*job
	for _, j := range js.all {
		if j.Session == session || j.Running() {
			kept = append(kept, j)
		}
	}
	js.all = kept
}
