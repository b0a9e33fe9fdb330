package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui"
	"goaround/ui/uitest"
)

func TestSpaceAnswersTheQuestionAndTheNextOneComes(t *testing.T) {
	f := uitest.Start(t).Checked()
	visit(t, f, func(v *visitor) {
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

func TestKeysBecomeIntents(t *testing.T) {
	digest := uitest.Start(t).Ready().State().Plan.Digest
	watching, checked, ready := (*uitest.Flight).Watching, (*uitest.Flight).Checked, (*uitest.Flight).Ready
	play(t, map[string]pressed{
		"a vote is bound to the plan":   {ready, "v 1s y", "", []release.Intent{release.Vote{Plan: digest, Go: true}}},
		"a no-go asks why":              {ready, "v 1s n no space way 1s enter", "", []release.Intent{release.Vote{Plan: digest, Why: text.Clean("no way")}}},
		"a no asks why":                 {checked, "n 1s", `NO to "On-call told in #ops?": why?`, nil},
		"a no with its reason":          {checked, "n asleeq backspace p 1s enter", "", []release.Intent{release.Answer{Item: "pre-2", Why: text.Clean("asleep")}}},
		"a no without a reason":         {checked, "n 1s enter", "A WORD IS NEEDED, for the record", nil},
		"a KEY item is not left out":    {checked, "x", "a KEY item: it cannot be left out", nil},
		"enter passes the cutover":      {(*uitest.Flight).Staged, "enter", "enter moves all traffic to v42 on 2 hosts", []release.Intent{release.Proceed{Pause: release.PauseCutover}}},
		"what is said":                  {watching, "c fine 1s enter", "", []release.Intent{release.Say{Text: text.Clean("fine")}}},
		"a mark needs no word":          {watching, "m 1s enter", "", []release.Intent{release.Say{Mark: true}}},
		"leaving asks hold or rollback": {watching, "q", "h leave it held (exit code 12)   R rolls back instead", nil},
		"leaving it held":               {watching, "q 1s h", "", []release.Intent{release.Leave{}}},
		"leaving, but R":                {watching, "q 1s R 1s", "ONE KEY", []release.Intent{release.Rollback{}}},
		"ctrl+c once":                   {watching, "ctrl+c", "ctrl+c once more leaves", nil},
		"ctrl+c twice in 3 s":           {watching, "ctrl+c 3s ctrl+c", "ctrl+c once more leaves", nil},
		"ctrl+c twice in 1 s":           {watching, "ctrl+c 1s ctrl+c", "LEAVE?", nil},
	})
}

func TestTheEndStaysUntilQ(t *testing.T) {
	visit(t, uitest.Start(t).Ended(), func(v *visitor) {
		v.wait(10 * time.Second)
		v.sees("ROLLED BACK", "exit code 10", "goaround replay 20260609T140000-ana", "goaround sessions verify latest")
		v.does("q")
		if !v.quit {
			t.Error("q does not leave")
		}
	})
}

func TestAKeyItemIsNotLeftOut(t *testing.T) {
	visit(t, uitest.Start(t).Checked(), func(v *visitor) {
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
	visit(t, f, func(v *visitor) {
		v.sees("CI is green on this commit: exit 1: build 8812 is red", "!! exit 1: build 8812 is red", "job lint: 3 findings", "r runs it again")
		v.press("r")
		v.submitted(release.Rerun{Item: "pre-1"})
	})
}

func TestOnHoldNoKeyPassesThePause(t *testing.T) {
	f := uitest.Start(t).Staged().By(uitest.Ben(), release.Held{})
	visit(t, f, func(v *visitor) {
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
	visit(t, f, func(v *visitor) {
		v.sees(`space yes  n no  to "Cache warm?"`)
		v.press("space")
		v.submitted(release.Answer{Item: "during-4", Yes: true})
	})
}

func TestAnEnterForSomethingElseDoesNotCutOver(t *testing.T) {
	f := uitest.Start(t).Staging()
	visit(t, f, func(v *visitor) {
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
	visit(t, f, func(v *visitor) {
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

func TestWhoHasLeftGoesWithTheEndOfTheSession(t *testing.T) {
	f := uitest.Start(t).Watching()
	visit(t, f, func(v *visitor) {
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

func TestTheWatchIsExtendedAndClosed(t *testing.T) {
	f := uitest.Start(t).Watching()
	visit(t, f, func(v *visitor) {
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
	visit(t, uitest.Start(t).Checked(), func(v *visitor) {
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

func TestATextFieldHasItsTitleAtEverySize(t *testing.T) {
	for _, size := range []tea.WindowSizeMsg{{Width: 120, Height: 40}, {Width: 80, Height: 24}, {Width: 60, Height: 15}, {Width: 40, Height: 12}, {Width: 50, Height: 5}} {
		visit(t, uitest.Start(t).Checked(), func(v *visitor) {
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
		visit(t, uitest.Start(t).Watching(), func(v *visitor) {
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
	visit(t, f.Watching(), func(v *visitor) {
		v.press("q")
		v.sees("LEAVE? the demo ends, and both versions with it")
		v.seesNo("keeps the traffic", "stay up")
	})
}

func TestAPlannedStartIsCountedDownAndThenAsksThePilot(t *testing.T) {
	f := uitest.StartAt(t, 30*time.Minute).Waiting()
	visit(t, f, func(v *visitor) {
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
	visit(t, uitest.StartAt(t, 30*time.Minute).Waiting(), func(v *visitor) {
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
	visit(t, f.Add(release.PlanFrozen{Plan: p}), func(v *visitor) {
		v.sees("the hosts and the plan have changed: answers and votes are asked anew")
		v.seesNo("ana GO")
	})
}

func TestACheckThatFailedInTheStageIsOpenAndRunAgain(t *testing.T) {
	f := uitest.Start(t).Staging()
	st, _ := f.State().Plan.Step("stage")
	f.Add(release.OpFinished{ID: st.Ops[1].ID}, release.StepFinished{Step: "stage"}, release.StepStarted{Step: "ready"}, release.StepFinished{Step: "ready"})
	f.Add(release.ItemStarted{Item: "during-2"}, release.ItemAnswered{Item: "during-2", Evidence: text.Clean("/pay 500"), More: []text.Safe{text.Clean("card_token is nil")}})
	visit(t, f.Add(release.PauseOpened{Pause: release.PauseFix}), func(v *visitor) {
		v.sees("!! /pay 500", "card_token is nil", "r runs it again  x leaves it out, with a reason  q aborts", "r again  x leave out")
		v.press("r")
		v.submitted(release.Rerun{Item: "during-2"})
	})
}

func TestACheckThatFailedInTheWatchIsRunAgainFromAnyPane(t *testing.T) {
	f := uitest.Start(t).Cut().Add(release.ItemStarted{Item: "public"})
	f.Add(release.ItemAnswered{Item: "public", Evidence: text.Clean("502, expected below 500"), More: []text.Safe{text.Clean("upstream gone")}})
	visit(t, f.Add(release.PauseOpened{Pause: release.PauseFix}), func(v *visitor) {
		v.sees("Public URL answers: 502, expected below 500", "a KEY item, it cannot be left out", "r runs it again", "r again")
		v.seesNo("leaves it out", "x leave out")
		v.press("enter")
		v.sees("upstream gone")
		v.press("esc")
		v.press("r")
		v.submitted(release.Rerun{Item: "public"})
	})
}

func TestAQuestionThatWasAnsweredNoIsAnsweredAgain(t *testing.T) {
	f := uitest.Start(t).Checked().By(uitest.Ben(), release.ItemAnswered{Item: "pre-3", Evidence: text.Clean("kim deploys")})
	visit(t, f.Add(release.PauseOpened{Pause: release.PauseFix}), func(v *visitor) {
		v.sees("!! the answer was no", "space yes after all  x leaves it out, with a reason")
		v.seesNo("r runs it again")
		v.press("space")
		v.submitted(release.Answer{Item: "pre-3", Yes: true})
	})
}

func TestTheLogIsFilteredHeldBackAndFollowedByKeys(t *testing.T) {
	f := uitest.Start(t).Watching()
	visit(t, f, func(v *visitor) {
		v.does("3 / cart 1s enter")
		v.sees(`following, with "cart"`, "GET /cart 500")
		v.seesNo("slow query")
		v.does("/ 1s enter f")
		v.sees("held back, f follows", "slow query")
		n := len(f.Events())
		v.session.Append(f.Log("ERROR out of memory").Events()[n:]...)
		v.settle()
		v.sees("1 newer")
		v.seesNo("out of memory")
		v.does("f")
		v.sees("following", "out of memory")
	})
}

// A batch of 50 lines comes ten times a second.
func TestAFloodOfLogLinesDisturbsNoKey(t *testing.T) {
	f := uitest.Start(t).Watching()
	visit(t, f, func(v *visitor) {
		for i := range 20 {
			n := len(f.Events())
			lines := make([]targets.Line, 50)
			for j := range lines {
				lines[j] = targets.Line{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Blue}, At: f.Now(), Bad: true, Text: text.Clean(fmt.Sprintf("ERROR GET /item/%d 500", j))}
			}
			v.session.Append(f.Wait(100 * time.Millisecond).Add(release.Logged{Lines: lines}).Events()[n:]...)
			v.wait(90 * time.Millisecond)
			if i == 10 {
				v.does("R 30ms")
				v.submitted(release.Rollback{})
			}
		}
		v.sees("1,004 lines")
		v.submitted(release.Rollback{})
	})
}
