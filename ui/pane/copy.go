package pane

import (
	"fmt"
	"strings"
	"time"

	"goaround/engine/release"
)

// The functions below are a line as a visitor copies it: all of it, without tones.

// ItemLine is an item of the checklist.
func ItemLine(it release.Item) string {
	return strings.TrimRight(it.Title.String()+": "+it.Evidence.String(), ": ")
}

// StepLine is a step, and what went wrong with it.
func StepLine(st release.Step) string {
	if st.Problem == nil {
		return st.Title
	}
	return st.Title + ": " + st.Problem.Say.String()
}

// LogLine is the line of the log that a visitor is at: the last that is shown.
func LogLine(s Sight, v LogView) string {
	groups := s.fold(v)
	i := len(groups) - 1 - v.Up
	if i < 0 {
		return ""
	}
	if mark := groups[i].mark; mark != nil {
		return s.said(*mark)
	}
	l := groups[i].last
	return fmt.Sprintf("%s %s %s %s", l.At.In(s.State.Started.Location()).Format(time.DateTime), s.name(l.Where), l.Slot, l.Text)
}
