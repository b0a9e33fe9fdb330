package pane_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/keys"
	"goaround/ui/pane"
	"goaround/ui/uitest"
)

func sight(f *uitest.Flight) pane.Sight { return pane.Sight{State: f.State(), Clock: f.Clock()} }

func drawn(lines []string) string {
	for i := range lines {
		lines[i] = strings.TrimRight(ansi.Strip(lines[i]), " ")
	}
	return strings.Join(lines, "\n")
}

func has(t *testing.T, got string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(got, w) {
			t.Errorf("no %q in:\n%s", w, got)
		}
	}
}

func hasNot(t *testing.T, got string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(got, w) {
			t.Errorf("%q is in:\n%s", w, got)
		}
	}
}

func TestAlikeLinesAreFoldedWithACount(t *testing.T) {
	f := uitest.Start(t).Planned().Log("GET /cart 500 trace=ab12", "slow query 812 ms", "GET /cart 500 trace=77", "GET /cart 404 trace=ab13", "GET /pay 500")
	got := drawn(pane.Logs(sight(f), pane.LogView{}, false, 80, 10))
	has(t, got, "GET /cart 404 trace=ab13 (3 alike)", "slow query 812 ms", "GET /pay 500", "5 lines, 0 dropped")
	hasNot(t, got, "trace=ab12", "slow query 812 ms (")
}

func TestALogThatIsHeldBackStandsStillAndCountsWhatIsNewer(t *testing.T) {
	f := uitest.Start(t).Planned().Log("one", "two", "three")
	view := pane.LogView{}.Act(keys.Up, sight(f))
	before := drawn(pane.Logs(sight(f), view, false, 80, 4))
	has(t, before, "held back", "two")
	hasNot(t, before, "three")
	f.Log("four", "five")
	after := drawn(pane.Logs(sight(f), view, false, 80, 4))
	has(t, after, "2 newer", "two")
	hasNot(t, after, "three", "four")
	has(t, drawn(pane.Logs(sight(f), view.Act(keys.Follow, sight(f)), false, 80, 4)), "following", "five")
}

func TestAFilterShowsItsLinesAlone(t *testing.T) {
	f := uitest.Start(t).Planned().Log("card_token nil", "all well")
	got := drawn(pane.Logs(sight(f), pane.LogView{Filter: "CARD"}, false, 80, 6))
	has(t, got, "card_token nil", `with "CARD"`)
	hasNot(t, got, "all well")
}

func TestALongLineIsWrappedWhereThatIsChosen(t *testing.T) {
	f := uitest.Start(t).Planned().Log("begin " + strings.Repeat("word ", 30) + "end")
	hasNot(t, drawn(pane.Logs(sight(f), pane.LogView{}, false, 80, 8)), "end")
	has(t, drawn(pane.Logs(sight(f), pane.LogView{Wrap: true}, false, 80, 8)), "begin", "end")
}

func TestBothSlotsAreInTheLogAndFoldedApart(t *testing.T) {
	f := uitest.Start(t).Planned()
	var lines []targets.Line
	for _, slot := range []targets.Slot{targets.Base, targets.Blue, targets.Blue} {
		f.Wait(time.Second)
		lines = append(lines, targets.Line{Where: targets.Where{Host: "web-1", Service: "web", Slot: slot}, At: f.Now(), Bad: true, Text: text.Clean("ERROR GET /cart 500")})
	}
	f.Add(release.Logged{Lines: lines})
	has(t, drawn(pane.Logs(sight(f), pane.LogView{}, false, 80, 6)), "web-1 base ERROR GET /cart 500\n", "web-1 blue ERROR GET /cart 500 (2 alike)")
}

func TestAMarkStandsInTheLogWhereItWasSet(t *testing.T) {
	f := uitest.Start(t).Planned().Log("before it").Wait(time.Second)
	f.By(uitest.Ben(), release.Said{Text: text.Clean("not a mark")}, release.Said{Text: text.Clean("cart looks odd"), Mark: true}).Wait(time.Second).Log("after it")
	got := drawn(pane.Logs(sight(f), pane.LogView{Filter: "it"}, false, 80, 6))
	before, after, _ := strings.Cut(got, " * ben cart looks odd\n")
	has(t, before, "before it")
	has(t, after, "after it")
	hasNot(t, got, "not a mark")
	held := pane.LogView{}.Act(keys.Up, sight(f))
	stood := drawn(pane.Logs(sight(f), held, false, 80, 6))
	f.By(uitest.Ben(), release.Said{Text: text.Clean("a later one"), Mark: true})
	if now := drawn(pane.Logs(sight(f), held, false, 80, 6)); now != stood {
		t.Errorf("a log that is held back moved from\n%s\nto\n%s", stood, now)
	}
}

func TestTheLogSurvivesThatOldLinesAreForgotten(t *testing.T) {
	f := uitest.Start(t).Planned().Log("first")
	view := pane.LogView{}.Act(keys.Up, sight(f))
	for range 50 {
		var lines []targets.Line
		for range 100 {
			lines = append(lines, targets.Line{At: f.Now(), Text: text.Clean("noise")})
		}
		f.Wait(time.Second).Add(release.Logged{Lines: lines})
	}
	has(t, drawn(pane.Logs(sight(f), view, false, 80, 5)), "no line yet", "5,000 newer")
	has(t, drawn(pane.Logs(sight(f), view.Newest(), false, 80, 5)), "noise (")
}
