package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets/text"
	"goaround/ui/plain"
	"goaround/ui/player"
	"goaround/ui/replay"
)

func (a *app) sessions() *cobra.Command {
	var remote, asJSON bool
	c := &cobra.Command{
		Use:   "sessions",
		Short: "List the recordings of this user, newest first, or what the hosts remember of everybody's sessions",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case remote:
				return a.remembered(asJSON)(c, args)
			case asJSON:
				return &exit{exitUsage, text.NewProblem("usage", "--json is for what the hosts remember", "`goaround sessions --remote --json`")}
			}
			store, err := openStore()
			if err != nil {
				return err
			}
			list, err := store.List()
			if err != nil {
				return unreadable(err)
			}
			for _, e := range list {
				fmt.Fprintln(a.std.Out, text.Clean(line(store, e)))
			}
			if len(list) == 0 {
				fmt.Fprintln(a.std.Err, "no recordings yet; `goaround demo` makes one")
			}
			return nil
		},
	}
	c.Flags().BoolVar(&remote, "remote", false, "what the hosts remember: the newest 200 sessions, whoever ran them")
	c.Flags().BoolVar(&asJSON, "json", false, "with --remote: as JSON")
	c.AddCommand(a.verify())
	return c
}

// line is an entry of the list: what became of the session, as far as it can be read.
func line(store *recordings.Store, e recordings.Entry) string {
	var p plain.Printer
	for ev, err := range replay.Events(store, e.ID) {
		if err != nil {
			break
		}
		p.Lines(ev)
	}
	s := p.State()
	end := "crashed"
	switch {
	case s.Ended != nil:
		end = string(s.Ended.End)
	case e.Live:
		end = "running"
	}
	what := ""
	if s.Plan != nil {
		what = fmt.Sprintf("%s > %s", s.Plan.Before.Version, s.Plan.Release.Version)
	} else if s.Session.Back {
		what = "rollback"
	}
	if sw, ok := s.Rollback(); ok && s.Ended != nil && s.Ended.End == release.EndRolledBack {
		what += ": " + sw.Reasoning()
	}
	return fmt.Sprintf("%-52s %-24s %-12s %s", e.ID, end, s.Pilot.Name, what)
}

func (a *app) verify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify SESSION",
		Short: "Check a recording: an id, a part of one, `latest`, or a directory",
		Long:  "Exit codes: 0 VERIFIED, 14 anything else.",
		Args:  one("SESSION", "latest"),
		RunE: func(_ *cobra.Command, args []string) error {
			store, id, err := find(args[0])
			if err != nil {
				return err
			}
			r, err := store.Verify(id)
			if err != nil {
				return unreadable(err)
			}
			fmt.Fprintln(a.std.Out, text.Clean(verdict(id, r)))
			if r.Verdict != recordings.Verified {
				return &exit{exitRefused, nil}
			}
			return nil
		},
	}
}

func verdict(id string, r recordings.Report) string {
	s := id + ": "
	switch r.Verdict {
	case recordings.Verified:
		s += fmt.Sprintf("VERIFIED (unsigned), %d events, head %s", r.Events, r.Head[:min(12, len(r.Head))])
	case recordings.VerifiedTo:
		s += fmt.Sprintf("VERIFIED to %d, it has no end: ", r.Events)
		if r.Live {
			s += "running"
		} else {
			s += "crashed"
		}
	case recordings.Torn:
		s += fmt.Sprintf("TORN after %d events, the last %d bytes are lost", r.Events, r.Lost)
	case recordings.Cut:
		s += fmt.Sprintf("CUT, %d events are there, its head knows of more", r.Events)
	default:
		s += fmt.Sprintf("DAMAGED at %d, %d bytes from there on cannot be trusted", r.Events, r.Lost)
	}
	if r.Erased > 0 {
		s += fmt.Sprintf(", %d erased", r.Erased)
	}
	return s
}

func find(name string) (*recordings.Store, string, error) {
	store, err := openStore()
	if err != nil {
		return nil, "", err
	}
	id, err := store.Find(name)
	var p *text.Problem
	switch {
	case errors.As(err, &p):
		return nil, "", &exit{exitUsage, p}
	case err != nil:
		return nil, "", unreadable(err)
	}
	return store, id, nil
}

func (a *app) replay() *cobra.Command {
	var s show
	c := &cobra.Command{
		Use:   "replay SESSION",
		Short: "Play a recorded session again, or tell it line by line",
		Args:  one("SESSION", "latest"),
		RunE: func(c *cobra.Command, args []string) error {
			store, id, err := find(args[0])
			if err != nil {
				return err
			}
			if a.plainBecause(s) == "" {
				return a.play(c.Context(), store, id, s)
			}
			return a.tell(store, id, s)
		},
	}
	c.Flags().BoolVar(&s.plain, "plain", false, "one line an event; where the output is no terminal it is so anyway")
	c.Flags().BoolVar(&s.json, "json", false, "one JSON object an event")
	c.Flags().BoolVar(&s.ascii, "ascii", false, "draw with ASCII alone")
	return c
}

// play replays a recording on the full screen.
func (a *app) play(ctx context.Context, store *recordings.Store, id string, s show) error {
	rec, err := replay.Open(store, id)
	if err != nil {
		return unreadable(err)
	}
	err = player.Run(ctx, rec, a.visitor(release.Actor{Name: person()}, a.std.In, s))
	if err != nil && ctx.Err() == nil {
		return refusal(err)
	}
	return nil
}

// tell prints a recording as lines.
func (a *app) tell(store *recordings.Store, id string, s show) error {
	var p plain.Printer
	for e, err := range replay.Events(store, id) {
		if err != nil {
			return unreadable(err)
		}
		if s.json {
			if err := plain.WriteJSON(a.std.Out, e); err != nil {
				return err
			}
			continue
		}
		for _, l := range p.Lines(e) {
			if _, err := fmt.Fprintln(a.std.Out, l); err != nil {
				return fmt.Errorf("write line: %w", err)
			}
		}
	}
	return nil
}
