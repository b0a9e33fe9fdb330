package engine

import (
	"context"
	"errors"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

func problemOf(door *text.Door, code string, err error, hint string) *text.Problem {
	if err == nil {
		return nil
	}
	var p *text.Problem
	if errors.As(err, &p) {
		return p
	}
	var held *targets.HeldError
	if errors.As(err, &held) {
		say := "the lease is held by " + held.By.String()
		if !held.Since.IsZero() {
			say += " since " + held.Since.Format("15:04:05")
		}
		return text.NewProblem(release.CodeHeld, say, "`goaround status` says what they are doing; a holder that is silent for 30 s can be taken over by deploying again")
	}
	if errors.Is(err, context.Canceled) {
		return text.NewProblem(release.CodeInterrupted, "stopped before it ended", "`goaround status` says how the hosts are")
	}
	return &text.Problem{Code: code, Say: door.Line(err.Error()), Hint: text.Clean(hint)}
}
