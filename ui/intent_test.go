package ui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets/text"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

func TestSpaceAnswersTheQuestionAndTheNextOneComes(t *testing.T) {
	f := uitest.Start(t).Checked()
	visit(t, f, program.Options{}, func(v *visitor) {
		v.sees(`"On-call told in #ops?"`)
		v.press("space")
		v.submitted(release.Answer{Item: "pre-2", Yes: true})
		n := len(f.Events())
		v.session.Append(f.By(uitest.Ana(), release.ItemAnswered{Item: "pre-2", OK: true}).Events()[n:]...)
		v.settle()
		v.sees(`"No other deploy running?"`)
		v.press("space")
		v.submitted(release.Answer{Item: "pre-2", Yes: true})
		v.wait(400 * time.Millisecond)
		v.press("space")
		v.submitted(release.Answer{Item: "pre-2", Yes: true}, release.Answer{Item: "pre-3", Yes: true})
	})
}

func TestANoAsksWhy(t *testing.T) {
	visit(t, uitest.Start(t).Checked(), program.Options{}, func(v *visitor) {
		v.press("n")
		v.sees(`NO to "On-call told in #ops?": why?`)
		v.typed("kim is asleeq")
		v.press("backspace")
		v.typed("p")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Answer{Item: "pre-2", Why: text.Clean("kim is asleep")})
	})
}

func TestAReasonIsNeeded(t *testing.T) {
	visit(t, uitest.Start(t).Checked(), program.Options{}, func(v *visitor) {
		v.press("n")
		v.wait(time.Second)
		v.press("enter")
		v.submitted()
		v.sees("why?")
	})
}

func TestAKeyItemIsNotLeftOut(t *testing.T) {
	visit(t, uitest.Start(t).Checked(), program.Options{}, func(v *visitor) {
		v.press("x")
		v.seesNo("leave out \"On-call")
		v.press("j")
		v.press("x")
		v.sees(`leave out "No other deploy running?": why?`)
		v.typed("only us")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Skip{Item: "pre-3", Why: text.Clean("only us")})
	})
}

func TestAFailedCheckIsRunAgain(t *testing.T) {
	f := uitest.Start(t).Planned().Add(release.ItemStarted{Item: "pre-1"},
		release.ItemAnswered{Item: "pre-1", Evidence: text.Clean("exit 1: build 8812 is red"), More: []text.Safe{text.Clean("job lint: 3 findings")}}, release.PauseOpened{Pause: release.PauseFix})
	visit(t, f, program.Options{}, func(v *visitor) {
		v.sees("CI is green on this commit: exit 1: build 8812 is red", "!! exit 1: build 8812 is red", "job lint: 3 findings", "r runs it again")
		v.press("r")
		v.submitted(release.Rerun{Item: "pre-1"})
	})
}

func TestAVoteIsBoundToThePlan(t *testing.T) {
	f := uitest.Start(t).Ready()
	digest := f.State().Plan.Digest
	visit(t, f, program.Options{}, func(v *visitor) {
		v.press("v")
		v.wait(time.Second)
		v.press("y")
		v.submitted(release.Vote{Plan: digest, Go: true})
	})
}

func TestANoGoAsksWhy(t *testing.T) {
	f := uitest.Start(t).Ready()
	digest := f.State().Plan.Digest
	visit(t, f, program.Options{}, func(v *visitor) {
		v.press("v")
		v.wait(time.Second)
		v.press("n")
		v.typed("not today")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Vote{Plan: digest, Why: text.Clean("not today")})
	})
}

func TestEnterPassesThePauseThatWasThere(t *testing.T) {
	visit(t, uitest.Start(t).Staged(), program.Options{}, func(v *visitor) {
		v.sees("CUTOVER waits for you", "enter moves all traffic to v42 on 2 hosts")
		v.press("enter")
		v.submitted(release.Proceed{Pause: release.PauseCutover})
	})
}

func TestOnHoldNoKeyPassesThePause(t *testing.T) {
	f := uitest.Start(t).Staged().By(uitest.Ben(), release.Held{})
	visit(t, f, program.Options{}, func(v *visitor) {
		v.sees("H goes on, then  enter moves all traffic")
		v.seesNo("enter go on")
		v.press("enter")
		v.submitted()
		n := len(f.Events())
		v.session.Append(f.By(uitest.Ben(), release.Unheld{}).Events()[n:]...)
		v.settle()
		v.sees("enter go on")
		v.press("enter")
		v.submitted()
		v.wait(400 * time.Millisecond)
		v.press("enter")
		v.submitted(release.Proceed{Pause: release.PauseCutover})
	})
}

func TestAQuestionAfterTheCutoverIsAskedInTheWatch(t *testing.T) {
	f := uitest.Start(t).Asking().Cut()
	visit(t, f, program.Options{}, func(v *visitor) {
		v.sees(`space yes  n no  to "Cache warm?"`)
		v.press("space")
		v.submitted(release.Answer{Item: "during-4", Yes: true})
	})
}

func TestAnEnterForSomethingElseDoesNotCutOver(t *testing.T) {
	f := uitest.Start(t).Staging()
	visit(t, f, program.Options{}, func(v *visitor) {
		n := len(f.Events())
		v.session.Append(f.Add(release.PhaseEntered{Phase: release.PhaseCutover}, release.PauseOpened{Pause: release.PauseCutover}).Events()[n:]...)
		v.wait(200 * time.Millisecond)
		v.press("enter")
		v.submitted()
		v.sees("too soon after the question appeared")
	})
}

func TestHHoldsAndGoesOn(t *testing.T) {
	f := uitest.Start(t).Red()
	visit(t, f, program.Options{}, func(v *visitor) {
		v.press("H")
		v.submitted(release.Hold{})
		n := len(f.Events())
		v.session.Append(f.By(uitest.Ana(), release.Held{}, release.CountdownStopped{Why: text.Clean("hold")}).Events()[n:]...)
		v.settle()
		v.sees("HOLD by ana")
		v.press("H")
		v.submitted(release.Hold{}, release.Unhold{})
	})
}

func TestLeavingALiveSessionAsksHoldOrRollBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("q")
		v.sees("LEAVE?", "h leave it held", "R rolls back instead")
		v.wait(time.Second)
		v.press("h")
		v.submitted(release.Leave{})
		if v.quit {
			t.Error("it quit before the session had ended")
		}
	})
}

func TestRRollsBackFromTheQuestionOfLeaving(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("q")
		v.wait(time.Second)
		v.press("R")
		v.wait(time.Second)
		v.submitted(release.Rollback{})
		v.seesNo("LEAVE?")
	})
}

func TestWhoHasLeftGoesWithTheEndOfTheSession(t *testing.T) {
	f := uitest.Start(t).Watching()
	visit(t, f, program.Options{}, func(v *visitor) {
		v.press("q")
		v.wait(time.Second)
		v.press("h")
		n := len(f.Events())
		v.session.Append(f.By(uitest.Ana(), release.Closing{End: release.EndHeld}, release.SessionEnded{End: release.EndHeld}).Events()[n:]...)
		v.settle()
		if !v.quit {
			t.Error("the program goes on")
		}
	})
}

func TestCtrlCTwiceAsksToLeave(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("ctrl+c")
		v.seesNo("LEAVE?")
		v.wait(3 * time.Second)
		v.press("ctrl+c")
		v.seesNo("LEAVE?")
		v.wait(time.Second)
		v.press("ctrl+c")
		v.sees("LEAVE?")
	})
}

func TestTheEndStaysUntilQ(t *testing.T) {
	visit(t, uitest.Start(t).Ended(), program.Options{}, func(v *visitor) {
		v.wait(10 * time.Second)
		v.sees("ROLLED BACK", "exit code 10", "goaround replay 20260609T140000-ana", "goaround sessions verify latest")
		v.press("q")
		v.settle()
		if !v.quit {
			t.Error("q does not leave")
		}
	})
}

func TestTheFarewellSaysHowItEndedAndWhatToDoNext(t *testing.T) {
	got := strings.Join(ui.Farewell(uitest.Start(t).Aborted().State(), 80), "\n")
	for _, words := range []string{"ABORTED BEFORE CUTOVER", "v41 has been live all along", "panic: column orders.note does not exist", "goaround deploy IMAGE"} {
		if !strings.Contains(got, words) {
			t.Errorf("no %q in\n%s", words, got)
		}
	}
	if lines := ui.Farewell(uitest.Start(t).Watching().State(), 80); len(lines) > 0 {
		t.Errorf("a farewell in the watch: %q", lines)
	}
}

func TestWhatIsSaidAndMarkedIsSubmitted(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("c")
		v.typed("looks fine")
		v.wait(time.Second)
		v.press("enter")
		v.press("m")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Say{Text: text.Clean("looks fine")}, release.Say{Mark: true})
	})
}

func TestTheWatchIsExtendedAndClosed(t *testing.T) {
	f := uitest.Start(t).Watching()
	visit(t, f, program.Options{}, func(v *visitor) {
		v.press("e")
		n := len(f.Events())
		v.session.Append(f.Add(release.PauseOpened{Pause: release.PauseClose}).Events()[n:]...)
		v.wait(time.Second)
		v.sees("enter closes: shipped")
		v.press("enter")
		v.submitted(release.Extend{}, release.Proceed{Pause: release.PauseClose})
	})
}

func TestAPageKeepsKeysFromWhatItCovers(t *testing.T) {
	visit(t, uitest.Start(t).Checked(), program.Options{}, func(v *visitor) {
		v.press("enter")
		v.wait(time.Second)
		v.sees("esc closes this page; R and H work as ever", "NEXT esc closes this page")
		v.seesNo("NEXT space yes", "space yes  n no")
		for _, k := range []string{"space", "n", "m", "x", "v", "tab"} {
			v.press(k)
			v.wait(time.Second)
			v.sees("asked of copilot", "esc closes this page first")
		}
		v.submitted()
		v.press("H")
		v.submitted(release.Hold{})
		v.press("esc")
		v.wait(time.Second)
		v.seesNo("asked of copilot")
		v.press("space")
		v.submitted(release.Hold{}, release.Answer{Item: "pre-2", Yes: true})
	})
}

func TestAPageKeepsTheRollbackKey(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
		v.press("?")
		v.wait(time.Second)
		v.press("R")
		v.wait(100 * time.Millisecond)
		v.submitted(release.Rollback{})
	})
}

func TestAKeyItemSaysThatItCannotBeLeftOut(t *testing.T) {
	visit(t, uitest.Start(t).Checked(), program.Options{}, func(v *visitor) {
		v.sees("KEY copilot ?")
		v.press("x")
		v.sees("a KEY item: it cannot be left out")
		v.seesNo("x leave out")
		v.submitted()
	})
}

func TestATextFieldHasItsTitleAtEverySize(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{{Width: 120, Height: 40}, {Width: 80, Height: 24}, {Width: 60, Height: 15}, {Width: 40, Height: 12}, {Width: 50, Height: 5}} {
		visit(t, uitest.Start(t).Checked(), program.Options{}, func(v *visitor) {
			v.send(size)
			v.press("n")
			v.wait(time.Second)
			v.typed("note")
			v.sees("NO to ", "> note", "enter no")
		})
	}
}

func TestHelpIsNotCutOff(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		visit(t, uitest.Start(t).Watching(), program.Options{}, func(v *visitor) {
			v.send(tea.WindowSizeMsg{Width: width, Height: 200})
			v.press("?")
			v.sees("no other key may", "with it")
			if help, _, _ := strings.Cut(v.screen(), "esc closes"); strings.Contains(help, "…") {
				t.Errorf("help is cut off:\n%s", help)
			}
		})
	}
}

func TestLeavingADemoSaysThatItEnds(t *testing.T) {
	f := uitest.Start(t)
	f.By(uitest.Ana(), release.SessionStarted{ID: "demo", App: "shop", Env: "demo", Demo: true, Hosts: []string{"web-1", "web-2"}})
	visit(t, f.Watching(), program.Options{}, func(v *visitor) {
		v.press("q")
		v.sees("LEAVE? the demo ends, and both versions with it")
		v.seesNo("keeps the traffic", "stay up")
	})
}

func TestAPlannedStartIsCountedDownAndThenAsksThePilot(t *testing.T) {
	f := uitest.StartAt(t, 30*time.Minute).Waiting()
	visit(t, f, program.Options{}, func(v *visitor) {
		v.sees("PREFLIGHT for 14:30", "GO was given: starts at 14:30, in 29 min", "it asks you then")
		v.seesNo("enter go on")
		v.wait(10 * time.Minute)
		v.sees("in 19 min")
		n := len(f.Events())
		v.session.Append(f.Wait(f.State().Session.At.Sub(f.Now())).Add(release.PauseOpened{Pause: release.PauseStart}).Events()[n:]...)
		v.wait(time.Second)
		v.sees("START waits for you, as planned for 14:30; nothing on a host has changed", "enter starts v42 beside v41, traffic stays", "enter go on")
		v.press("enter")
		v.submitted(release.Proceed{Pause: release.PauseStart})
	})
}

func TestWhileItWaitsRAsksBeforeItAborts(t *testing.T) {
	visit(t, uitest.StartAt(t, 30*time.Minute).Waiting(), program.Options{}, func(v *visitor) {
		v.sees("R ROLL BACK  nothing is live yet; leaving now is free")
		v.press("R")
		v.wait(time.Second)
		v.sees("ABORT? nothing is live yet")
		v.press("y")
		v.submitted(release.Abort{})
	})
}

func TestAChangedPlanSaysThatVotesCountNoMore(t *testing.T) {
	f := uitest.StartAt(t, 30*time.Minute).Waiting()
	p := *f.State().Plan
	p.Digest = "0" + p.Digest
	visit(t, f.Add(release.PlanFrozen{Plan: p}), program.Options{}, func(v *visitor) {
		v.sees("the hosts and the plan have changed: answers and votes are asked anew")
		v.seesNo("ana GO")
	})
}
