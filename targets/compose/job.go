package compose

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/compose/v5/pkg/api"
	"github.com/docker/docker/api/types/container"

	"goaround/targets"
	"goaround/targets/text"
)

const (
	// stopWithin is how long a job that is to end gets after SIGTERM when its session is
	// going away; one whose time is over gets what its container says.
	stopWithin = time.Second
	// goodbye is how long the engine may take to stop the job of a session that goes away.
	goodbye = 4 * time.Second
)

// job runs a job once; its container is the memory of that, until another session stages.
// If ctx ends the job is stopped, unless the lease is somebody else's by then.
func (t *Target) job(ctx context.Context, h *host, op targets.Op, report func(targets.Progress)) error {
	err := h.job(ctx, op, report)
	if ctx.Err() == nil {
		return err
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if t.mayChange(late, h) != nil {
		return err
	}
	grace := int(stopWithin.Seconds())
	stopped := h.api.ContainerStop(late, h.project.jobName(op.Job.Name, op.Session), container.StopOptions{Timeout: &grace})
	if stopped != nil && !errdefs.IsNotFound(stopped) {
		return errors.Join(err, h.wrap("stop job "+op.Job.Name, stopped))
	}
	return err
}

func (h *host) job(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	c, err := h.census(ctx)
	if err != nil {
		return err
	}
	begun, err := h.jobOf(ctx, c, op)
	if err != nil {
		return err
	}
	if !begun {
		if err := h.createJob(ctx, c, op, report); err != nil {
			return err
		}
	}
	in, err := h.api.ContainerInspect(ctx, h.project.jobName(op.Job.Name, op.Session))
	if err != nil {
		return h.wrap("inspect job "+op.Job.Name, err)
	}
	if timeOf(in.State.StartedAt).IsZero() {
		if err := h.startJob(ctx, op, report); err != nil {
			return err
		}
	}
	return h.awaitJob(ctx, op, in.ID, &reporter{door: h.door, report: report})
}

// jobOf reports whether op's session has begun the job. It refuses while the job runs for
// another session.
func (h *host) jobOf(ctx context.Context, c census, op targets.Op) (begun bool, err error) {
	for _, s := range c.jobs {
		switch {
		case s.Labels[labelJob] != op.Job.Name:
		case s.Labels[labelSession] == op.Session:
			return true, nil
		case s.State == container.StateRunning:
			in, err := h.api.ContainerInspect(ctx, s.ID)
			if err != nil {
				return false, h.wrap("inspect "+name(s), err)
			}
			return false, targets.JobRuns(op, h.jobState(in))
		}
	}
	return false, nil
}

func (h *host) createJob(ctx context.Context, c census, op targets.Op, report func(targets.Progress)) error {
	c, err := h.shared(ctx, c, report)
	if err != nil {
		return err
	}
	if err := h.dependencies(ctx, c); err != nil {
		return err
	}
	p, err := h.project.job(op)
	if err != nil {
		return err
	}
	sdk, err := h.sdk(report)
	if err != nil {
		return err
	}
	return h.wrap("create job "+op.Job.Name, sdk.Create(ctx, h.withoutFiles(p), api.CreateOptions{Recreate: api.RecreateNever, IgnoreOrphans: true}))
}

func (h *host) startJob(ctx context.Context, op targets.Op, report func(targets.Progress)) error {
	p, err := h.project.job(op)
	if err != nil {
		return err
	}
	sdk, err := h.sdk(report)
	if err != nil {
		return err
	}
	if err := h.send(ctx, p); err != nil {
		return err
	}
	return h.wrap("start job "+op.Job.Name, sdk.Start(ctx, p.Name, api.StartOptions{Project: p}))
}

// awaitJob follows the job's log until it ends, or its time is over.
func (h *host) awaitJob(ctx context.Context, op targets.Op, id string, said *reporter) error {
	left, err := h.timeLeft(ctx, op, id)
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	read := make(chan struct{})
	go func() {
		defer close(read)
		h.followJob(ctx, id, said)
	}()
	in, err := h.jobEnd(within, id)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case within.Err() != nil && err != nil:
		return h.jobTooLong(ctx, op, id)
	case err != nil:
		return h.wrap("inspect job "+op.Job.Name, err)
	}
	select {
	case <-read:
	case <-time.After(goodbye):
	}
	if in.State.ExitCode != 0 {
		return targets.JobFailed(op, in.State.ExitCode, h.lastLines(ctx, in, lastWords))
	}
	return nil
}

// timeLeft is what is left of the job's time: it counts from its start, by the engine's clock.
func (h *host) timeLeft(ctx context.Context, op targets.Op, id string) (time.Duration, error) {
	in, err := h.api.ContainerInspect(ctx, id)
	if err != nil {
		return 0, h.wrap("inspect job "+op.Job.Name, err)
	}
	if !in.State.Running {
		return op.Job.Timeout, nil
	}
	now, err := h.clock(ctx)
	if err != nil {
		return 0, err
	}
	return op.Job.Timeout - now.Sub(timeOf(in.State.StartedAt)), nil
}

func (h *host) jobEnd(ctx context.Context, id string) (container.InspectResponse, error) {
	for {
		in, err := h.api.ContainerInspect(ctx, id)
		if err != nil || ended(in) {
			return in, err
		}
		if err := pause(ctx, probeEvery); err != nil {
			return in, err
		}
	}
}

// followJob hands over each line of the job's log, from its start on.
func (h *host) followJob(ctx context.Context, id string, said *reporter) {
	stream, err := h.engine.Logs(ctx, id, time.Unix(1, 0))
	if err != nil {
		return
	}
	defer stream.Close()
	in, err := h.api.ContainerInspect(ctx, id)
	if err != nil {
		return
	}
	lines(plainStream(stream, in.Config.Tty), func(raw string) {
		_, line, _ := strings.Cut(raw, " ")
		said.say(line)
	})
}

func (h *host) jobTooLong(ctx context.Context, op targets.Op, id string) error {
	if err := h.api.ContainerStop(ctx, id, container.StopOptions{}); err != nil {
		return h.wrap("stop job "+op.Job.Name, err)
	}
	var last []text.Safe
	if in, err := h.api.ContainerInspect(ctx, id); err == nil {
		last = h.lastLines(ctx, in, lastWords)
	}
	return targets.JobTooLong(op, last)
}

// forgetJobs removes the jobs of other sessions that have ended.
func (h *host) forgetJobs(ctx context.Context, c census, session string) error {
	for _, s := range c.jobs {
		if s.Labels[labelSession] == session || s.State == container.StateRunning {
			continue
		}
		err := h.api.ContainerRemove(ctx, s.ID, container.RemoveOptions{RemoveVolumes: true})
		if err != nil && !errdefs.IsNotFound(err) {
			return h.wrap("remove "+name(s), err)
		}
	}
	return nil
}

// jobStates are the jobs that the host remembers, the newest last.
func (h *host) jobStates(ctx context.Context, c census) ([]targets.JobState, error) {
	var all []targets.JobState
	for _, s := range c.jobs {
		in, err := h.api.ContainerInspect(ctx, s.ID)
		if errdefs.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, h.wrap("inspect "+name(s), err)
		}
		all = append(all, h.jobState(in))
	}
	slices.SortStableFunc(all, func(a, b targets.JobState) int { return a.Started.Compare(b.Started) })
	return all, nil
}

func (h *host) jobState(in container.InspectResponse) targets.JobState {
	j := targets.JobState{
		Name:      in.Config.Labels[labelJob],
		Session:   in.Config.Labels[labelSession],
		Container: h.door.Line(strings.TrimPrefix(in.Name, "/")),
		Started:   timeOf(in.State.StartedAt),
	}
	if !j.Started.IsZero() && ended(in) {
		j.Ended, j.Exit = timeOf(in.State.FinishedAt), in.State.ExitCode
	}
	return j
}

func (p *project) isJob(s container.Summary) bool {
	job := s.Labels[labelJob]
	return job != "" && s.Labels[labelApp] == p.file.App && s.Labels[labelEnv] == p.env && name(s) == p.jobName(job, s.Labels[labelSession])
}

// jobName is the name of a job's container: an engine gives it once.
func (p *project) jobName(job, session string) string {
	return fmt.Sprintf("%s-job-%s-%s", p.base.Name, job, session)
}
