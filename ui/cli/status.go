package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"goaround/engine/plan"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/pane"
	"goaround/ui/plain"
)

// report is what `goaround status --json` prints.
type report struct {
	App   string           `json:"app"`
	Env   string           `json:"env"`
	Hosts targets.Observed `json:"observed"`
	Back  *plan.Way        `json:"rollback,omitempty"`    // how a rollback would be done
	NoWay *text.Problem    `json:"no_rollback,omitempty"` // why there is none
	Agree bool             `json:"proxy_and_store_agree"` // on every host
	Open  string           `json:"resumable,omitempty"`   // a session recorded on this machine that can be gone on with
}

func (a *app) status() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Say from the hosts alone what is live, and how a rollback would be done",
		Args:  cobra.NoArgs,
		RunE: a.on(func(ctx context.Context, p *project, _ []string) error {
			seen, err := p.target.Observe(ctx)
			if err != nil {
				return refusal(err)
			}
			r := newReport(p, seen)
			r.Open = p.open()
			if asJSON {
				return r.write(a.std.Out)
			}
			r.print(a.std.Out)
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return c
}

// open is the last session that was recorded here, if it can be resumed.
func (p *project) open() string {
	s, entry, err := p.last()
	if err != nil || s == nil || unfinished(*s, entry.Live) != nil {
		return ""
	}
	return entry.ID
}

func newReport(p *project, seen targets.Observed) report {
	r := report{App: p.file.App, Env: p.env.Name, Hosts: seen, Agree: true}
	for _, h := range seen.Hosts {
		r.Agree = r.Agree && len(h.Differences) == 0
	}
	way, err := plan.Return(seen, "", p.file.Rollback.Drain)
	if problem, ok := err.(*text.Problem); ok {
		r.NoWay = problem
	} else {
		r.Back = &way
	}
	return r
}

func (r report) write(w io.Writer) error {
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the status: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", plain.Printable(out))
	return err
}

func (r report) print(w io.Writer) {
	fmt.Fprintf(w, "%s %s\n", r.App, r.Env)
	if f := r.Hosts.Frozen(); f != nil {
		fmt.Fprintf(w, "FROZEN %s\n       deploys are refused; `goaround thaw` ends it, `goaround rollback` works\n", f.Words())
	}
	for _, h := range r.Hosts.Hosts {
		printHost(w, h)
	}
	switch {
	case r.Back == nil:
		fmt.Fprintf(w, "rollback: %s; %s\n", r.NoWay.Say, r.NoWay.Hint)
	case r.Back.Cold:
		fmt.Fprintf(w, "rollback: `goaround rollback` starts %s in %s, waits until it is ready, and switches%s\n", r.Back.Release.Version, r.Back.To, aboutCold(r.Back.Took))
	default:
		fmt.Fprintf(w, "rollback: `goaround rollback` switches to %s in %s, which is warm%s\n", r.Back.Release.Version, r.Back.To, about(r.Back.Took))
	}
	if r.Back != nil && len(r.Back.Without) > 0 {
		fmt.Fprintf(w, "          without %s, which cannot be reached and is left as it is\n", strings.Join(r.Back.Without, ", "))
	}
	if r.Open != "" {
		fmt.Fprintf(w, "session:  %s was not ended; `goaround resume` goes on with it\n", r.Open)
	}
	if r.Back != nil && !r.Back.Unsafe.IsZero() {
		fmt.Fprintf(w, "          NOT SAFE: %s; it asks for the version, or takes it from --version\n", r.Back.Unsafe)
	}
}

func aboutCold(d time.Duration) string {
	if d <= 0 {
		return ", for the first time: nobody knows how long that takes"
	}
	return ", about " + pane.Span(d)
}

func about(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < time.Second:
		return ", one proxy call: " + plan.Call(d)
	}
	return ", about " + d.Round(100*time.Millisecond).String()
}

func printHost(w io.Writer, h targets.Host) {
	live := "nothing is live"
	switch {
	case h.Unknown != nil:
		live = "what is live cannot be known: " + h.Unknown.Say.String()
	case h.Divided:
		live = "the proxy sends traffic to more than one slot"
	case h.Live != targets.NoSlot:
		live = fmt.Sprintf("%s is live in %s", versionOf(h.Slots[h.Live]), h.Live)
	}
	if h.Unknown == nil && h.Store != nil && h.Store.Slot == h.Live {
		live += " since " + h.Store.Since.Local().Format("2006-01-02 15:04:05")
		if h.Store.Back {
			live += ", by a rollback"
		}
	}
	fmt.Fprintf(w, "%s: %s\n", h.Name, live)
	for _, slot := range []targets.Slot{targets.Base, targets.Blue, targets.Green} {
		if s, ok := h.Slots[slot]; ok && len(s.Instances) > 0 {
			fmt.Fprintf(w, "  %-6s %-12s %s\n", slot, versionOf(s), condition(s, slot == h.Live))
		}
	}
	if h.Lease != nil {
		printLease(w, *h.Lease)
	}
	for _, d := range h.Differences {
		fmt.Fprintf(w, "  !!     %s\n", d)
	}
	for _, p := range h.Warnings {
		fmt.Fprintf(w, "  note   %s\n         %s\n", p.Say, p.Hint)
	}
}

func printLease(w io.Writer, l targets.Holder) {
	at := ""
	if !l.Step.IsZero() {
		at = ", at: " + l.Step.String()
	}
	heard := l.Age.Round(time.Second)
	if l.Free {
		fmt.Fprintf(w, "  lease  %s had it since %s%s, and is silent for %s: it is free to take, the next `goaround deploy` does (session %s)\n", l.By, l.Since.Local().Format("15:04:05"), at, heard, l.Session)
		return
	}
	fmt.Fprintf(w, "  lease  %s has it since %s%s, last heard of %s ago (session %s)\n", l.By, l.Since.Local().Format("15:04:05"), at, heard, l.Session)
}

func versionOf(s targets.SlotState) string {
	if s.Release.Version.IsZero() {
		return "?"
	}
	return s.Release.Version.String()
}

func condition(s targets.SlotState, live bool) string {
	word := "partly up"
	switch {
	case live && s.Warm():
		word = "live"
	case s.Warm():
		word = "warm"
	case len(s.Missing) > 0:
		word = "missing " + strings.Join(s.Missing, ", ")
	case s.Cold():
		word = "cold"
	}
	return word + workers(s)
}

// workers says whether those of a slot run; nothing where there are none.
func workers(s targets.SlotState) string {
	switch {
	case s.Works() && s.Idle():
		return ""
	case s.Works():
		return ", workers run"
	case s.Idle():
		return ", workers stand still"
	}
	return ", some workers run"
}
