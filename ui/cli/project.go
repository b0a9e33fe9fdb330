package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"goaround/checklist"
	"goaround/targets/compose"
	"goaround/targets/text"
)

const fileName = "goaround.yaml"

// maxFile is more than any checklist needs, in bytes; Parse refuses what is longer.
const maxFile = 4 << 20

// load reads and parses the checklist. Errors of the file go to Err, all of them, and
// end the command with exit code 2.
func (a *app) load() (*checklist.File, string, error) {
	path, err := a.find()
	if err != nil {
		return nil, "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, "", &exit{exitUsage, text.NewProblem("file", "read "+path+": "+reason(err), "`--file X` names another")}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil, "", &exit{exitUsage, text.NewProblem("file", "read "+path+": "+reason(err), "`--file X` names another")}
	}
	file, errs := checklist.Parse(filepath.Base(path), data)
	for _, e := range errs {
		fmt.Fprintln(a.std.Err, e.Render())
	}
	if len(errs) > 0 {
		return nil, "", &exit{exitUsage, nil}
	}
	return file, filepath.Dir(path), nil
}

func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// find is the checklist's path: as named, or the nearest one upwards from here.
func (a *app) find() (string, error) {
	if a.file != "" {
		return filepath.Abs(a.file)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", fileName, err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		path := filepath.Join(at, fileName)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		if at == filepath.Dir(at) {
			return "", &exit{exitUsage, text.NewProblem("file", "there is no "+fileName+" in "+dir+" or above",
				"`goaround demo` needs none; examples/shop has one to begin with")}
		}
	}
}

// environment is the one that --env names, or the only one.
func (a *app) environment(f *checklist.File) (checklist.Environment, error) {
	if a.env == "" && len(f.Environments) == 1 {
		return f.Environments[0], nil
	}
	if env, ok := f.Environment(a.env); ok {
		return env, nil
	}
	var names []string
	for _, e := range f.Environments {
		names = append(names, e.Name)
	}
	say := "there is no environment " + text.Clean(a.env).String()
	if a.env == "" {
		say = "there is more than one environment"
	}
	return checklist.Environment{}, &exit{exitUsage, text.NewProblem("environment", say, "`--env NAME`, one of "+strings.Join(names, ", "))}
}

// project is a checklist with the target it speaks of.
type project struct {
	file   *checklist.File
	dir    string
	env    checklist.Environment
	target *compose.Target
}

// open loads the checklist and connects to its hosts. The caller closes the target.
func (a *app) open(ctx context.Context) (*project, error) {
	file, dir, err := a.load()
	if err != nil {
		return nil, err
	}
	env, err := a.environment(file)
	if err != nil {
		return nil, err
	}
	t, err := compose.Open(ctx, compose.Config{File: file, Dir: dir, Env: env})
	if err != nil {
		return nil, refusal(err)
	}
	return &project{file, dir, env, t}, nil
}

// on is a command that opens the project and closes it.
func (a *app) on(do func(ctx context.Context, p *project, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		p, err := a.open(c.Context())
		if err != nil {
			return err
		}
		defer p.target.Close()
		return do(c.Context(), p, args)
	}
}

// refusal makes an error that is no Problem one.
func refusal(err error) error {
	var p *text.Problem
	if errors.As(err, &p) {
		return p
	}
	return &text.Problem{Code: "refused", Say: text.Clean(err.Error()), Hint: text.Clean("`goaround check` looks at all of it")}
}
