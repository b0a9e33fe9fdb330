package flights

import (
	"strings"
	"testing"

	"goaround/targets/compose/composetest"
)

func TestOfTwoDeploysOneWins(t *testing.T) {
	t.Parallel()
	s := composetest.Up(t)
	visit(t, s, 320)
	image := s.Image(t, "v2")
	ada, grace := pilot(t, s), colleague(t, s)
	wins := map[string]int{}
	for range races {
		a := ada.fly(t, "deploy", image, "--plain")
		b := grace.fly(t, "deploy", image, "--plain")
		winner, loser := first(a, b)
		name := ada.name
		if winner == b {
			name = grace.name
		}
		wins[name]++
		if out := loser.ends(15); !strings.Contains(out, "the lease is held by "+name) {
			t.Errorf("the loser does not name the holder, %s:\n%s", name, out)
		}
		winner.expect("for GO / NO-GO")
		winner.say("no-go this was a race")
		winner.ends(11)
	}
	t.Logf("%d rounds, won by %v", races, wins)
}

// first tells two deploys apart by which of them ends at once.
func first(a, b *flight) (winner, loser *flight) {
	select {
	case <-a.over:
		return b, a
	case <-b.over:
		return a, b
	}
}
