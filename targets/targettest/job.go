package targettest

import (
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Jobs are what a subject can run as jobs.
type Jobs struct {
	Good targets.Job // says Says at its start, takes a second or so, and ends well
	Bad  targets.Job // says Says and ends with a code that is not 0
	Says string
}

// jobOp is the operation that runs a job on the first host, as a plan would make it.
func (x *trial) jobOp(j targets.Job) targets.Op {
	x.Helper()
	return targets.Op{
		ID: "job@" + x.Hosts[0], Host: x.Hosts[0], Verb: targets.VerbJob, Slot: targets.Blue,
		Release: x.resolve(x.Good), Session: x.session, Plan: "none", Job: &j,
	}
}

// running starts a job and waits until it has spoken.
func (x *trial) running(op targets.Op) (ended <-chan error) {
	x.Helper()
	result, spoke := make(chan error, 1), make(chan struct{}, 1)
	go func() {
		result <- x.Target.Do(x.ctx, op, func(p targets.Progress) {
			if !strings.Contains(p.Text.String(), x.Jobs.Says) {
				return
			}
			select {
			case spoke <- struct{}{}:
			default:
			}
		})
	}()
	select {
	case <-spoke:
		return result
	case err := <-result:
		x.Fatalf("job %s ended without a word: %v", op.Job.Name, err)
	case <-x.ctx.Done():
		x.Fatalf("job %s said nothing", op.Job.Name)
	}
	return nil
}

// state is what the host remembers of a job.
func (x *trial) state(op targets.Op) targets.JobState {
	x.Helper()
	j, ok := x.host(x.observe(), op.Host).Job(op.Job.Name, op.Session)
	if !ok {
		x.Fatalf("%s shows no job %s", op.Host, op.Job.Name)
	}
	return j
}

func jobRunsOnce(x *trial) {
	x.lease()
	op := x.jobOp(x.Jobs.Good)
	x.undoneYet([]targets.Op{op})
	ended := x.running(op)
	begun := x.state(op)
	if !begun.Running() {
		x.Errorf("the job that runs is %+v", begun)
	}
	x.undoneYet([]targets.Op{op})
	x.do([]targets.Op{op})
	if err := receive(x, "end of the job", ended); err != nil {
		x.Errorf("the job that was asked for first: %v", err)
	}
	x.do([]targets.Op{op})
	if j := x.state(op); !j.Well() || !j.Started.Equal(begun.Started) {
		x.Errorf("the job was %+v, and is %+v after it was asked for again", begun, j)
	}
}

func jobsCodeDecides(x *trial) {
	x.lease()
	op := x.jobOp(x.Jobs.Bad)
	for range 2 {
		err := x.Target.Do(x.ctx, op, func(targets.Progress) {})
		if p := x.problem(err); !strings.Contains(words(p.More), x.Jobs.Says) {
			x.Errorf("the problem lacks the job's last words: %+v", p)
		}
	}
	x.undoneYet([]targets.Op{op})
	if j := x.state(op); j.Exit == 0 || j.Running() {
		x.Errorf("the job that failed is %+v", j)
	}
}

func words(lines []text.Safe) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.String() + "\n")
	}
	return b.String()
}

func jobIsStoppedInTime(x *trial) {
	x.lease()
	j := x.Jobs.Good
	j.Timeout = time.Millisecond
	op := x.jobOp(j)
	x.problem(x.Target.Do(x.ctx, op, func(targets.Progress) {}))
	x.undoneYet([]targets.Op{op})
	if j := x.state(op); j.Running() {
		x.Errorf("the job runs on after its time: %+v", j)
	}
}

func jobDoesNotRunBesideAnothers(x *trial) {
	x.lease()
	op := x.jobOp(x.Jobs.Good)
	ended := x.running(op)
	other := op
	other.Session += "-other"
	x.problem(x.Target.Do(x.ctx, other, func(targets.Progress) {}))
	if err := receive(x, "end of the job", ended); err != nil {
		x.Errorf("the job of the first session: %v", err)
	}
	x.undoneYet([]targets.Op{other})
}

func warningIsSeen(x *trial) {
	x.lease()
	x.home()
	is := x.host(x.observe(), x.Hosts[0]).Slots[targets.Base].Release
	warn := x.ops(targets.VerbWarn, targets.Base, is)
	for i := range warn {
		warn[i].Unsafe = text.Clean("job drop (contract)")
	}
	x.undoneYet(warn)
	x.twice(warn)
	for _, h := range x.observe().Hosts {
		if h.Store.SafeBack || !h.Store.Ahead {
			x.Errorf("%s has the record %+v", h.Name, *h.Store)
		}
	}
	x.do(x.ops(targets.VerbPersist, targets.Base, is))
	for _, h := range x.observe().Hosts {
		if !h.Store.SafeBack || h.Store.Ahead {
			x.Errorf("%s has the record %+v after what came next", h.Name, *h.Store)
		}
	}
}
