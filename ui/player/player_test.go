package player_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"goaround/engine/release"
	"goaround/recordings"
	"goaround/ui/player"
	"goaround/ui/program"
	"goaround/ui/replay"
	"goaround/ui/replay/replaytest"
)

// visitor is a person before a replay. Their clock moves when they say so.
type visitor struct {
	testing.TB
	model *player.Model
	rec   *replay.Recording
	now   time.Time
	left  bool
}

// visit opens a recording of events, paused at its start, read to the end and verified.
func visit(t testing.TB, events ...release.Event) *visitor {
	return visitAt(t, replaytest.Write(t, events...), program.Options{})
}

func visitAt(t testing.TB, store *recordings.Store, opts program.Options) *visitor {
	t.Helper()
	rec, err := replay.Open(store, replaytest.ID)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{TB: t, rec: rec, now: time.Date(2026, 6, 10, 9, 0, 0, 0, time.UTC)}
	opts.By, opts.Clock = release.Actor{Name: "kim"}, func() time.Time { return v.now }
	v.model = player.New(rec, opts)
	player.Quick(v.model)
	v.size(80, 24)
	v.run(v.model.Init())
	return v
}

// run runs commands and what they lead to, but for the beats, which beat alone makes.
func (v *visitor) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			v.run(c)
		}
	case tea.QuitMsg:
		v.left = true
	default:
		if player.IsBeat(msg) {
			return
		}
		_, next := v.model.Update(msg)
		v.run(next)
	}
}

// beat lets time pass in beats.
func (v *visitor) beat(d time.Duration) {
	for ; d > 0; d -= 100 * time.Millisecond {
		v.now = v.now.Add(100 * time.Millisecond)
		_, cmd := v.model.Update(player.Beat())
		v.run(cmd)
	}
}

// press presses keys, one after the other.
func (v *visitor) press(keys ...string) *visitor {
	for _, k := range keys {
		_, cmd := v.model.Update(key(k))
		v.run(cmd)
	}
	return v
}

// typed types a line and enters it.
func (v *visitor) typed(line string) *visitor {
	for _, r := range line {
		v.press(string(r))
	}
	return v.press("enter")
}

func key(name string) tea.KeyPressMsg {
	shift := strings.HasPrefix(name, "shift+")
	k := tea.Key{}
	if shift {
		k.Mod = tea.ModShift
	}
	codes := map[string]rune{
		"left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp, "down": tea.KeyDown, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "backspace": tea.KeyBackspace,
	}
	base := strings.TrimPrefix(name, "shift+")
	switch {
	case codes[base] != 0:
		k.Code = codes[base]
	case name == "space" || name == " ":
		k.Code, k.Text = tea.KeySpace, " "
	case strings.HasPrefix(name, "ctrl+"):
		k.Code, k.Mod = rune(name[5]), tea.ModCtrl
	default:
		k.Code, k.Text = []rune(name)[0], name
	}
	return tea.KeyPressMsg(k)
}

func (v *visitor) size(w, h int) *visitor {
	v.model.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return v
}

// screen is what stands on it, without tones.
func (v *visitor) screen() string { return ansi.Strip(strings.Join(v.model.Frame(), "\n")) }

// sees fails unless the screen says all of these.
func (v *visitor) sees(all ...string) *visitor {
	v.Helper()
	for _, what := range all {
		if !strings.Contains(v.screen(), what) {
			v.Fatalf("the screen lacks %q\n%s", what, v.screen())
		}
	}
	return v
}

// misses fails if the screen says any of these.
func (v *visitor) misses(all ...string) *visitor {
	v.Helper()
	for _, what := range all {
		if strings.Contains(v.screen(), what) {
			v.Fatalf("the screen has %q\n%s", what, v.screen())
		}
	}
	return v
}
