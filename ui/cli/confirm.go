package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets/text"
)

// confirm is the version that `goaround rollback` was told to go back to, or that is
// typed at the terminal where the way back is not safe. Without either such a way is
// refused, before the lease is taken from anybody, and so is a rollback that has nowhere
// to go. A safe way needs no word, and what cannot be seen here the session says.
func (a *app) confirm(ctx context.Context, p *project, told string) (text.Safe, error) {
	if told != "" {
		return text.Clean(told), nil
	}
	seen, err := p.target.Observe(ctx)
	if err != nil {
		return text.Safe{}, nil
	}
	way, err := plan.Return(seen, "", p.file.Rollback.Drain)
	var problem *text.Problem
	switch {
	case errors.As(err, &problem) && (problem.Code == plan.CodeNoWayBack || problem.Code == plan.CodeDivided):
		return text.Safe{}, problem
	case err != nil, way.Unsafe.IsZero():
		return text.Safe{}, nil
	}
	var typed text.Safe
	if isTerminal(a.std.In) {
		if typed, err = a.askVersion(ctx, way); err != nil {
			return text.Safe{}, err
		}
	}
	if !way.Confirms(typed) {
		return text.Safe{}, text.NewProblem(release.CodeUnsafe, "the way back to "+way.Word().String()+" is not safe: "+way.Unsafe.String(),
			"nothing was done; `goaround rollback --version "+way.Word().String()+"` goes back anyway")
	}
	return typed, nil
}

func (a *app) askVersion(ctx context.Context, way plan.Way) (text.Safe, error) {
	fmt.Fprintf(a.std.Err, "!! THE WAY BACK IS NOT SAFE: %s\n!! %s may not work with the data as it is\n!! type %s and enter to ROLL BACK anyway: ",
		way.Unsafe, way.Word(), way.Word())
	line := make(chan string, 1)
	go func() { line <- firstLine(a.std.In) }()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.std.Err)
		return text.Safe{}, ctx.Err()
	case typed := <-line:
		return text.Clean(strings.TrimSpace(typed)), nil
	}
}

// firstLine is what stands before the first line break; empty if nothing can be read.
func firstLine(r io.Reader) string {
	line, _ := bufio.NewReader(r).ReadString('\n')
	return line
}
