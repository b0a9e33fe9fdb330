package ui_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"goaround/engine/release"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

// visitor runs a cockpit as Bubble Tea would, in the false time of a synctest bubble:
// each command in a goroutine of its own, its message back to Update.
type visitor struct {
	t       *testing.T
	model   *ui.Model
	session *uitest.Session
	msgs    chan tea.Msg
	quit    bool
}

// visit opens a cockpit on a flight, of 80x24, and lets it settle for a second.
func visit(t *testing.T, f *uitest.Flight, then func(v *visitor)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer time.Sleep(2 * time.Second)
		defer cancel()
		session := uitest.NewSession(f.Events()...)
		v := &visitor{t: t, model: ui.New(ctx, session, program.Options{By: uitest.Ana()}), session: session, msgs: make(chan tea.Msg, 1000)}
		v.run(v.model.Init())
		v.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		v.wait(time.Second)
		then(v)
	})
}

func (v *visitor) run(cmd tea.Cmd) {
	if cmd != nil {
		go func() { v.msgs <- cmd() }()
	}
}

func (v *visitor) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.QuitMsg:
		v.quit = true
	case tea.BatchMsg:
		for _, cmd := range msg {
			v.run(cmd)
		}
	default:
		_, cmd := v.model.Update(msg)
		v.run(cmd)
	}
}

// settle handles all messages that have come.
func (v *visitor) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-v.msgs:
			v.send(msg)
		default:
			return
		}
	}
}

// wait lets false time pass.
func (v *visitor) wait(d time.Duration) {
	const step = 5 * time.Millisecond
	for ; d > 0; d -= step {
		v.settle()
		time.Sleep(min(step, d))
	}
	v.settle()
}

// press presses keys at once, one after the other.
func (v *visitor) press(keys ...string) {
	for _, k := range keys {
		v.send(press(k))
	}
	v.settle()
}

// does presses keys and lets time pass, as in "c hi 1s enter": a duration is waited for,
// a key is pressed by its name, and each character of any other word is typed.
func (v *visitor) does(script string) {
	v.t.Helper()
	for word := range strings.FieldsSeq(script) {
		d, err := time.ParseDuration(word)
		switch {
		case err == nil:
			v.wait(d)
		case slices.Contains(allKeys(), word):
			v.press(word)
		default:
			v.typed(word)
		}
	}
}

// pressed is what keys lead to from a moment on: what the screen says, and what was
// submitted. None of them ends the program.
type pressed struct {
	flight func(*uitest.Flight) *uitest.Flight
	keys   string
	sees   string
	want   []release.Intent
}

func play(t *testing.T, all map[string]pressed) {
	for name, p := range all {
		t.Run(name, func(t *testing.T) {
			visit(t, p.flight(uitest.Start(t)), func(v *visitor) {
				v.does(p.keys)
				v.sees(p.sees)
				v.submitted(p.want...)
				if v.quit {
					t.Error("the program has ended")
				}
			})
		})
	}
}

// typed presses each character of a text.
func (v *visitor) typed(text string) {
	for _, r := range text {
		v.press(string(r))
	}
}

// screen is what is on the screen, without escape sequences.
func (v *visitor) screen() string { return plain(v.model.Frame()) }

func (v *visitor) sees(words ...string) {
	v.t.Helper()
	for _, w := range words {
		if !strings.Contains(v.screen(), w) {
			v.t.Errorf("the screen lacks %q:\n%s", w, v.screen())
		}
	}
}

func (v *visitor) seesNo(words ...string) {
	v.t.Helper()
	for _, w := range words {
		if strings.Contains(v.screen(), w) {
			v.t.Errorf("the screen has %q:\n%s", w, v.screen())
		}
	}
}

// submitted fails unless these are the intents so far.
func (v *visitor) submitted(want ...release.Intent) {
	v.t.Helper()
	got := v.session.Intents()
	if len(got) != len(want) {
		v.t.Fatalf("submitted %#v, want %#v\n%s", got, want, v.screen())
	}
	for i := range want {
		if got[i] != want[i] {
			v.t.Errorf("submitted %#v, want %#v", got[i], want[i])
		}
	}
}

func plain(lines []string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimRight(ansi.Strip(l), " ")
	}
	return strings.Join(out, "\n")
}

// press is the message of a key.
func press(name string) tea.KeyPressMsg {
	special := map[string]tea.Key{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "space": {Code: tea.KeySpace, Text: " "},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
		"backspace": {Code: tea.KeyBackspace}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
		"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	}
	if k, ok := special[name]; ok {
		return tea.KeyPressMsg(k)
	}
	if c, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(c)[0], Mod: tea.ModCtrl}
	}
	r := []rune(name)[0]
	return tea.KeyPressMsg{Code: r, Text: name}
}
