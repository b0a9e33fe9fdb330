package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"goaround/checklist"
	"goaround/engine"
	"goaround/engine/checks"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// flight is a session that a command runs: what, and how it is shown.
type flight struct {
	file    *checklist.File
	dir     string
	env     checklist.Environment
	target  targets.Target
	door    *text.Door
	ask     map[string]string
	at      time.Time // nothing is started before; zero: at once
	back    bool
	resume  *release.State // of the session that is gone on with
	confirm text.Safe      // back: the version, for a way that is not safe
	why     text.Safe      // back: what it is for, if that was said
	demo    bool
	yes     bool
	speed   float64
	show    show
}

// of has it flown on what p speaks of.
func (f *flight) of(p *project) {
	f.file, f.dir, f.env, f.target, f.door = p.file, p.dir, p.env, p.target, p.target.Door()
}

// show says how a session is shown.
type show struct {
	plain bool
	json  bool
	ascii bool
}

// fly runs the session to its end, shown, and returns its end as an exit. The recording
// is closed then. An output that somebody closed does not end it: SIGPIPE is taken.
func (a *app) fly(ctx context.Context, f flight) error {
	closed := make(chan os.Signal, 1)
	signal.Notify(closed, syscall.SIGPIPE)
	defer signal.Stop(closed)
	w, id, err := a.recorder(f)
	if err != nil {
		return err
	}
	by := text.Clean(person()).String()
	e := engine.Start(ctx, engine.Config{
		ID: id, Version: version(), File: f.file, Env: f.env, Ask: f.ask, Pilot: by, Target: f.target, Door: f.door,
		Checks: &checks.Runner{Door: f.door, Dir: f.dir, Env: variables(f, id, by)}, Recorder: w,
		At: f.at, Resume: f.resume, Back: f.back, Confirm: f.confirm, Why: f.why, Asks: a.asks(f), Yes: f.yes, Demo: f.demo, Speed: f.speed,
	})
	pilot := release.Actor{Name: by, Role: release.RolePilot}
	shown := a.display(ctx, e, pilot, f)
	end, lost := e.Wait()
	if lost != nil {
		writeProblem(a.std.Err, "warning", text.NewProblem("recording", "the recording "+id+" lacks its end: "+lost.Error(), "`goaround sessions verify "+id+"` says what is there"))
	}
	if shown != nil {
		fmt.Fprintf(a.std.Err, "the screen ended: %v; the session went on to its end\n", shown)
	}
	return ended(end, f.back)
}

// recorder is where the session is written down. The way back alone goes without one.
func (a *app) recorder(f flight) (engine.Recorder, string, error) {
	id, err := newID(f.file.App, f.env.Name)
	if err != nil {
		return nil, "", &exit{exitInternal, text.NewProblem("internal", err.Error(), "try again")}
	}
	w, err := record(id)
	switch {
	case err == nil:
		return w, id, nil
	case f.back:
		writeProblem(a.std.Err, "warning", text.NewProblem("recording", err.Error(), "this rollback is not recorded"))
		return engine.Unrecorded{}, id, nil
	}
	return nil, "", &exit{exitInternal, text.NewProblem("recording", err.Error(), "a deploy is not made without its recording; XDG_STATE_HOME names another place for it")}
}

// ended is the exit of a session's end.
func ended(s release.State, back bool) error {
	if s.Ended == nil {
		return &exit{exitInternal, text.NewProblem("internal", "the session has no end", "`goaround status` says what is live")}
	}
	if back && s.Ended.End == release.EndRolledBack {
		return nil
	}
	if c := s.Ended.End.ExitCode(); c != exitOK {
		return &exit{c, nil}
	}
	return nil
}

// variables are what the checklist's commands can know of the session.
func variables(f flight, id, by string) []string {
	vars := []string{"GOAROUND_APP=" + f.file.App, "GOAROUND_ENV=" + f.env.Name, "GOAROUND_SESSION=" + id, "GOAROUND_BY=" + by, "GOAROUND_URL=" + f.env.URL}
	for _, svc := range f.file.Release {
		if image := f.ask[svc.Name]; image != "" {
			vars = append(vars, "GOAROUND_IMAGE="+image)
			break
		}
	}
	return vars
}
