package player_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"goaround/engine/guard"
	"goaround/engine/release"
	"goaround/recordings"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/program"
	"goaround/ui/replay/replaytest"
	"goaround/ui/uitest"
)

// spoilt is a recording whose file was changed afterwards.
func spoilt(t testing.TB, spoil func(raw []byte) []byte, events ...release.Event) *visitor {
	t.Helper()
	dir := t.TempDir()
	store := recordings.Open(dir)
	replaytest.WriteTo(t, store, events...)
	path := filepath.Join(dir, replaytest.ID, "events.jsonl")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, spoil(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	return visitAt(t, store, program.Options{})
}

func TestATornRecordingPlaysUpToItsEndAndSaysSo(t *testing.T) {
	v := spoilt(t, func(raw []byte) []byte { return raw[:len(raw)-30] }, uitest.Start(t).Watching().Events()...)
	v.sees("TORN after 394 events", "bytes are lost: a crash explains it")
	v.press("9", ">", ">", ">", ">", ">", "space")
	v.beat(5 * time.Second)
	v.sees("at the end", "394 of 394", "TORN after 394 events")
}

func TestADamagedRecordingPlaysUpToTheDamageAndSaysSo(t *testing.T) {
	v := spoilt(t, func(raw []byte) []byte { raw[len(raw)/2] ^= 1; return raw }, uitest.Start(t).Ended().Events()...)
	v.sees("DAMAGED at", "cannot be trusted")
	v.press("end").sees("at the end", "WATCH").misses("ana pressed R")
}

func TestARecordingWithoutAnEndSaysSo(t *testing.T) {
	visit(t, uitest.Start(t).Watching().Events()...).sees("VERIFIED to 395, no end: it crashed")
}

func TestAnEmptyRecordingIsShown(t *testing.T) {
	v := visit(t)
	for _, k := range allKeys() {
		v.press("esc", k)
		v.fits(80, 24)
		v.beat(200 * time.Millisecond)
	}
}

func TestAnotherVersionsEventsAreShownAndSkipped(t *testing.T) {
	f := uitest.Start(t).Planned().Add(release.Unknown{Name: "moon.phase", Payload: []byte(`{"full":true}`)})
	visit(t, f.Events()...).press("end").sees("event  moon.phase, of another version of goaround")
}

// hostile is a recording by somebody who wants to draw on the reader's terminal: every
// text in it clears the screen and turns what follows around.
func hostile(t testing.TB) []release.Event {
	const bad = "\x1b[2J\x1b]0;pwned\x07\u009b31m\u202eevil\r\n\x00"
	f := uitest.Start(t).Watching()
	f.By(release.Actor{Name: bad, Role: bad}, release.Said{Text: text.Clean("x")}, release.Held{}, release.PauseOpened{Pause: bad}, release.PausePassed{Pause: bad})
	f.Add(release.StepStarted{Step: bad, Title: bad}, release.StepFinished{Step: bad, Problem: text.NewProblem(bad, bad, bad)},
		release.OpStarted{Op: targets.Op{ID: bad, Host: bad, Verb: bad, Slot: bad}, Step: bad}, release.OpFinished{ID: bad, Problem: text.NewProblem(bad, bad, bad)},
		release.AlarmRaised{Host: bad, Problem: text.NewProblem(bad, bad, bad)}, release.AlarmCleared{Host: bad, Code: bad},
		release.PhaseEntered{Phase: bad}, release.ItemAnswered{Item: bad}, release.Unknown{Name: bad, Payload: []byte(`{"x":"\u001b[2J"}`)},
		release.Judged{Slot: targets.Blue, Verdict: guard.Verdict{Level: guard.Red, Why: bad}}, release.Judged{Slot: bad, Verdict: guard.Verdict{Level: bad, Why: bad}},
		release.VitalsSeen{Vitals: []targets.Vital{{Where: targets.Where{Host: bad, Service: bad, Slot: bad}}}},
		release.SwitchStarted{Name: bad}, release.TrafficMoved{Switch: bad, To: bad}, release.SwitchFinished{Name: bad, Mixed: []string{bad}, Unwritten: []string{bad}},
		release.SessionStarted{ID: bad, App: bad, Env: bad, Version: bad, Hosts: []string{bad}, Ask: map[string]string{bad: bad}},
		release.Closing{End: bad, Problem: text.NewProblem(bad, bad, bad)}, release.SessionEnded{End: bad, Problem: text.NewProblem(bad, bad, bad)})
	return f.Events()
}

func TestAHostileRecordingDrawsNothing(t *testing.T) {
	v := visitAt(t, replaytest.Write(t, hostile(t)...), program.Options{NoColour: true})
	for range 40 {
		v.harmless()
		v.press(".")
	}
	for _, size := range []struct{ w, h int }{{120, 40}, {60, 15}, {40, 12}, {160, 60}} {
		for range 4 {
			v.fits(size.w, size.h)
			v.harmless()
			v.press("tab", ",")
		}
	}
}

// harmless fails if the frame has a control sequence but those that paint.
func (v *visitor) harmless() {
	v.Helper()
	for _, row := range v.model.Frame() {
		for _, r := range ansi.Strip(row) {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' {
				v.Fatalf("a row has %q: %q", r, row)
			}
		}
		for _, part := range strings.Split(row, "\x1b")[1:] {
			if !strings.HasPrefix(part, "[") || strings.Trim(part[1:strings.IndexByte(part, 'm')], "0123456789;") != "" {
				v.Fatalf("a row has an escape sequence: %q", row)
			}
		}
	}
}

func TestAFileEditedByHandDrawsNothing(t *testing.T) {
	for name, edit := range map[string][2]string{
		"escape": {`"app":"shop"`, `"app":"\u001b[2J"`},
		"raw":    {`"app":"shop"`, "\"app\":\"sh\u009b31m\u202eop\""},
		"times":  {`"m":2500000`, `"m":9223372036854775807`},
		"early":  {`"m":2500000`, `"m":-9223372036854775808`},
		"ticks":  {`"at":`, `"at":9`},
		"wall":   {`"t":"2026-06-09T14:00:40`, `"t":"9999-12-31T14:00:40`},
	} {
		t.Run(name, func(t *testing.T) {
			v := spoilt(t, func(raw []byte) []byte {
				return []byte(strings.ReplaceAll(string(raw), edit[0], edit[1]))
			}, uitest.Start(t).Ended().Events()...)
			for _, k := range []string{"end", "[", ".", "5", "e", "left", "space"} {
				v.press(k).harmless()
				v.beat(300 * time.Millisecond)
				v.fits(120, 40)
				v.fits(80, 24)
			}
		})
	}
}

func TestAForgedRecordingOfStrangeTimesIsDrawn(t *testing.T) {
	f := uitest.Start(t).Watching()
	events := f.Events()
	far := []time.Duration{1 << 62, -1 << 62, 0, 100 * 365 * 24 * time.Hour}
	for i, mono := range far {
		e := events[len(events)-1]
		e.N, e.Mono, e.At = uint64(len(events)), mono, time.Date(9999*i/3, 1, 1, 0, 0, 0, 0, time.UTC)
		e.Body = release.Said{Text: text.Clean(fmt.Sprint("at ", mono)), Mark: true}
		events = append(events, e)
	}
	v := visit(t, events...)
	for _, k := range []string{"end", "[", "[", ".", "5", "right", "shift+left", "space", "]"} {
		v.press(k)
		v.beat(300 * time.Millisecond)
		v.fits(120, 40)
		v.fits(80, 24)
		v.fits(60, 15)
	}
}
