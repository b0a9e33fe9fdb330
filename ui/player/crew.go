package player

import (
	"strings"

	"goaround/engine/release"
)

// crew is what people did, and what the engine answered for them.
func crew(after release.State, e release.Event) []said {
	who := e.By.Name
	switch b := e.Body.(type) {
	case release.ItemAnswered:
		return []said{answered(after, who, b)}
	case release.ItemSkipped:
		return []said{{word: "key", text: who + " left out " + title(after, b.Item) + ": " + b.Why.String(), act: true}}
	case release.ItemReopened:
		return []said{{word: "key", text: who + " asked again for " + title(after, b.Item), act: true}}
	case release.Voted:
		word := " said NO-GO "
		if b.Go {
			word = " said GO "
		}
		return []said{{word: "key", text: strings.TrimSpace(who + word + b.Why.String()), act: true}}
	case release.Held:
		return []said{{word: "key", text: who + " pressed H: hold", act: true}}
	case release.Unheld:
		return []said{{word: "key", text: who + " pressed H: on again", act: true}}
	case release.PauseOpened:
		return []said{{word: "wait", text: "for " + waited(b.Pause)}}
	case release.PausePassed:
		return []said{{word: "key", text: who + " went on from " + waited(b.Pause), act: true}}
	case release.Said:
		if b.Mark {
			return []said{{word: "mark", text: who + ": " + b.Text.String(), act: true}}
		}
		return []said{{word: "say", text: who + ": " + b.Text.String(), act: true}}
	}
	return nil
}

// answered is a check; one that failed is an alarm.
func answered(after release.State, who string, b release.ItemAnswered) said {
	mark := "[ok] "
	if !b.OK {
		mark = "[!!] "
	}
	line := mark + title(after, b.Item) + ", " + who
	if !b.Evidence.IsZero() {
		line += ": " + b.Evidence.String()
	}
	return said{word: "check", text: line, act: who != release.Engine().Name, alarm: !b.OK}
}

func title(s release.State, item string) string {
	if it, ok := s.Item(item); ok {
		return it.Title.String()
	}
	return item
}

func waited(p release.Pause) string {
	switch p {
	case release.PauseVote:
		return "GO / NO-GO"
	case release.PauseCutover:
		return "the word before the CUTOVER"
	case release.PauseFix:
		return "a check that had failed"
	case release.PauseClose:
		return "the word to close"
	}
	return string(p)
}
