package cli

import (
	"time"

	"goaround/targets/text"
)

// ahead is how far ahead a start may be planned: what is checked now has to be true then.
const ahead = 24 * time.Hour

// startAt is the time that --at means in the zone of now: "10:00", the next of today, or
// "2026-11-28T10:00". One that has passed is refused with the next that is possible.
func startAt(typed string, now time.Time) (time.Time, error) {
	day, err := time.Parse("15:04", typed)
	y, m, d := now.Date()
	if err != nil {
		if day, err = time.Parse("2006-01-02T15:04", typed); err != nil {
			return time.Time{}, &exit{exitUsage, text.NewProblem("at", "--at "+text.Clean(typed).String()+" is no time", "for example --at 10:00, or --at "+next(now.Hour()+1, 0, now))}
		}
		y, m, d = day.Date()
	}
	at := time.Date(y, m, d, day.Hour(), day.Minute(), 0, 0, now.Location())
	soonest := "the next possible is --at " + next(day.Hour(), day.Minute(), now)
	switch {
	case at.Hour() != day.Hour() || at.Minute() != day.Minute():
		return time.Time{}, &exit{exitUsage, text.NewProblem("at", "there is no "+typed+" on that day: the clock is put forward over it", "another minute of the day")}
	case !at.After(now):
		return time.Time{}, &exit{exitUsage, text.NewProblem("at", "--at "+typed+" has passed: it is "+now.Format("15:04"), soonest)}
	case at.Sub(now) > ahead:
		return time.Time{}, &exit{exitUsage, text.NewProblem("at", "--at "+typed+" is more than 24 h ahead: what is checked now has to be true then", soonest)}
	}
	return at, nil
}

// next is the next time of that hour and minute, as --at takes it.
func next(hour, minute int, now time.Time) string {
	y, m, d := now.Date()
	at := time.Date(y, m, d, hour, minute, 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(y, m, d+1, hour, minute, 0, 0, now.Location())
	}
	return at.Format("2006-01-02T15:04")
}
