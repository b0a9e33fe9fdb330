package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
)

func (s *show) flags(c *cobra.Command) {
	c.Flags().BoolVar(&s.plain, "plain", false, "one line an event, no full screen")
	c.Flags().BoolVar(&s.json, "json", false, "one JSON object an event, no full screen")
	c.Flags().BoolVar(&s.ascii, "ascii", false, "draw with ASCII alone")
}

func (a *app) deploy() *cobra.Command {
	var set []string
	var at string
	f := flight{}
	c := &cobra.Command{
		Use:   "deploy IMAGE",
		Short: "Take an image live, with the way back one key away",
		Long: "Every released service whose image in the Compose file has IMAGE's repository gets it; --set names images of others.\n\n" +
			"Exit codes: 0 shipped or live already, 10 rolled back, 11 aborted before the cutover, 12 held, 13 mixed, 14 refused by a check, 15 the lease is held by somebody else.",
		Args: one("IMAGE", "shop:v2"),
		RunE: a.on(func(ctx context.Context, p *project, args []string) error {
			if f.yes && !p.file.AllowYes {
				return notYes()
			}
			ask, err := p.images(args[0], set)
			if err != nil {
				return err
			}
			if at != "" {
				if f.at, err = startAt(at, time.Now()); err != nil {
					return err
				}
			}
			if err := a.refuse(ctx, p); err != nil {
				return err
			}
			f.of(p)
			f.ask = ask
			return a.fly(ctx, f)
		}),
	}
	c.Flags().StringArrayVar(&set, "set", nil, "another image for one service, as SERVICE=IMAGE; repeatable")
	c.Flags().StringVar(&at, "at", "", "a time to start at, as 10:00 or 2026-11-28T10:00: all up to the votes happens at once, nothing is started before; then the pilot says go")
	c.Flags().BoolVar(&f.yes, "yes", false, "answer what is asked, vote go, pass the cutover pause, close a watch that ends OK")
	f.show.flags(c)
	return c
}

func notYes() error {
	return text.NewProblem("yes", "--yes is not allowed by this checklist", "`allow_yes: true` in goaround.yaml allows it; without --yes, people answer")
}

func (p *project) images(ref string, set []string) (map[string]string, error) {
	named := map[string]string{}
	for _, s := range set {
		service, image, ok := strings.Cut(s, "=")
		if !ok || service == "" || image == "" {
			return nil, &exit{exitUsage, text.NewProblem("set", "--set "+s+" is not SERVICE=IMAGE", "for example --set web=shop:v2")}
		}
		named[service] = image
	}
	return p.target.Images(ref, named)
}

// resolve pins the images. It tells to whoever waits, outside of what the command says,
// what the hosts get meanwhile.
func (p *project) resolve(ctx context.Context, ask map[string]string, wait io.Writer) (r targets.Release, notes []*text.Problem, err error) {
	last := map[string]targets.Progress{}
	r, err = p.target.Resolve(ctx, ask, func(now targets.Progress) {
		if now.Note != nil {
			notes = append(notes, now.Note)
			return
		}
		if now.News(last[now.Host]) {
			fmt.Fprintln(wait, now.Host+": "+now.String())
		}
		last[now.Host] = now
	})
	return r, notes, err
}

func (a *app) plan() *cobra.Command {
	var set []string
	c := &cobra.Command{
		Use:   "plan IMAGE",
		Short: "Say what a deploy would do, and do nothing",
		Long:  "It makes sure that the hosts have the image, as a deploy would; nothing that runs is changed.",
		Args:  one("IMAGE", "shop:v2"),
		RunE: a.on(func(ctx context.Context, p *project, args []string) error {
			ask, err := p.images(args[0], set)
			if err != nil {
				return err
			}
			if err := a.refuse(ctx, p); err != nil {
				return err
			}
			r, notes, err := p.resolve(ctx, ask, a.std.Err)
			if err != nil {
				return refusal(err)
			}
			seen, err := p.target.Observe(ctx)
			if err != nil {
				return refusal(err)
			}
			made, err := plan.Make(plan.Desired{File: p.file, Env: p.env, Release: r, Notes: notes}, seen)
			if live, ok := err.(*text.Problem); ok && live.Code == plan.CodeLiveAlready {
				fmt.Fprintln(a.std.Out, live.Say)
				return nil
			}
			if err != nil {
				return refusal(err)
			}
			fmt.Fprint(a.std.Out, made)
			return nil
		}),
	}
	c.Flags().StringArrayVar(&set, "set", nil, "another image for one service, as SERVICE=IMAGE; repeatable")
	return c
}

func (a *app) rollback() *cobra.Command {
	var to, why string
	f := flight{back: true}
	c := &cobra.Command{
		Use:   "rollback",
		Short: "Go back to what was live before; no version needed",
		Long: "It reads from the hosts what was live before, starts it if it is stopped, and moves the traffic. " +
			"It takes the lease from whoever has it. No recording and no other file than the checklist is needed.\n\n" +
			"Where a contract or irreversible job was started since, the way back is not safe: it asks for the version, or wants it from --version.",
		Args: cobra.NoArgs,
		RunE: a.on(func(ctx context.Context, p *project, _ []string) error {
			confirm, err := a.confirm(ctx, p, to)
			if err != nil {
				return err
			}
			f.of(p)
			f.confirm, f.why, f.show.plain = confirm, text.Clean(why), true
			return a.fly(ctx, f)
		}),
	}
	c.Flags().BoolVar(&f.show.json, "json", false, "one JSON object an event")
	c.Flags().StringVar(&why, "why", "", "what it is for: data, security, third party, behaviour or other, and words; at a terminal it is asked afterwards")
	c.Flags().StringVar(&to, "version", "", "the version to go back to, where the way back is not safe")
	return c
}
