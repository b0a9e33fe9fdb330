package ui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

func TestOneKeyRollsBackAtOnce(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.submitted()
		v.wait(30 * time.Millisecond)
		v.submitted(release.Rollback{})
	})
}

func TestRRollsBackAtEverySize(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{{Width: 160, Height: 50}, {Width: 80, Height: 24}, {Width: 60, Height: 15}, {Width: 40, Height: 12}, {Width: 9, Height: 1}} {
		visit(t, uitest.Start(t).Red(), program.Options{}, func(v *visitor) {
			v.send(size)
			v.press("R")
			v.wait(30 * time.Millisecond)
			v.submitted(release.Rollback{})
		})
	}
}

func TestRDoesNotCountAfterAnotherKey(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("b")
		v.wait(395 * time.Millisecond)
		v.press("R")
		v.wait(100 * time.Millisecond)
		v.submitted()
		v.sees("R AGAIN, other keys came with it")
		v.press("R")
		v.wait(100 * time.Millisecond)
		v.submitted(release.Rollback{})
	})
}

func TestRCountsWhenTheOtherKeyIsLongAgo(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("b")
		v.wait(400 * time.Millisecond)
		v.press("R")
		v.wait(30 * time.Millisecond)
		v.submitted(release.Rollback{})
	})
}

func TestRDoesNotCountBeforeAnotherKey(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(25 * time.Millisecond)
		v.press("e")
		v.wait(time.Second)
		v.submitted(release.Extend{})
		v.sees("R AGAIN, other keys came with it")
	})
}

func TestTextTypedIntoTheWrongWindowDoesNotRollBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
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

func TestRepeatsOfRCountOnce(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		for range 60 {
			v.press("R")
			v.wait(35 * time.Millisecond)
		}
		v.submitted(release.Rollback{})
	})
}

func TestAPasteNeverRollsBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.send(tea.PasteMsg{Content: "R"})
		v.wait(time.Second)
		v.submitted()
	})
}

func TestInATextFieldRTypesAndCtrlRRollsBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("c")
		v.typed("R is next")
		v.wait(time.Second)
		v.submitted()
		v.sees("> R is next")
		v.press("ctrl+r")
		v.wait(time.Second)
		v.submitted(release.Rollback{})
	})
}

func TestRBeforeTheCutoverAsksToTakeDownWhatWasStarted(t *testing.T) {
	visit(t, uitest.Start(t).Staging(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(500 * time.Millisecond)
		v.submitted()
		v.sees("ABORT?", "y abort")
		v.press("y")
		v.submitted(release.Abort{})
		if v.quit {
			t.Error("it left before what was started was taken down")
		}
	})
}

func TestAYTooSoonAfterItsQuestionIsDropped(t *testing.T) {
	visit(t, uitest.Start(t).Staging(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(35 * time.Millisecond)
		v.sees("ABORT?")
		v.wait(300 * time.Millisecond)
		v.press("y")
		v.submitted()
		v.wait(200 * time.Millisecond)
		v.press("y")
		v.submitted(release.Abort{})
	})
}

func TestAQuestionLapsesAfterTenSeconds(t *testing.T) {
	visit(t, uitest.Start(t).Staging(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(2 * time.Second)
		v.sees("ABORT?", "lapses in")
		v.wait(10 * time.Second)
		v.seesNo("ABORT?")
		v.press("y")
		v.submitted()
	})
}

func TestAColdWayBackAsks(t *testing.T) {
	f := uitest.Start(t).Watching().Stopped(targets.Base)
	visit(t, f, program.Options{}, func(v *visitor) {
		v.sees("COLD about 9.0 s")
		v.press("R")
		v.wait(500 * time.Millisecond)
		v.submitted()
		v.sees("ROLL BACK to v41? base is stopped")
		v.press("y")
		v.submitted(release.Rollback{Confirm: text.Clean("v41")})
	})
}

func TestEscLeavesTheQuestion(t *testing.T) {
	f := uitest.Start(t).Watching().Stopped(targets.Base)
	visit(t, f, program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(500 * time.Millisecond)
		v.press("esc")
		v.seesNo("ROLL BACK to v41?")
		v.press("y")
		v.submitted()
	})
}

func TestForwardAgainAsks(t *testing.T) {
	visit(t, uitest.Start(t).Back(), program.Options{}, func(v *visitor) {
		v.press("F")
		v.wait(500 * time.Millisecond)
		v.submitted()
		v.sees("FORWARD again to v42?")
		v.press("y")
		v.submitted(release.Forward{})
	})
}

func TestForwardWithoutARollbackDoesNothing(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("F", "y")
		v.submitted()
	})
}

func TestARefusalIsASentenceAndAHint(t *testing.T) {
	visit(t, uitest.Start(t).RollingBack(), program.Options{}, func(v *visitor) {
		v.session.Refuse(text.NewProblem("rolling-back", "ben has started the rollback already", "F goes forward again afterwards"))
		v.press("R")
		v.wait(time.Second)
		v.sees("ben has started the rollback already; F goes forward again afterwards")
	})
}

func TestAnUnsafeWayBackAsksForTheVersion(t *testing.T) {
	visit(t, uitest.Start(t).RedHolding(), program.Options{}, func(v *visitor) {
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

func TestTheQuestionForTheVersionIsLeftAndLapses(t *testing.T) {
	visit(t, uitest.Start(t).RedHolding(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(500 * time.Millisecond)
		v.typed("v41")
		v.press("esc")
		v.seesNo("THE WAY BACK IS NOT SAFE")
		v.wait(time.Second)
		v.press("R")
		v.wait(500 * time.Millisecond)
		v.typed("v41")
		v.wait(10 * time.Second)
		v.seesNo("THE WAY BACK IS NOT SAFE")
		v.press("enter")
		v.submitted()
	})
}

func TestAnEnterTooSoonAfterTheVersionIsAskedForIsDropped(t *testing.T) {
	visit(t, uitest.Start(t).RedHolding(), program.Options{}, func(v *visitor) {
		v.press("R")
		v.wait(35 * time.Millisecond)
		v.typed("v41")
		v.press("enter")
		v.submitted()
		v.wait(500 * time.Millisecond)
		v.press("enter")
		v.submitted(release.Rollback{Confirm: text.Clean("v41")})
	})
}

func TestAReasonIsPickedOnceTheTrafficIsBack(t *testing.T) {
	f := uitest.Start(t).Back()
	visit(t, f, program.Options{}, func(v *visitor) {
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
	visit(t, uitest.Start(t).Back(), program.Options{}, func(v *visitor) {
		v.press("m")
		v.press("esc")
		v.seesNo("WHAT WAS")
		v.press("enter")
		v.submitted(release.Proceed{Pause: release.PauseClose})
	})
}

func TestNoReasonIsAskedBeforeTheTrafficIsBack(t *testing.T) {
	visit(t, uitest.Start(t).RollingBack(), program.Options{}, func(v *visitor) {
		v.seesNo("m reason")
		v.press("m")
		v.seesNo("WHAT WAS")
	})
}
