// Package cli is the command line: the commands, their exit codes, and all the wiring.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"goaround/engine/release"
	"goaround/targets/text"
)

// Streams are where a command reads and writes.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// Exit codes besides those of [release.End].
const (
	exitOK       = 0
	exitInternal = 1
	exitUsage    = 2
	exitRefused  = 14
)

// exit is an error that ends the program with a code. Quiet: all was said already.
type exit struct {
	code    int
	problem *text.Problem
}

func (e *exit) Error() string {
	if e.problem == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.problem.Error()
}

// Main runs a command and returns the exit code. SIGINT, SIGTERM and SIGHUP end its
// context: a session then takes down what it staged, or holds.
func Main(ctx context.Context, args []string, std Streams) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := newRoot(std)
	root.SetArgs(args)
	root.SetIn(std.In)
	root.SetOut(std.Out)
	root.SetErr(std.Err)
	var failed error
	keep(root, &failed)
	if err := fang.Execute(ctx, root, fang.WithVersion(version()), fang.WithErrorHandler(say)); err != nil {
		return code(err)
	}
	if failed != nil {
		say(std.Err, fang.Styles{}, failed)
	}
	return code(failed)
}

// keep has the errors of c and the commands under it in failed, and not in fang, which
// for an error asks the terminal for its colours, even one that can do no more than lines.
func keep(c *cobra.Command, failed *error) {
	for _, sub := range c.Commands() {
		keep(sub, failed)
	}
	if run := c.RunE; run != nil {
		c.RunE = func(c *cobra.Command, args []string) error {
			*failed = run(c, args)
			return nil
		}
	}
}

func code(err error) int {
	var e *exit
	var p *text.Problem
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.code
	case errors.As(err, &p):
		return codeOf(p)
	}
	return exitUsage
}

// codeOf is the exit code of a Problem that no session has turned into an end.
func codeOf(p *text.Problem) int {
	switch p.Code {
	case release.CodeHeld:
		return release.EndLocked.ExitCode()
	case "internal":
		return exitInternal
	}
	return exitRefused
}

// say writes an error for a person: its sentence, its evidence, its hint.
func say(w io.Writer, _ fang.Styles, err error) {
	var e *exit
	var p *text.Problem
	switch {
	case errors.As(err, &e) && e.problem == nil:
		return
	case errors.As(err, &e):
		p = e.problem
	case !errors.As(err, &p):
		p = text.NewProblem("usage", err.Error(), "`goaround help` lists the commands")
	}
	writeProblem(w, "error", p)
}

func writeProblem(w io.Writer, word string, p *text.Problem) {
	fmt.Fprintf(w, "%s: %s\n", word, p.Say)
	for _, more := range p.More {
		fmt.Fprintf(w, "  | %s\n", more)
	}
	if !p.Hint.IsZero() {
		fmt.Fprintf(w, "hint: %s\n", p.Hint)
	}
}

func newRoot(std Streams) *cobra.Command {
	a := &app{std: std}
	root := &cobra.Command{
		Use:   "goaround",
		Short: "A release cockpit for the terminal",
		Long: "Goaround takes a small team through a production deploy on Docker hosts: a checklist, " +
			"the new version beside the old one, traffic moved on your own proxy, live graphs, and the way back one key away.",
		Args: cobra.NoArgs,
		RunE: help,
	}
	root.PersistentFlags().StringVar(&a.file, "file", "", "the checklist (default goaround.yaml, here or in a folder above)")
	root.PersistentFlags().StringVar(&a.env, "env", "", "environment (default: the only one)")
	root.AddCommand(a.demo(), a.check(), a.plan(), a.deploy(), a.rollback(), a.resume(), a.freeze(), a.thaw(), a.status(), a.sessions(), a.replay(), a.proxy())
	introduce(root.Commands())
	return root
}

// introduce has the help of each command begin with what the list of commands says of it.
func introduce(commands []*cobra.Command) {
	for _, c := range commands {
		introduce(c.Commands())
		if c.Long != "" {
			c.Long = c.Short + ".\n\n" + c.Long
		}
	}
}

// help is what a command says that is nothing without another.
func help(c *cobra.Command, _ []string) error { return c.Help() }

// one refuses anything but one argument.
func one(name, example string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return &exit{exitUsage, text.NewProblem("usage", fmt.Sprintf("%s needs one %s, %d were given", c.CommandPath(), name, len(args)),
			fmt.Sprintf("for example `%s %s`", c.CommandPath(), example))}
	}
}

// app is what the commands of one run share.
type app struct {
	std  Streams
	file string
	env  string
}
