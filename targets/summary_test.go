package targets_test

import (
	"fmt"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

func summary(n int, end string) targets.Summary {
	return targets.Summary{Session: text.Clean(fmt.Sprintf("s%03d", n)), Started: time.Unix(int64(n), 0), End: text.Clean(end)}
}

func TestAHostRemembersTheNewestSessionsAndEachOnce(t *testing.T) {
	var all []targets.Summary
	for n := range targets.MaxSummaries + 5 {
		all = targets.Remember(all, summary(n, "held"))
	}
	all = targets.Remember(all, summary(100, "shipped"))
	if len(all) != targets.MaxSummaries || all[0].End.String() != "shipped" || all[len(all)-1].Session.String() != "s005" {
		t.Errorf("%d remembered, the first %v, the last %v", len(all), all[0], all[len(all)-1])
	}
}

func TestSummariesOfSeveralHostsAreMergedNewestFirst(t *testing.T) {
	garbled := targets.Summary{Session: text.Clean("s002"), End: text.Clean(targets.Unreadable)}
	got := targets.MergeSummaries(
		[]targets.Summary{garbled, summary(1, "shipped")},
		[]targets.Summary{summary(3, "held"), summary(2, "rolled back"), summary(1, "shipped")})
	var words []string
	for _, s := range got {
		words = append(words, s.Session.String()+" "+s.End.String())
	}
	if want := "[s003 held s002 rolled back s001 shipped]"; fmt.Sprint(words) != want {
		t.Errorf("merged to %v, want %s", words, want)
	}
}
