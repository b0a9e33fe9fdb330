package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/pane"
	"goaround/ui/plain"
)

// remembered lists what the hosts remember of sessions.
func (a *app) remembered(asJSON bool) func(*cobra.Command, []string) error {
	return a.on(func(ctx context.Context, p *project, _ []string) error {
		all, err := p.target.Sessions(ctx)
		if err != nil {
			return refusal(err)
		}
		if asJSON {
			out, err := json.MarshalIndent(append([]targets.Summary{}, all...), "", "  ")
			if err != nil {
				return fmt.Errorf("write the sessions: %w", err)
			}
			_, err = fmt.Fprintf(a.std.Out, "%s\n", plain.Printable(out))
			return err
		}
		for _, s := range all {
			fmt.Fprintln(a.std.Out, text.Clean(remembrance(s)))
		}
		if len(all) == 0 {
			fmt.Fprintln(a.std.Err, "the hosts remember no session yet")
		}
		return nil
	})
}

// remembrance is a session in a line: how it ended, who ran it, what it was, its numbers.
func remembrance(s targets.Summary) string {
	what := ""
	if !s.To.Zero() {
		what = fmt.Sprintf("%s > %s", named(s.From), named(s.To))
	}
	var numbers []string
	if !s.Started.IsZero() {
		numbers = append(numbers, "took "+pane.Span(s.Took))
	}
	if s.Live > 0 {
		numbers = append(numbers, fmt.Sprintf("live %s, %s, %s", pane.Span(s.Live), pane.Some(s.Requests, "request"), pane.Some(s.Errors, "error")))
	}
	if s.Cut > 0 {
		numbers = append(numbers, pane.Some(s.Cut, "connection")+" cut")
	}
	if s.Back > 0 {
		numbers = append(numbers, strings.TrimSuffix(fmt.Sprintf("back in %s: %s", pane.Span(s.Back), s.Reason), ": "))
	}
	return strings.TrimSpace(fmt.Sprintf("%-52s %-24s %-12s %-16s %s", s.Session, s.End, s.By, what, strings.Join(numbers, ", ")))
}

// named is what people call a release.
func named(r targets.Release) string {
	if r.Zero() {
		return "nothing"
	}
	return r.Version.String()
}
