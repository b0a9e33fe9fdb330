package cli

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones, wherever the test runs
)

func TestAPlannedTimeIsWithinADay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 28, 9, 41, 7, 0, berlin)
	for typed, want := range map[string]string{
		"10:00":            "2026-11-28T10:00:00+01:00",
		"9:42":             "2026-11-28T09:42:00+01:00",
		"2026-11-28T23:59": "2026-11-28T23:59:00+01:00",
		"2026-11-29T09:41": "2026-11-29T09:41:00+01:00",
	} {
		at, err := startAt(typed, now)
		if err != nil || at.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v", typed, at.Format(time.RFC3339), err)
		}
	}
	for typed, want := range map[string]struct{ say, hint string }{
		"9:41":             {"has passed: it is 09:41", "--at 2026-11-29T09:41"},
		"08:00":            {"has passed", "--at 2026-11-29T08:00"},
		"2026-11-27T10:00": {"has passed", "--at 2026-11-28T10:00"},
		"2026-11-29T09:42": {"more than 24 h ahead", "--at 2026-11-28T09:42"},
		"2027-01-01T00:00": {"more than 24 h ahead", "--at 2026-11-29T00:00"},
		"noon":             {"is no time", "--at 2026-11-28T10:00"},
		"25:00":            {"is no time", "--at 10:00"},
		"":                 {"is no time", "--at 10:00"},
	} {
		refusedAt(t, typed, now, want.say, want.hint)
	}
	refusedAt(t, "02:30", time.Date(2026, time.March, 29, 0, 10, 0, 0, berlin), "there is no 02:30 on that day", "another minute")
}

func refusedAt(t *testing.T, typed string, now time.Time, say, hint string) {
	t.Helper()
	at, err := startAt(typed, now)
	var e *exit
	if !errors.As(err, &e) || e.code != exitUsage {
		t.Errorf("%q: %s, %v", typed, at, err)
		return
	}
	if !strings.Contains(e.problem.Say.String(), say) || !strings.Contains(e.problem.Hint.String(), hint) {
		t.Errorf("%q: %s\nhint: %s", typed, e.problem.Say, e.problem.Hint)
	}
}
