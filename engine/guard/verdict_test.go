package guard_test

import (
	"testing"

	"goaround/engine/guard"
)

func TestTheWorstLevelCounts(t *testing.T) {
	order := []guard.Level{guard.OK, guard.Waiting, guard.Inconclusive, guard.Amber, guard.NoData, guard.Red}
	for i, better := range order {
		for _, worse := range order[i:] {
			for _, got := range []guard.Verdict{
				guard.Worst(guard.Verdict{Level: better}, guard.Verdict{Level: worse}),
				guard.Worst(guard.Verdict{Level: worse}, guard.Verdict{Level: better}),
			} {
				if got.Level != worse {
					t.Errorf("the worst of %s and %s is %s", better, worse, got.Level)
				}
			}
		}
	}
}

func TestTheWorstOfNoneWaits(t *testing.T) {
	if got := guard.Worst().Level; got != guard.Waiting {
		t.Errorf("the worst of no verdict is %s", got)
	}
}

func TestOfTwoThatAreOKTheOneWithoutEvidenceCounts(t *testing.T) {
	seen := guard.Verdict{Level: guard.OK, Seen: 500, Needs: 300, Errors: guard.Evidence{S: 0.5}}
	few := guard.Verdict{Level: guard.OK, Seen: 299, Needs: 300}
	full := guard.Verdict{Level: guard.OK, Seen: 900, Needs: 300, Slow: guard.Evidence{S: 0.55}}
	if got := guard.Worst(seen, few, full); got.Enough() {
		t.Errorf("the worst has enough evidence: %+v", got)
	}
	if got := guard.Worst(seen, full); !got.Enough() || got.Seen != 900 {
		t.Errorf("the worst is %+v, want the one with the higher sum", got)
	}
}
