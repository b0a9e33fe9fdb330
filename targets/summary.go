package targets

import (
	"cmp"
	"slices"
	"time"

	"goaround/targets/text"
)

// MaxSummaries is how many sessions a host remembers: the newest.
const MaxSummaries = 200

// Summary is what the hosts remember of a session that held the lease, so that any
// laptop can say what was deployed, when, and how it went. Its times are those of the
// laptop that ran it.
type Summary struct {
	Session  text.Safe     `json:"session"`
	By       text.Safe     `json:"by"`
	From     Release       `json:"from,omitzero"` // what was live; zero: nothing, or it never came so far
	To       Release       `json:"to,omitzero"`   // what was to be live
	Started  time.Time     `json:"started"`
	Ended    time.Time     `json:"ended"`
	Took     time.Duration `json:"took"`
	End      text.Safe     `json:"end"`
	Live     time.Duration `json:"live,omitempty"`     // how long the traffic was on To by the end
	Requests int           `json:"requests,omitempty"` // that To answered in the watch
	Errors   int           `json:"errors,omitempty"`   // of them
	Cut      int           `json:"cut,omitempty"`      // connections that had not ended when the drain was over
	Back     time.Duration `json:"back,omitempty"`     // the last rollback, until the traffic was back; 0: there was none
	Reason   text.Safe     `json:"reason,omitzero"`    // what that was for, in words
}

// Unreadable is the End of a summary that a host has and nobody can read.
const Unreadable = "cannot be read"

// Remember puts s among those of a host: the newest first, no more than MaxSummaries.
func Remember(all []Summary, s Summary) []Summary {
	all = slices.DeleteFunc(slices.Clone(all), func(o Summary) bool { return o.Session == s.Session })
	all = slices.Insert(all, 0, s)
	return all[:min(len(all), MaxSummaries)]
}

// MergeSummaries are those of several hosts, each session once, the newest first. Of a
// session that one host cannot read another's word counts.
func MergeSummaries(hosts ...[]Summary) []Summary {
	var all []Summary
	for _, s := range slices.Concat(hosts...) {
		i := slices.IndexFunc(all, func(o Summary) bool { return o.Session == s.Session })
		switch {
		case i < 0:
			all = append(all, s)
		case all[i].End.String() == Unreadable:
			all[i] = s
		}
	}
	slices.SortStableFunc(all, func(a, b Summary) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.Session.String(), a.Session.String()))
	})
	return all
}
