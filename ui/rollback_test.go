package ui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

// What R amounts to is how it arrives; what R asks, and when an answer counts.
func TestRCountsByHowItArrives(t *testing.T) {
	back := []release.Intent{release.Rollback{}}
	abort, forward := []release.Intent{release.Abort{}}, []release.Intent{release.Forward{}}
	typed := []release.Intent{release.Rollback{Confirm: text.Clean("v41")}}
	watching, staging := (*uitest.Flight).Watching, (*uitest.Flight).Staging
	cold := func(f *uitest.Flight) *uitest.Flight { return f.Watching().Stopped(targets.Base) }
	first := func(f *uitest.Flight) *uitest.Flight { return f.First().Watching() }
	play(t, map[string]pressed{
		"alone":                               {watching, "R 30ms", "ONE KEY", back},
		"alone, before 30 ms are over":        {watching, "R 25ms", "ONE KEY", nil},
		"395 ms after another key":            {watching, "b 395ms R 100ms", "R AGAIN, other keys came with it", nil},
		"again, after that":                   {watching, "b 395ms R 100ms R 100ms", "ONE KEY", back},
		"400 ms after another key":            {watching, "b 400ms R 30ms", "ONE KEY", back},
		"25 ms before another key":            {watching, "R 25ms e 1s", "R AGAIN, other keys came with it", []release.Intent{release.Extend{}}},
		"held down":                           {watching, strings.Repeat("R 35ms ", 60), "ONE KEY", back},
		"in a text field":                     {watching, "c 1s R 1s", "> R", nil},
		"as ctrl+r in a text field":           {watching, "c 1s R 1s ctrl+r", "ONE KEY", back},
		"with help open":                      {watching, "? 1s R 1s", "KEYS", back},
		"before the cutover":                  {staging, "R 500ms", "ABORT? nothing is live yet; what was started is taken down", nil},
		"before the cutover, and y":           {staging, "R 500ms y", "NOTHING LIVE", abort},
		"and y 335 ms after the question":     {staging, "R 335ms y", "TOO SOON after the question, press it again", nil},
		"and y again":                         {staging, "R 335ms y 200ms y", "NOTHING LIVE", abort},
		"and y after the question has lapsed": {staging, "R 12s y", "NOTHING LIVE", nil},
		"while the old version is cold":       {cold, "R 500ms", "ROLL BACK to v41? base is stopped: it is started first, about 9.0 s", nil},
		"while it is cold, and y":             {cold, "R 500ms y", "COLD about 9.0 s", typed},
		"while it is cold, and esc":           {cold, "R 500ms esc y", "COLD about 9.0 s", nil},
		"where nothing ran before":            {first, "R 500ms", "TAKE v42 OUT OF TRAFFIC and stop it? nothing ran before", nil},
		"where nothing ran before, and y":     {first, "R 500ms y", "nothing ran before; asks y", []release.Intent{release.Rollback{Confirm: text.Clean("v42")}}},
		"unsafe, version and enter":           {(*uitest.Flight).RedHolding, "R 500ms v41 enter", "asks for its version", typed},
		"unsafe, enter too soon":              {(*uitest.Flight).RedHolding, "R 35ms v41 enter", "TOO SOON after the question, press it again", nil},
		"unsafe, esc":                         {(*uitest.Flight).RedHolding, "R 500ms v41 esc enter", "asks for its version", nil},
		"unsafe, after it has lapsed":         {(*uitest.Flight).RedHolding, "R 500ms v41 11s enter", "asks for its version", nil},
		"F after a rollback":                  {(*uitest.Flight).Back, "F 500ms", "FORWARD again to v42?", nil},
		"F after a rollback, and y":           {(*uitest.Flight).Back, "F 500ms y", "TRAFFIC IS BACK", forward},
		"F without a rollback":                {watching, "F 1s y", "ONE KEY", nil},
	})
}

func TestRHAndQWorkAtEverySize(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{{Width: 250, Height: 80}, {Width: 120, Height: 40}, {Width: 80, Height: 24}, {Width: 79, Height: 23}, {Width: 60, Height: 15}, {Width: 59, Height: 40}, {Width: 40, Height: 12}, {Width: 200, Height: 3}, {Width: 9, Height: 2}, {Width: 1, Height: 1}} {
		for keys, want := range map[string]release.Intent{"R 30ms": release.Rollback{}, "H": release.Hold{}, "q 1s h": release.Leave{}} {
			visit(t, uitest.Start(t).Red(), func(v *visitor) {
				v.send(size)
				v.does(keys)
				v.submitted(want)
				fits(t, v.model, size, keys)
			})
		}
	}
}

func TestTextTypedIntoTheWrongWindowDoesNotRollBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		for _, r := range "Rise and shine, Rosalind Rrrr. aR" {
			v.press(string(r))
			v.wait(25 * time.Millisecond)
		}
		for _, in := range v.session.Intents() {
			if _, bad := in.(release.Rollback); bad {
				t.Error("typed text rolled back")
			}
		}
	})
}

func TestAPasteNeverRollsBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.send(tea.PasteMsg{Content: "R"})
		v.wait(time.Second)
		v.submitted()
	})
}

func TestARefusalIsASentenceAndAHint(t *testing.T) {
	visit(t, uitest.Start(t).RollingBack(), func(v *visitor) {
		v.session.Refuse(text.NewProblem("rolling-back", "ben has started the rollback already", "F goes forward again afterwards"))
		v.press("R")
		v.wait(time.Second)
		v.sees("ben has started the rollback already; F goes forward again afterwards")
	})
}

func TestAnUnsafeWayBackAsksForTheVersion(t *testing.T) {
	visit(t, uitest.Start(t).RedHolding(), func(v *visitor) {
		v.sees("asks for its version", "NOT SAFE: job drop-legacy (contract) for v42", "NOTHING IS DONE BY ITSELF")
		v.press("R")
		v.wait(500 * time.Millisecond)
		v.sees("THE WAY BACK IS NOT SAFE: type v41 and enter", "lapses in")
		v.press("y", "enter")
		v.sees("THAT IS NOT v41", "> y")
		v.press("backspace")
		v.typed("v42")
		v.press("enter")
		v.sees("THAT IS NOT v41")
		v.press("backspace", "1", "enter")
		v.submitted(release.Rollback{Confirm: text.Clean("v41")})
		v.seesNo("THE WAY BACK IS NOT SAFE")
	})
}

func TestAReasonIsPickedOnceTheTrafficIsBack(t *testing.T) {
	f := uitest.Start(t).Back()
	visit(t, f, func(v *visitor) {
		v.sees("m reason", "m says what it was for")
		v.press("m")
		v.sees("WHAT WAS THE ROLLBACK FOR?", "d data", "s security", "t third party", "b behaviour", "o other")
		v.wait(time.Second)
		v.press("t")
		v.sees(`rolled back for "third party"`)
		v.typed("provider is down")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Explain{Reason: release.ReasonThirdParty, Text: text.Clean("provider is down")})
		n := len(f.Events())
		v.session.Append(f.By(uitest.Ana(), release.Explained{Switch: "back-1", Reason: release.ReasonThirdParty}).Events()[n:]...)
		v.settle()
		v.seesNo("m reason")
		v.press("m")
		v.sees("MARK this moment")
	})
}

func TestAReasonIsLeftOutWithoutAWord(t *testing.T) {
	visit(t, uitest.Start(t).Back(), func(v *visitor) {
		v.press("m")
		v.press("esc")
		v.seesNo("WHAT WAS")
		v.press("enter")
		v.submitted(release.Proceed{Pause: release.PauseClose})
	})
}

func TestNoReasonIsAskedBeforeTheTrafficIsBack(t *testing.T) {
	visit(t, uitest.Start(t).RollingBack(), func(v *visitor) {
		v.seesNo("m reason")
		v.press("m")
		v.seesNo("WHAT WAS")
	})
}

// A program that was held up has its timer run out before it reads the key that followed.
func TestAProgramThatWasHeldUpStillSeesTheKeyThatFollowedR(t *testing.T) {
	f := uitest.Start(t).Watching()
	session := uitest.NewSession(f.Events()...)
	m := ui.New(t.Context(), session, program.Options{By: uitest.Ana(), Clock: f.Now})
	m.Update(m.Init()().(tea.BatchMsg)[0]())
	for _, follows := range []bool{true, false} {
		f.Wait(time.Second)
		_, settled := m.Update(press("R"))
		f.Wait(300 * time.Millisecond)
		_, again := m.Update(settled())
		if again == nil || len(session.Intents()) > 0 {
			t.Fatal("it counted as if nothing could have followed")
		}
		if follows {
			m.Update(press("b"))
		}
		f.Wait(300 * time.Millisecond)
		_, counts := m.Update(again())
		if (counts == nil) != follows {
			t.Errorf("another key followed: %v, and it counts: %v", follows, counts != nil)
		}
	}
}
