package ui_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
	"goaround/ui/keys"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

func TestThePaletteRunsAnActionByAPartOfItsName(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.press(":")
		v.sees("ACTIONS", "rollback", "hold", "esc never mind")
		v.typed("exte")
		v.sees("1 of", "extend (e): watch for longer")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Extend{})
		v.seesNo("ACTIONS")
	})
}

func TestThePaletteHasEveryActionOfTheCockpit(t *testing.T) {
	m := cockpit(t, uitest.Start(t).Watching(), program.Options{})
	m.Update(press(":"))
	screen := plain(frame(m, 160, 120))
	for _, b := range keys.Table() {
		inReplayAlone := slices.Equal(b.Places, []keys.Place{keys.Replay})
		if b.Long != "" && !inReplayAlone && b.Action != keys.Palette && !strings.Contains(screen, " "+string(b.Action)+" ") {
			t.Errorf("%q is not in the palette", b.Action)
		}
	}
}

func TestThePaletteIsLeftByEscAndDoesNothing(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.press(":")
		v.typed("hold")
		v.press("esc")
		v.seesNo("ACTIONS")
		v.wait(time.Second)
		v.submitted()
	})
}

func TestThePaletteSaysWhyAnActionIsNotPossible(t *testing.T) {
	for name, c := range map[string]struct {
		flight *uitest.Flight
		typed  string
		why    string
	}{
		"forward in the watch":   {uitest.Start(t).Watching(), "forward", "only after a rollback"},
		"vote in the watch":      {uitest.Start(t).Watching(), "vote", "only at the vote"},
		"rollback on its way":    {uitest.Start(t).RollingBack(), "rollback", "ana has started the rollback already"},
		"leaving out a KEY item": {uitest.Start(t).Checked(), "leave out", "a KEY item cannot be left out"},
		"filter from the graphs": {uitest.Start(t).Watching(), "filter", "only in the logs"},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, c.flight, func(v *visitor) {
				v.press(":")
				v.typed(c.typed)
				v.sees("-- "+c.why, c.typed+" is not possible now: "+c.why)
				v.wait(time.Second)
				v.press("enter")
				v.sees("ACTIONS")
				v.submitted()
			})
		})
	}
}

func TestUpAndDownMarkAnotherActionOfThePalette(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.press(":")
		v.sees("> rollback")
		v.press("down")
		v.sees("> hold", "hold (H): hold")
		v.wait(time.Second)
		v.press("enter")
		v.submitted(release.Hold{})
	})
}

func TestARollbackFromThePaletteAsks(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.press(":")
		v.typed("rollb")
		v.wait(time.Second)
		v.press("enter")
		v.wait(time.Second)
		v.submitted()
		v.sees("ROLL BACK to v41?")
		v.press("y")
		v.submitted(release.Rollback{Confirm: text.Clean("v41")})
	})
}

func TestInThePaletteRTypesAndCtrlRRollsBack(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.wait(time.Second)
		v.press(":")
		v.wait(time.Second)
		v.press("R")
		v.wait(time.Second)
		v.submitted()
		v.sees("> R")
		v.press("ctrl+r")
		v.submitted(release.Rollback{})
	})
}

func TestHelpIsSearched(t *testing.T) {
	visit(t, uitest.Start(t).Watching(), func(v *visitor) {
		v.press("?")
		v.sees("roll back, at once where that is safe")
		v.press("/")
		v.typed("wrap")
		v.sees("logs: wrap long lines", `1 with "wrap"`)
		v.seesNo("roll back, at once where that is safe")
		v.wait(time.Second)
		v.press("enter")
		v.sees("logs: wrap long lines")
		v.press("/")
		v.press("esc")
		v.sees("roll back, at once where that is safe")
	})
}

// clipboard is what the program has put on the clipboard of its terminal.
func clipboard(cmd tea.Cmd) string {
	var p strings.Builder
	program := tea.NewProgram(copier{cmd}, tea.WithInput(nil), tea.WithOutput(&p), tea.WithoutSignalHandler())
	_, _ = program.Run()
	_, rest, _ := strings.Cut(p.String(), "\x1b]52;c;")
	coded, _, _ := strings.Cut(rest, "\x07")
	line, _ := base64.StdEncoding.DecodeString(coded)
	return string(line)
}

// copier runs one command and quits.
type copier struct{ cmd tea.Cmd }

func (c copier) Init() tea.Cmd                       { return tea.Sequence(c.cmd, tea.Quit) }
func (c copier) Update(tea.Msg) (tea.Model, tea.Cmd) { return c, nil }
func (c copier) View() tea.View                      { return tea.NewView("") }

func TestYCopiesTheSelectedLineElseTheIDOfTheSession(t *testing.T) {
	hostile := uitest.Start(t).Watching()
	hostile.Add(release.Logged{Lines: []targets.Line{{Where: targets.Where{Host: "web-1", Service: "web", Slot: targets.Blue}, At: hostile.Now(), Text: text.Clean("pay \x1b]52;c;AAAA\x07\x1b[31mfailed")}}})
	for name, c := range map[string]struct {
		flight *uitest.Flight
		keys   []string
		want   string
	}{
		"the graphs":      {uitest.Start(t).Watching(), nil, "20260609T140000-ana"},
		"the end":         {uitest.Start(t).Ended(), nil, "20260609T140000-ana"},
		"an item":         {uitest.Start(t).Checked(), []string{"g"}, "Image v42 pinned on every host: sha256:9c1f..02 on 2 hosts"},
		"the plan":        {uitest.Start(t).Checked(), []string{"tab"}, uitest.Start(t).Checked().State().Plan.Digest},
		"the newest line": {uitest.Start(t).Watching(), []string{"3"}, "web-2 blue WARN slow query 812 ms orders.list"},
		"a line above it": {uitest.Start(t).Watching(), []string{"3", "k"}, "web-1 blue ERROR GET /cart 500 trace=ab13"},
		"a hostile line":  {hostile, []string{"3"}, "web-1 blue pay ·]52;c;AAAA··[31mfailed"},
		"a failed step":   {uitest.Start(t).Failed(), nil, "ready: web on web-2 did not answer /healthz with 2xx within 60 s"},
	} {
		t.Run(name, func(t *testing.T) {
			m := cockpit(t, c.flight, program.Options{})
			for _, k := range c.keys {
				m.Update(press(k))
			}
			_, cmd := m.Update(press("y"))
			if got := clipboard(cmd); !strings.Contains(got, c.want) || strings.ContainsAny(got, "\x1b\x07\n") {
				t.Errorf("copied %q, want %q", got, c.want)
			}
			if screen := plain(frame(m, 120, 40)); !strings.Contains(screen, "to your clipboard, if this terminal takes it: ") {
				t.Errorf("the screen does not say so:\n%s", screen)
			}
		})
	}
}
