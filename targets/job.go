package targets

import (
	"fmt"
	"time"

	"goaround/targets/text"
)

// Job is a command that runs once in a session: in one container of a released service's
// new image, with the service's environment, on the networks that it shares with others.
type Job struct {
	Name    string        `json:"name"`
	Service string        `json:"service"`
	Command []string      `json:"command"` // argv, in place of the image's entrypoint
	Class   Class         `json:"class"`
	Timeout time.Duration `json:"timeout"` // it is stopped then, and has failed
}

// Class says what a job does to the data that the release before needs.
type Class string

// The classes.
const (
	ClassNone         Class = "none"         // it changes no data
	ClassExpand       Class = "expand"       // it adds what the release before does not mind
	ClassContract     Class = "contract"     // it takes away what the release before may need
	ClassIrreversible Class = "irreversible" // no release can undo it
)

// Unsafe reports whether the way back is not safe any more once a job of that class has
// been started. What is not known is not safe.
func (c Class) Unsafe() bool { return c != ClassNone && c != ClassExpand }

// JobState is a job that a session has begun on a host, for as long as the host remembers.
type JobState struct {
	Name      string    `json:"name"`
	Session   string    `json:"session"`
	Container text.Safe `json:"container,omitzero"`
	Started   time.Time `json:"started,omitzero"` // zero: it never was
	Ended     time.Time `json:"ended,omitzero"`   // zero: it has not
	Exit      int       `json:"exit,omitempty"`   // once it has ended
}

// Running reports whether the job has been started and has not ended.
func (j JobState) Running() bool { return !j.Started.IsZero() && j.Ended.IsZero() }

// Well reports whether the job has ended as it should.
func (j JobState) Well() bool { return !j.Ended.IsZero() && j.Exit == 0 }

// Job returns what the host remembers of the job of that name in a session.
func (h Host) Job(name, session string) (JobState, bool) {
	for _, j := range h.Jobs {
		if j.Name == name && j.Session == session {
			return j, true
		}
	}
	return JobState{}, false
}

// JobFailed is the error of a job that ended badly, with its last lines.
func JobFailed(op Op, exit int, last []text.Safe) *text.Problem {
	p := text.NewProblem("job-failed", fmt.Sprintf("job %s ended with code %d on %s", op.Job.Name, exit, op.Host),
		"its last lines say why; mend it, then deploy again: it runs anew then")
	p.More = last
	return p
}

// JobTooLong is the error of a job that was stopped because its time was over.
func JobTooLong(op Op, last []text.Safe) *text.Problem {
	p := text.NewProblem("job-timeout", fmt.Sprintf("job %s had not ended on %s after %s, and was stopped", op.Job.Name, op.Host, op.Job.Timeout),
		"look how far it came before it runs again; `timeout:` in goaround.yaml gives it longer")
	p.More = last
	return p
}

// JobRuns is the error of a job that another session left running.
func JobRuns(op Op, j JobState) *text.Problem {
	return text.NewProblem("job-runs",
		fmt.Sprintf("job %s of session %s still runs on %s, since %s", j.Name, j.Session, op.Host, j.Started.UTC().Format("15:04:05 MST")),
		fmt.Sprintf("wait until it has ended, then deploy again; `docker logs %s` shows it", j.Container))
}
