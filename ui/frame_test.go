package ui_test

import (
	"bytes"
	"fmt"
	"image/color"
	"math/rand"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"goaround/targets/text"
	"goaround/ui"
	"goaround/ui/program"
	"goaround/ui/uitest"

	"goaround/engine/release"
)

// scene is a moment of a session.
type scene struct {
	name   string
	flight func(t testing.TB) *uitest.Flight
}

func scenes() []scene {
	at := func(name string, to func(*uitest.Flight) *uitest.Flight) scene {
		return scene{name, func(t testing.TB) *uitest.Flight { return to(uitest.Start(t)) }}
	}
	return []scene{
		{"connecting", uitest.Nothing},
		at("preparing", func(f *uitest.Flight) *uitest.Flight {
			return f.Add(release.StepStarted{Step: release.StepLease, Title: "take the lease"})
		}),
		at("preflight", (*uitest.Flight).Checked),
		at("vote", (*uitest.Flight).Ready),
		at("staging", (*uitest.Flight).Staging),
		at("pause", (*uitest.Flight).Staged),
		at("failed", (*uitest.Flight).Failed),
		at("watch", (*uitest.Flight).Watching),
		at("red", (*uitest.Flight).Red),
		at("rolling", (*uitest.Flight).RollingBack),
		at("back", (*uitest.Flight).Back),
		at("mixed", (*uitest.Flight).Mixed),
		at("following", (*uitest.Flight).Following),
		at("followed", func(f *uitest.Flight) *uitest.Flight { return f.Working().Back() }),
		at("stranded", (*uitest.Flight).Stranded),
		at("lost", func(f *uitest.Flight) *uitest.Flight {
			return f.Watching().Add(release.RecorderLost{N: 12}, release.AlarmRaised{Host: "web-2",
				Problem: text.NewProblem("proxy-reloaded", "the proxy was reloaded, its weights are read back", "wait for the next line")})
		}),
		at("job", (*uitest.Flight).Dropping),
		at("unsafe", (*uitest.Flight).RedHolding),
		at("ended", (*uitest.Flight).Ended),
		at("aborted", (*uitest.Flight).Aborted),
		at("shipped", (*uitest.Flight).Shipped),
	}
}

// cockpit is a scene on a screen; its clock stands still at the last event.
func cockpit(t testing.TB, f *uitest.Flight, opts program.Options) *ui.Model {
	opts.By, opts.Clock = uitest.Ana(), f.Now
	m := ui.New(t.Context(), uitest.NewSession(f.Events()...), opts)
	if len(f.Events()) > 0 {
		m.Update(m.Init()().(tea.BatchMsg)[0]())
	}
	return m
}

func frame(m *ui.Model, width, height int) []string {
	m.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return m.Frame()
}

func TestFrames(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			requireFrames(t, cockpit(t, s.flight(t), program.Options{}))
		})
	}
}

// What keys put on the screen: above the rollback bar, in the place of the panes.
func TestFramesAfterKeys(t *testing.T) {
	for name, c := range map[string]struct {
		scene string
		keys  []string
	}{
		"version": {"unsafe", []string{"R", "", "v", "4"}},
		"help":    {"watch", []string{"?"}},
		"palette": {"watch", []string{":"}},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, named(c.scene).flight(t), func(v *visitor) {
				for _, k := range c.keys {
					if k != "" {
						v.press(k)
					} else {
						v.wait(time.Second)
					}
				}
				requireFrames(t, v.model)
			})
		})
	}
}

// requireFrames compares a cockpit at the four sizes with its golden file.
func requireFrames(t *testing.T, m *ui.Model) {
	t.Helper()
	var out strings.Builder
	for _, size := range []tea.WindowSizeMsg{{Width: 80, Height: 24}, {Width: 120, Height: 40}, {Width: 60, Height: 15}, {Width: 40, Height: 12}} {
		fits(t, m, size, t.Name())
		fmt.Fprintf(&out, "== %dx%d\n%s\n", size.Width, size.Height, plain(m.Frame()))
	}
	golden.RequireEqual(t, out.String())
}

// The watch in each way a terminal may show it, and what an alarm looks like.
func TestTones(t *testing.T) {
	dark, light := color.Color(color.Black), color.Color(color.White)
	for name, c := range map[string]struct {
		scene      string
		opts       program.Options
		background color.Color
		profile    colorprofile.Profile
	}{
		"watch-dark":       {"watch", program.Options{}, dark, colorprofile.TrueColor},
		"watch-light":      {"watch", program.Options{}, light, colorprofile.TrueColor},
		"watch-16-colours": {"watch", program.Options{}, dark, colorprofile.ANSI},
		"watch-no-colour":  {"watch", program.Options{NoColour: true}, dark, colorprofile.TrueColor},
		"watch-ascii":      {"watch", program.Options{ASCII: true, NoColour: true}, dark, colorprofile.TrueColor},
		"red-dark":         {"red", program.Options{}, dark, colorprofile.TrueColor},
		"red-no-colour":    {"red", program.Options{NoColour: true}, dark, colorprofile.TrueColor},
	} {
		t.Run(name, func(t *testing.T) {
			m := cockpit(t, named(c.scene).flight(t), c.opts)
			m.Update(tea.BackgroundColorMsg{Color: c.background})
			m.Update(tea.ColorProfileMsg{Profile: c.profile})
			var out bytes.Buffer
			w := colorprofile.Writer{Forward: &out, Profile: c.profile}
			fmt.Fprintln(&w, strings.Join(frame(m, 80, 24), "\n"))
			golden.RequireEqual(t, out.String())
		})
	}
}

func named(name string) scene {
	for _, s := range scenes() {
		if s.name == name {
			return s
		}
	}
	return scene{}
}

func TestWithoutColourThereIsNoColour(t *testing.T) {
	for _, s := range scenes() {
		m := cockpit(t, s.flight(t), program.Options{NoColour: true})
		for _, l := range frame(m, 120, 40) {
			if strings.Contains(l, "[38;") || strings.Contains(l, ";38;") || strings.Contains(l, "48;") {
				t.Fatalf("%s has a colour in %q", s.name, l)
			}
		}
	}
}

func TestInASCIIThereIsOnlyASCII(t *testing.T) {
	for _, s := range scenes() {
		m := cockpit(t, s.flight(t), program.Options{ASCII: true})
		for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {60, 15}, {40, 12}} {
			for _, r := range plain(frame(m, size.w, size.h)) {
				if r > '~' {
					t.Fatalf("%s at %dx%d has %q", s.name, size.w, size.h, r)
				}
			}
		}
	}
}

// sizes are terminals of every kind, from one cell on.
func sizes() []tea.WindowSizeMsg {
	var out []tea.WindowSizeMsg
	for w := 1; w <= 160; w += 2 {
		out = append(out, tea.WindowSizeMsg{Width: w, Height: 12 + w*11%39})
	}
	for h := 1; h <= 50; h += 3 {
		for _, w := range []int{20, 59, 60, 79 + h%3, 109 + h%2, 160} {
			out = append(out, tea.WindowSizeMsg{Width: w, Height: h})
		}
	}
	return out
}

// fits fails unless the frame fills the terminal exactly.
func fits(t testing.TB, m *ui.Model, size tea.WindowSizeMsg, when string) {
	t.Helper()
	lines := frame(m, size.Width, size.Height)
	if len(lines) != size.Height {
		t.Fatalf("%s at %dx%d: %d rows\n%s", when, size.Width, size.Height, len(lines), plain(lines))
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w != size.Width {
			t.Fatalf("%s at %dx%d: a row of %d cells\n%q", when, size.Width, size.Height, w, l)
		}
	}
}

func TestEveryFrameFillsTheTerminalExactly(t *testing.T) {
	for _, s := range scenes() {
		m := cockpit(t, s.flight(t), program.Options{})
		for _, size := range sizes() {
			fits(t, m, size, s.name)
		}
	}
}

func TestTheRollbackBarStandsInTheSamePlaceInEveryLivePhase(t *testing.T) {
	says := map[string]string{
		"preflight": "R ROLL BACK", "vote": "R ROLL BACK", "staging": "R ROLL BACK", "pause": "R ROLL BACK", "watch": "R ROLL BACK", "red": "R ROLL BACK",
		"lost": "R ROLL BACK", "rolling": "<< ROLLING BACK", "back": "<< TRAFFIC IS BACK", "mixed": "!! MIXED", "failed": "R ROLL BACK",
	}
	for name, word := range says {
		m := cockpit(t, named(name).flight(t), program.Options{})
		for _, size := range []struct{ w, h, row int }{{120, 40, 37}, {80, 24, 21}, {60, 15, 13}, {79, 23, 21}, {40, 12, 10}} {
			lines := strings.Split(plain(frame(m, size.w, size.h)), "\n")
			if !strings.Contains(lines[0], "shop [PROD]") || size.w < 80 && size.h >= 15 && !strings.Contains(lines[1], "GUARD") {
				t.Errorf("%s at %dx%d: the first rows are %q", name, size.w, size.h, lines[:2])
			}
			if !strings.Contains(lines[size.row], word) {
				t.Errorf("%s at %dx%d: row %d is %q", name, size.w, size.h, size.row, lines[size.row])
			}
		}
	}
}

func TestAQuestionLeavesTheRollbackBarWhereItIs(t *testing.T) {
	m := cockpit(t, named("watch").flight(t), program.Options{})
	before := strings.Split(plain(frame(m, 80, 24)), "\n")
	m.Update(press("q"))
	after := strings.Split(plain(frame(m, 80, 24)), "\n")
	for row := range before {
		changed := before[row] != after[row]
		if asking := row >= 18 && row <= 20 || row == 23; changed && !asking {
			t.Errorf("row %d changed from %q to %q", row, before[row], after[row])
		}
	}
}

func allKeys() []string {
	keys := []string{"enter", "esc", "tab", "shift+tab", "space", "up", "down", "pgup", "pgdown", "home", "end", "backspace", "left", "right", "ctrl+c", "ctrl+r", "ctrl+l", "ctrl+w", "ctrl+u"}
	for r := '!'; r <= '~'; r++ {
		keys = append(keys, string(r))
	}
	return append(keys, "é", "日")
}

func TestRandomKeysNeverBreakTheScreen(t *testing.T) {
	all := allKeys()
	for i, s := range scenes() {
		random := rand.New(rand.NewSource(int64(i)))
		f := s.flight(t)
		m := cockpit(t, f, program.Options{})
		for range 150 {
			pressAt(t, m, f, all[random.Intn(len(all))], time.Duration(random.Intn(700))*time.Millisecond)
			if random.Intn(9) == 0 {
				m.Update(tea.PasteMsg{Content: "pasted\tR\n日本"})
			}
			size := tea.WindowSizeMsg{Width: 1 + random.Intn(160), Height: 1 + random.Intn(50)}
			fits(t, m, size, s.name)
		}
	}
}

// pressAt presses a key after a while.
func pressAt(t testing.TB, m *ui.Model, f *uitest.Flight, key string, after time.Duration) {
	t.Helper()
	f.Wait(after)
	m.Update(press(key))
}

func FuzzKeys(f *testing.F) {
	f.Add(6, []byte("qjkl?zv"))
	f.Add(1, []byte("nhello\x00\x01"))
	all := allKeys()
	f.Fuzz(func(t *testing.T, at int, typed []byte) {
		list := scenes()
		s := list[max(at%len(list), 0)]
		flight := s.flight(t)
		m := cockpit(t, flight, program.Options{})
		for i, b := range typed {
			pressAt(t, m, flight, all[int(b)%len(all)], time.Duration(b)*4*time.Millisecond)
			fits(t, m, tea.WindowSizeMsg{Width: 20 + i%140, Height: 1 + int(b)%50}, s.name)
		}
	})
}
