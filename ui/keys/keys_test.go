package keys_test

import (
	"slices"
	"strings"
	"testing"

	"goaround/ui/keys"
)

func panePlaces() []keys.Place {
	return []keys.Place{keys.Items, keys.Steps, keys.Plan, keys.Graphs, keys.Hosts, keys.Logs, keys.Words}
}

func TestNoTwoMeaningsMeetInOnePlace(t *testing.T) {
	for _, place := range panePlaces() {
		meaning := map[string]keys.Action{}
		for _, b := range slices.Concat(keys.In(place), keys.In(keys.Asked), keys.In(keys.Failed), keys.In(keys.Open), keys.In(keys.Watch), keys.In(keys.Returned), keys.In(keys.Live), keys.In(keys.Panes), keys.In(keys.Everywhere)) {
			for _, k := range b.Keys {
				if was, taken := meaning[k]; taken && was != b.Action {
					t.Errorf("%q means %q and %q in %s", k, was, b.Action, place)
				}
				meaning[k] = b.Action
			}
		}
	}
}

func TestNoTwoMeaningsMeetInAReplay(t *testing.T) {
	meaning := map[string]keys.Action{}
	for _, b := range slices.Concat(keys.In(keys.Replay), keys.In(keys.Graphs), keys.In(keys.Everywhere)) {
		for _, k := range b.Keys {
			if was, taken := meaning[k]; taken {
				t.Errorf("%q means %q and %q", k, was, b.Action)
			}
			meaning[k] = b.Action
		}
	}
}

func TestNothingActsOnAReleaseInAReplay(t *testing.T) {
	for _, k := range []string{"R", "H", "F", "v", "c", "enter", "x"} {
		if a := keys.Match(k, keys.Replay, keys.Everywhere); a != keys.None && a != keys.DeadKey {
			t.Errorf("%q is %q in a replay", k, a)
		}
	}
}

func TestAKeyOfAPauseIsNoKeyOfEveryScreen(t *testing.T) {
	for _, place := range []keys.Place{keys.AtVote, keys.AtPause, keys.AtClose, keys.Watch, keys.Returned, keys.Asked, keys.Failed, keys.Open} {
		for _, b := range keys.In(place) {
			for _, k := range b.Keys {
				if a := keys.Match(k, keys.Live, keys.Everywhere); a != keys.None {
					t.Errorf("%q at %s is %q everywhere", k, place, a)
				}
			}
		}
	}
}

func TestAPauseComesBeforeThePane(t *testing.T) {
	if got := keys.Match("enter", keys.AtPause, keys.Items, keys.Everywhere); got != keys.Proceed {
		t.Errorf("enter at a pause is %q", got)
	}
	if got := keys.Match("enter", keys.Items, keys.Everywhere); got != keys.Why {
		t.Errorf("enter in the items is %q", got)
	}
}

func TestCapitalLettersActOnTheRelease(t *testing.T) {
	acting := map[keys.Action]bool{keys.Rollback: true, keys.Hold: true, keys.Forward: true, keys.Bottom: true,
		keys.DeadKey: true, keys.Verify: true, keys.FindPrevious: true}
	for _, b := range keys.Table() {
		for _, k := range b.Keys {
			if len(k) == 1 && k >= "A" && k <= "Z" && !acting[b.Action] {
				t.Errorf("%s is a capital letter and means %q", k, b.Action)
			}
		}
	}
}

func TestEveryKeyIsExplained(t *testing.T) {
	for _, b := range keys.Table() {
		silent := b.Long == "" && (b.Action < keys.Pane2 || b.Action > keys.Pane5)
		if silent || len(b.Places) == 0 || len(b.Keys) == 0 {
			t.Errorf("%v has no place, key or explanation", b)
		}
	}
	for _, k := range []string{"`R`", "`H`", "`ctrl+r`", "`j` `down`"} {
		if !strings.Contains(keys.Markdown(), k) {
			t.Errorf("README's table lacks %s", k)
		}
	}
}

func TestTheRowFitsAndEndsWithHelp(t *testing.T) {
	for width := 24; width <= 160; width++ {
		for _, place := range panePlaces() {
			row := keys.Row(width, keys.AtPause, place, keys.Everywhere)
			if len(row) > width || !strings.HasSuffix(row, "? help") {
				t.Fatalf("at %d: %q", width, row)
			}
		}
	}
}

func TestTheRowLeavesOutWhatAPauseTakesOver(t *testing.T) {
	row := keys.Row(120, keys.AtPause, keys.Items, keys.Everywhere)
	if strings.Contains(row, "enter details") || !strings.Contains(row, "enter go on") {
		t.Errorf("row %q", row)
	}
}
