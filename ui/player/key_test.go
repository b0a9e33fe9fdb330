package player_test

import (
	"math/rand"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"goaround/targets"
	"goaround/ui/keys"
	"goaround/ui/program"
	"goaround/ui/replay/replaytest"
	"goaround/ui/uitest"
)

// circuit is a replay of the session that was rolled back: T+06:48 is its rollback.
func circuit(t testing.TB) *visitor { return visit(t, uitest.Start(t).Ended().Events()...) }

func TestArrowsMoveBySecondsAndByTenths(t *testing.T) {
	v := circuit(t)
	v.press("right", "right").sees("T+00:10")
	v.press("left").sees("T+00:05")
	v.press("left", "left").sees("T+00:00")
	v.press("shift+right", "shift+right").sees("T+01:26")
	v.press("shift+left").sees("T+00:43")
}

func TestADigitJumpsToThatTenth(t *testing.T) {
	v := circuit(t)
	v.press("5").sees("T+03:35")
	v.press("9").sees("T+06:28")
	v.press("0").sees("T+00:00")
}

func TestBracketsGoFromChapterToChapter(t *testing.T) {
	v := circuit(t)
	v.press("]").sees("chapter 1 of 8", "plan  ")
	v.press("]", "]", "]").sees("chapter 4 of 8", "CUTOVER, traffic was on blue")
	v.press("]", "]").sees("chapter 6 of 8", "> 14:06:48 key    ana pressed R, rollback to v41 began (one key)")
	v.press("[").sees("chapter 5 of 8", "GUARD RED")
	v.press("end", "]").sees("there is no chapter after this")
	v.press("0", "[").sees("T+00:00", "chapter 0 of 8")
}

func TestCommaAndDotGoFromEventToEvent(t *testing.T) {
	v := circuit(t)
	v.press("]", ".").sees("> 14:00:02 check  [ok] Image v42 pinned")
	v.press(",").sees("> 14:00:02 plan ")
	v.press(",").sees("> 14:00:02 look ")
	v.press("j", "down").sees("> 14:00:02 check ")
	v.press("k", "up").sees("> 14:00:02 look ")
	v.press("g").sees("T+00:00").press(",", ",", ",", ",").sees("there is no earlier event")
	v.press("G", ".").sees("T+07:11", "there is no later event", "end    rolled back, exit code 10")
}

func TestSpeedGoesFromOneToThirtyTwo(t *testing.T) {
	v := circuit(t)
	v.press("space").sees("playing x1")
	v.press("<").sees("playing x1")
	v.press(">", ">").sees("playing x4")
	v.press(">", ">", ">", ">", ">").sees("playing x32")
	v.press("<").sees("playing x16")
}

func TestSpacePlaysAndPauses(t *testing.T) {
	v := circuit(t)
	v.press("space")
	v.beat(3 * time.Second)
	v.sees("T+00:03", "playing x1")
	v.press("space")
	v.beat(3 * time.Second)
	v.sees("T+00:03", "paused")
	v.press(">", ">", "space")
	v.beat(3 * time.Second)
	v.sees("T+00:15")
}

func TestAtTheEndItStopsAndSpaceBeginsAnew(t *testing.T) {
	v := circuit(t)
	v.press("9", ">", ">", ">", ">", ">", "space")
	v.beat(5 * time.Second)
	v.sees("at the end", "T+07:11", "ENDED")
	v.press("space")
	v.beat(100 * time.Millisecond)
	v.sees("T+00:03", "playing x32")
}

func TestAProgramThatWasStoppedDoesNotLeap(t *testing.T) {
	v := circuit(t).press("space")
	v.now = v.now.Add(time.Hour)
	v.beat(100 * time.Millisecond)
	v.sees("T+00:01", "playing")
}

func TestIdleSkipLeavesOutWhereNothingHappened(t *testing.T) {
	v := circuit(t)
	v.press("]", "]", "]", "i", "space").sees("idle skip 2 s")
	v.beat(20 * time.Second)
	v.sees("T+06:5", "ROLLED BACK")
	plain := circuit(t).press("]", "]", "]", "space")
	plain.beat(20 * time.Second)
	plain.sees("T+01:03")
}

func TestTGoesToATime(t *testing.T) {
	v := circuit(t)
	for typed, at := range map[string]string{"14:05": "14:05:00", "14:02:41": "14:02:41", "+3:31": "T+03:31", "+0:06:48": "T+06:48", "T+1:10": "T+01:10", "23:00": "T+07:11", "13:00": "T+07:11"} {
		v.press("t").sees("go to a time").typed(typed).sees(at)
	}
	for _, typed := range []string{"noon", "14", "14:61", "25:00", "+1:2:3:4", "-1:00", "14:12x"} {
		v.press("0", "t").typed(typed).sees("is no time", "T+00:00")
	}
	v.press("5", "t").press("1", "esc").sees("T+03:35").misses("never mind")
}

func TestEGoesToTheNextAlarm(t *testing.T) {
	v := circuit(t)
	v.press("e").sees("> 14:06:45 guard  RED on blue, errors 8.1 % > 5 %")
	v.press("e").sees("> 14:06:45 guard  rollback counted down")
	v.press("e").sees("there is no alarm after this")
}

func TestAShowsActsAndKeysOnly(t *testing.T) {
	v := circuit(t).press("/").typed("retry").sees("> 14:06:05 log    web-2 blue")
	v.press("a").sees("acts and keys only", "say    ben: cart 500s").misses("log    web-1 blue")
	v.press("a").sees("log    web-1 blue")
}

func TestSlashFindsAndNGoesOn(t *testing.T) {
	v := circuit(t)
	v.press("/").typed("GET /cart").sees(`/ "GET /cart" 1 of 2, n N`, "trace=ab12")
	v.press("n").sees("1 of 2")
	v.press("esc", "n").sees("nothing was looked for")
	v.press("0", "/").typed("PRESSED r").sees("1 of 1", "> 14:06:48 key    ana pressed R")
	v.press("N").sees("1 of 1")
	v.press("/").typed("no such thing").sees(`no event has "no such thing"`, "not found")
	v.press("0", "/").typed("act ").press("n").sees("2 of")
	v.press("N").sees("1 of")
	v.press("N").sees("T+06:48")
}

func TestMWritesANoteBesideTheRecord(t *testing.T) {
	store := replaytest.Write(t, uitest.Start(t).Ended().Events()...)
	v := visitAt(t, store, program.Options{})
	v.press("]", "]", "]", "]", "]", "]", "m").sees("note beside the record").typed("card_token nil").sees("noted beside the record", "note   kim: card_token nil")
	again := visitAt(t, store, program.Options{})
	again.press("]", "]", "]", "]", "]", "]").sees("> 14:06:48 note   kim: card_token nil", "VERIFIED 459 events")
}

func TestVSaysTheVerdictAgain(t *testing.T) {
	circuit(t).press("V").sees("REPLAY  VERIFIED 459 events, unsigned, head ")
}

func TestRAndHAreDeadKeysThatSaySo(t *testing.T) {
	for _, k := range []string{"R", "H"} {
		v := circuit(t).press("7")
		before := v.state()
		v.press(k).sees("R and H are dead keys here")
		if v.state() != before {
			t.Errorf("%s moved something", k)
		}
	}
}

// state is the screen but for the row that says what the last key led to.
func (v *visitor) state() string {
	rows := strings.Split(v.screen(), "\n")
	return strings.Join(append(rows[:len(rows)-3], rows[len(rows)-2:]...), "\n")
}

func TestTabGoesThroughThePanes(t *testing.T) {
	v := circuit(t).press("7")
	v.press("tab").sees("HOST  SLOT  STATE")
	v.press("tab").sees("LOG following")
	v.press("tab").sees("STEPS")
	v.press("tab").sees("EVENTS")
	v.press("shift+tab", "z").sees("STEPS").misses("ERRORS %")
	v.press("esc").sees("ERRORS %")
}

func TestTheGraphsKeepTheirKeys(t *testing.T) {
	v := circuit(t).press("end").sees("base 1.0")
	v.press("+").sees("-15:")
	v.press("b")
	if strings.Contains(v.screen(), " base │") {
		t.Error("b leaves the base")
	}
}

func TestHelpHasTheKeysOfAReplay(t *testing.T) {
	v := circuit(t).size(120, 60)
	v.press("?").sees("space            play, pause", "dead keys: nothing is connected", "esc closes")
	v.press("q").misses("esc closes")
	if v.left {
		t.Error("q left from the help")
	}
}

func TestQAndCtrlCLeave(t *testing.T) {
	for _, k := range []string{"q", "ctrl+c"} {
		if v := circuit(t).press(k); !v.left {
			t.Errorf("%s does not leave", k)
		}
	}
	if v := circuit(t).press("/", "q"); v.left {
		t.Error("q left from a text field")
	}
}

func TestEveryKeyOfTheTableDoesSomethingOrSaysWhyNot(t *testing.T) {
	store := replaytest.Write(t, uitest.Start(t).Ended().Events()...)
	for _, b := range keys.In(keys.Replay) {
		for _, k := range b.Keys {
			moved := false
			for _, before := range [][]string{{"5", ">"}, {"end"}} {
				v := visitAt(t, store, program.Options{}).press(before...)
				was := v.screen()
				v.press(k)
				moved = moved || was != v.screen()
			}
			if !moved {
				t.Errorf("%q (%s) changes nothing", k, b.Long)
			}
		}
	}
}

func allKeys() []string {
	all := []string{"enter", "esc", "tab", "shift+tab", "space", "up", "down", "pgup", "pgdown", "home", "end", "left", "right", "shift+left", "shift+right", "backspace", "ctrl+l", "é"}
	for r := '!'; r <= '~'; r++ {
		all = append(all, string(r))
	}
	return all
}

// fits fails unless the frame fills the terminal exactly and says REPLAY.
func (v *visitor) fits(w, h int) {
	v.Helper()
	v.size(w, h)
	rows := v.model.Frame()
	if len(rows) != h {
		v.Fatalf("%dx%d: %d rows\n%s", w, h, len(rows), v.screen())
	}
	for _, row := range rows {
		if got := ansi.StringWidth(row); got != w {
			v.Fatalf("%dx%d: a row of %d cells: %q", w, h, got, row)
		}
	}
}

func TestRandomKeysNeverBreakTheScreen(t *testing.T) {
	all := allKeys()
	random := rand.New(rand.NewSource(1))
	for range 4 {
		v := circuit(t)
		for range 200 {
			v.press(all[random.Intn(len(all))])
			v.beat(time.Duration(random.Intn(3)) * 100 * time.Millisecond)
			if random.Intn(20) == 0 {
				v.model.Update(tea.PasteMsg{Content: "pasted\tR\n日本"})
			}
			v.fits(1+random.Intn(150), 1+random.Intn(50))
		}
	}
}

func TestReplayIsSaidTwiceAtEverySize(t *testing.T) {
	v := circuit(t)
	for _, size := range []struct{ w, h int }{{200, 60}, {120, 40}, {80, 24}, {79, 23}, {60, 15}, {40, 12}, {30, 2}} {
		if n := strings.Count(v.size(size.w, size.h).screen(), "REPLAY"); n != 2 {
			t.Errorf("%dx%d says REPLAY %d times", size.w, size.h, n)
		}
	}
}

func TestASeekShowsWhatPlayingUpToThereShows(t *testing.T) {
	f := uitest.Start(t).Watching()
	f.Traffic(2*time.Minute, targets.Blue, 0.02, 100*time.Millisecond)
	played, sought := visit(t, f.Events()...), visit(t, f.Events()...)
	played.press(">", ">", ">", ">", ">", "space")
	for range 30 {
		played.beat(500 * time.Millisecond)
		played.press("space")
		was := played.screen()
		at := strings.SplitN(was[strings.Index(was, "T+"):], " ", 2)[0]
		sought.press(">", ">", ">", ">", ">", "end", "t").typed("+" + at[2:])
		if got := sought.screen(); got != was && !strings.Contains(was, "at the end") {
			t.Fatalf("played to %s:\n%s\nsought:\n%s", at, was, got)
		}
		played.press("space")
	}
}

func TestTheReplayHasAPaletteAndASearchInItsHelp(t *testing.T) {
	v := circuit(t)
	v.press(":").sees("ACTIONS", "> play", "5 s back").press("esc").misses("ACTIONS")
	v.press(":").typed("next alarm").sees("> 14:0").misses("ACTIONS", "T+00:00")
	v.press(":").typed("filter").sees("filter is not possible now: only in the logs")
	v.size(80, 60).press("?", "/").typed("faster").sees("faster, up to 32 times").misses("go to a time")
	v.press("/", "esc").sees("go to a time")
	v.press("esc").misses("KEYS")
}

func TestYCopiesTheEventOfTheList(t *testing.T) {
	v := circuit(t).press("]", "y")
	v.sees("to your clipboard, if this terminal takes it: 2026-06-09 14:00:02 plan")
}
