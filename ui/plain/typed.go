package plain

import (
	"errors"
	"strings"

	"goaround/engine/release"
	"goaround/targets/text"
)

const vocabulary = "go, no-go WHY, yes, no WHY, skip WHY, again, hold, release, rollback, reason WHY, forward, close, extend, abort WHY, leave WHY, say TEXT, mark TEXT"

// Parse is the intent that a typed line means in a state: a *text.Problem if it means
// none. The keys of the full screen that act on the release are words too, since hints
// name them.
func Parse(s release.State, line string) (release.Intent, error) {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	why := text.Clean(strings.TrimSpace(rest))
	stuck, _ := s.Stuck(s.Mono)
	switch word = named(s, word); word {
	case "go", "no-go", "hold", "release", "close", "extend", "abort", "leave":
		return course(s, word, why)
	case "yes", "no":
		it, _ := s.Asking(s.Mono)
		return release.Answer{Item: it.ID, Yes: word == "yes", Why: why}, nil
	case "skip":
		return release.Skip{Item: stuck.ID, Why: why}, nil
	case "again":
		return release.Rerun{Item: stuck.ID}, nil
	case "rollback":
		return rollback(s, rest), nil
	case "reason":
		return reason(rest), nil
	case "forward":
		return release.Forward{}, nil
	case "say", "mark":
		return release.Say{Text: why, Mark: word == "mark"}, nil
	case "help":
		return nil, text.NewProblem("help", "these are the words", vocabulary)
	}
	if s.Session.Back && s.Pause == release.PauseClose {
		return reason(line), nil
	}
	return nil, text.NewProblem("word", "that is none of the words", vocabulary)
}

// reason is what a rollback was for; nothing, if nothing was typed.
func reason(typed string) release.Explain {
	if strings.TrimSpace(typed) == "" {
		return release.Explain{}
	}
	why, words := release.ReadReason(typed)
	return release.Explain{Reason: why, Text: words}
}

// named is the word that a key stands for; any other word in small letters.
func named(s release.State, word string) string {
	if word == "H" && s.Held != nil {
		return "release"
	}
	keys := map[string]string{
		"R": "rollback", "F": "forward", "H": "hold", "y": "yes", "n": "no", "r": "again", "x": "skip",
		"e": "extend", "q": "leave", "c": "say", "m": "mark", "?": "help",
	}
	if full, ok := keys[word]; ok {
		return full
	}
	return strings.ToLower(word)
}

// rollback may be typed with the yes that some teams ask for, or the version that an
// unsafe way back does, and with a reason.
func rollback(s release.State, rest string) release.Rollback {
	first, why, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if s.Unsafe != nil {
		return release.Rollback{Confirm: text.Clean(first), Why: text.Clean(strings.TrimSpace(why))}
	}
	if first == "y" || strings.EqualFold(first, "yes") {
		return release.Rollback{Confirm: text.Clean("yes"), Why: text.Clean(strings.TrimSpace(why))}
	}
	return release.Rollback{Why: text.Clean(strings.TrimSpace(rest))}
}

func course(s release.State, word string, why text.Safe) (release.Intent, error) {
	switch word {
	case "go":
		if s.Pause == release.PauseVote {
			return release.Vote{Plan: s.Plan.Digest, Go: true}, nil
		}
		if s.Pause == release.PauseStart {
			return release.Proceed{Pause: release.PauseStart}, nil
		}
		return release.Proceed{Pause: release.PauseCutover}, nil
	case "no-go":
		if s.Plan == nil {
			return nil, text.NewProblem("no-plan", "there is no plan to vote on yet", "wait until it is frozen")
		}
		return release.Vote{Plan: s.Plan.Digest, Why: why}, nil
	case "hold":
		return release.Hold{}, nil
	case "release":
		return release.Unhold{}, nil
	case "close":
		return release.Proceed{Pause: release.PauseClose}, nil
	case "extend":
		return release.Extend{}, nil
	case "abort":
		return release.Abort{Why: why}, nil
	}
	return release.Leave{Why: why}, nil
}

// refused is how a refusal is told: in the words of this mode.
func refused(err error) []string {
	var p *text.Problem
	if !errors.As(err, &p) {
		p = &text.Problem{Say: text.Clean(err.Error())}
	}
	head := "no"
	switch p.Code {
	case "help":
		head = "help"
	case "confirm":
		p = text.NewProblem(p.Code, p.Say.String(), "type rollback yes")
	case release.CodeUnsafe:
		p = text.NewProblem(p.Code, p.Say.String(), strings.Replace(p.Hint.String(), "type ", "type rollback ", 1))
	}
	return problem(head, p)
}
