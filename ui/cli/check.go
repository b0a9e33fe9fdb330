package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"goaround/checklist"
	"goaround/targets/text"
)

func (a *app) check() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Look at the checklist, the Compose file, the proxy and the hosts, and change nothing",
		Long:  "Exit codes: 0 nothing stands in the way of a deploy, 2 the checklist has errors, 14 something refuses.",
		Args:  cobra.NoArgs,
		RunE: a.on(func(ctx context.Context, p *project, _ []string) error {
			if err := a.refuse(ctx, p); err != nil {
				return err
			}
			for _, note := range p.notes() {
				writeProblem(a.std.Err, "note", note)
			}
			fmt.Fprintf(a.std.Out, "%s %s: nothing stands in the way of a deploy\n", p.file.App, p.env.Name)
			return nil
		}),
	}
}

// refuse writes all that stands in the way of a deploy, and is an exit if anything does.
func (a *app) refuse(ctx context.Context, p *project) error {
	problems := p.target.Check(ctx)
	for i, problem := range problems {
		if i > 0 {
			fmt.Fprintln(a.std.Err)
		}
		writeProblem(a.std.Err, "error", problem)
	}
	if len(problems) > 0 {
		return &exit{exitRefused, nil}
	}
	return nil
}

// notes are what a team would want to know though it refuses nothing.
func (p *project) notes() []*text.Problem {
	var notes []*text.Problem
	for _, svc := range p.file.Release {
		if svc.Ready == "" && !svc.Worker() {
			notes = append(notes, text.NewProblem("no-ready", svc.Name+" has no `ready:` path: its container's health check decides, or else that it runs for 10 s",
				"`ready: /healthz` asks the service itself, every 200 ms"))
		}
	}
	if p.env.URL == "" {
		notes = append(notes, text.NewProblem("no-url", "environment "+p.env.Name+" has no `url:`: nothing is asked from outside before a deploy ends shipped",
			"`url: https://...` in the environment"))
	}
	for _, c := range p.file.Crowds() {
		notes = append(notes, text.NewProblem("crowd", fmt.Sprintf("%d items wait at one pause, %s: more than %d are ticked, not read", c.Items, c.Pause, checklist.Most),
			"leave out what a check can answer or nobody would stop for, or move it to another pause"))
	}
	return notes
}

func (a *app) proxy() *cobra.Command {
	c := &cobra.Command{Use: "proxy", Short: "What the team's proxy needs", Args: cobra.NoArgs, RunE: help}
	c.AddCommand(&cobra.Command{
		Use:   "stanza",
		Short: "Print what the proxy's configuration needs, for this checklist",
		Args:  cobra.NoArgs,
		RunE: a.on(func(ctx context.Context, p *project, _ []string) error {
			fmt.Fprint(a.std.Out, p.target.Stanza())
			return nil
		}),
	})
	return c
}
