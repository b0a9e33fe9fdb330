package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"goaround/targets"
	"goaround/targets/text"
)

func (a *app) freeze() *cobra.Command {
	var why string
	c := &cobra.Command{
		Use:   "freeze --why WHY",
		Short: "Have every deploy refused until `goaround thaw`; the way back stays open",
		Long: "It is written on the hosts, so it holds for everybody: `goaround deploy` then exits with 14 and says who has frozen it, since when, and why. " +
			"A session that runs goes on, and `goaround rollback` works.",
		Args: cobra.NoArgs,
	}
	frozen := a.on(func(ctx context.Context, p *project, _ []string) error {
		seen, err := p.target.Observe(ctx)
		if err != nil {
			return refusal(err)
		}
		if !slices.ContainsFunc(seen.Hosts, func(h targets.Host) bool { return h.Freeze == nil }) {
			return text.NewProblem(targets.CodeFrozen, p.env.Name+" is frozen already, "+seen.Frozen().Words(), "`goaround thaw` first, to freeze it for another reason")
		}
		if err := p.target.Freeze(ctx, text.Clean(person()), text.Clean(why)); err != nil {
			return refusal(err)
		}
		fmt.Fprintf(a.std.Out, "%s %s is frozen: every deploy is refused until `goaround thaw`; `goaround rollback` works\n", p.file.App, p.env.Name)
		if h := held(seen); h != nil {
			fmt.Fprintf(a.std.Out, "the session of %s goes on (%s); the next deploy is refused\n", h.By, h.Session)
		}
		return nil
	})
	c.RunE = func(c *cobra.Command, args []string) error {
		if strings.TrimSpace(why) == "" {
			return &exit{exitUsage, text.NewProblem("usage", "a freeze needs a reason, for those whom it refuses", "for example `goaround freeze --why \"stock-taking until Monday\"`")}
		}
		return frozen(c, args)
	}
	c.Flags().StringVar(&why, "why", "", "the reason, which everybody who is refused reads")
	return c
}

func (a *app) thaw() *cobra.Command {
	return &cobra.Command{
		Use:   "thaw",
		Short: "End a freeze",
		Args:  cobra.NoArgs,
		RunE: a.on(func(ctx context.Context, p *project, _ []string) error {
			seen, err := p.target.Observe(ctx)
			if err != nil {
				return refusal(err)
			}
			was := seen.Frozen()
			if was == nil {
				fmt.Fprintf(a.std.Out, "%s %s is not frozen; nothing to do\n", p.file.App, p.env.Name)
				return nil
			}
			if err := p.target.Thaw(ctx); err != nil {
				return refusal(err)
			}
			fmt.Fprintf(a.std.Out, "%s %s is thawed; it was frozen %s\n", p.file.App, p.env.Name, was.Words())
			return nil
		}),
	}
}

// held is who has the lease on some host and is not silent; nil: nobody.
func held(seen targets.Observed) *targets.Holder {
	for _, h := range seen.Hosts {
		if h.Lease != nil && !h.Lease.Free {
			return h.Lease
		}
	}
	return nil
}
