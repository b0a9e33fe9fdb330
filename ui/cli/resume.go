package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets/text"
	"goaround/ui/replay"
)

func (a *app) resume() *cobra.Command {
	f := flight{}
	c := &cobra.Command{
		Use:   "resume [SESSION]",
		Short: "Go on with a session that died, or was held",
		Long: "It looks at the hosts, says what is known and what is not, plans what is left, and asks before it goes on; R goes back. " +
			"Without SESSION it is the last one of this app and environment.\n\n" +
			"It needs the session's recording, so it is for the machine on which that ran. Elsewhere `goaround status` says what is live, " +
			"`goaround rollback` goes back, and a new `goaround deploy` begins anew. Exit codes are those of deploy.",
		Args: cobra.MaximumNArgs(1),
		RunE: a.on(func(ctx context.Context, p *project, args []string) error {
			if f.yes && !p.file.AllowYes {
				return notYes()
			}
			s, err := p.unfinished(args)
			if err != nil {
				return err
			}
			f.of(p)
			f.resume, f.ask, f.at = s, s.Session.Ask, startsThen(*s, time.Now())
			return a.fly(ctx, f)
		}),
	}
	c.Flags().BoolVar(&f.yes, "yes", false, "as with deploy: answer what is asked, and go forward")
	f.show.flags(c)
	return c
}

// unfinished is the session that is named, or the project's last.
func (p *project) unfinished(names []string) (*release.State, error) {
	if len(names) == 0 {
		s, entry, err := p.last()
		if err == nil && s == nil {
			err = text.NewProblem("no-recording", fmt.Sprintf("no session of %s %s was recorded on this machine", p.file.App, p.env.Name),
				"`goaround status` says what is live; `goaround rollback` and `goaround deploy IMAGE` need no recording")
		}
		if err != nil {
			return nil, err
		}
		return s, unfinished(*s, entry.Live)
	}
	store, id, err := find(names[0])
	if err != nil {
		return nil, err
	}
	s, err := folded(store, id)
	if err != nil {
		return nil, err
	}
	if s.Session.App != p.file.App || s.Session.Env != p.env.Name {
		return nil, text.NewProblem("other-project", fmt.Sprintf("session %s is of %s %s", id, s.Session.App, s.Session.Env),
			fmt.Sprintf("this is %s %s; `--file` and `--env` name another", p.file.App, p.env.Name))
	}
	report, err := store.Verify(id)
	if err != nil {
		return nil, unreadable(err)
	}
	return s, unfinished(*s, report.Live)
}

// unfinished is nil for a session that can be resumed now.
func unfinished(s release.State, live bool) error {
	if live {
		return text.NewProblem("running", "session "+s.Session.ID+" is still running here", "its own screen has the keys; `goaround rollback` takes over and goes back")
	}
	if p := s.Resumable(); p != nil {
		return p
	}
	return nil
}

// last is the newest session of the project that was recorded here and changed something or runs,
// else the newest that did not; nil: there is none.
func (p *project) last() (*release.State, recordings.Entry, error) {
	store, err := openStore()
	if err != nil {
		return nil, recordings.Entry{}, err
	}
	list, err := store.List()
	if err != nil {
		return nil, recordings.Entry{}, unreadable(err)
	}
	var newest *release.State
	var entry recordings.Entry
	for _, e := range list {
		s, err := folded(store, e.ID)
		if err != nil || s.Session.App != p.file.App || s.Session.Env != p.env.Name || s.Session.Demo {
			continue
		}
		if s.Plan != nil || len(s.Switches) > 0 || e.Live {
			return s, e, nil
		}
		if newest == nil {
			newest, entry = s, e
		}
	}
	return newest, entry, nil
}

// startsThen is the time before which a session that is resumed now does not start either;
// zero: it starts at once.
func startsThen(s release.State, now time.Time) time.Time {
	if s.Session.At.After(now) {
		return s.Session.At
	}
	return time.Time{}
}

// folded is the State that a recording ends with, as far as it can be read.
func folded(store *recordings.Store, id string) (*release.State, error) {
	var s release.State
	for e, err := range replay.Events(store, id) {
		var problem *text.Problem
		switch {
		case errors.As(err, &problem):
			return nil, problem
		case err != nil:
			return nil, unreadable(err)
		}
		s = release.Reduce(s, e)
	}
	return &s, nil
}
