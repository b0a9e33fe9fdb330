// Package theme is how one visitor's screen looks: tones and the few characters that a
// plain terminal may lack. What a state means is said by a word and a shape first;
// colour is blue, orange and reverse video, never red against green.
package theme

import (
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
)

// Options are what is known of a visitor's terminal.
type Options struct {
	Light  bool // the background is light
	Colour bool // false: NO_COLOR, shapes and reverse video alone
	Few    bool // it has 16 colours, and they are its own
	ASCII  bool // no block elements and no lines but - and |
}

// Tone is what a piece of text is, as far as looks go.
type Tone int

// The tones.
const (
	Plain   Tone = iota
	Dim          // what can be overlooked
	Strong       // titles, names
	Good         // done, healthy: blue
	Warn         // amber, failed: orange
	Caution      // a line of a log that looks bad: orange, not bold
	Alarm        // red: reverse orange
	Invert       // production, the rollback key, the cursor
	Focused      // title of the pane that has the focus
	Newer        // columns of the new version
	Older        // columns of the old version
	tones
)

// Theme is a value for each visitor. The zero value draws plain text.
type Theme struct {
	Options
	tones *[tones]pen
}

// pen is what a terminal is told before and after a piece of text in a tone.
type pen struct{ down, up string }

// New returns the theme for a terminal.
func New(o Options) Theme {
	blue, orange, grey := o.colour("#82B8FF", "#00559F"), o.colour("#FFB454", "#A24E00"), o.colour("#8A94A6", "#6B7280")
	base := lipgloss.NewStyle()
	dim, older := base.Foreground(grey), base.Foreground(grey)
	if o.Few && o.Colour {
		blue, orange = o.colour("12", "4"), o.colour("11", "1")
		dim, older = base.Faint(true), base
	}
	styles := [tones]lipgloss.Style{
		Plain:   base,
		Dim:     dim,
		Strong:  base.Bold(true),
		Good:    base.Foreground(blue),
		Warn:    base.Foreground(orange).Bold(true),
		Caution: base.Foreground(orange),
		Alarm:   base.Foreground(orange).Bold(true).Reverse(true),
		Invert:  base.Bold(true).Reverse(true),
		Focused: base.Foreground(blue).Bold(true).Underline(true),
		Newer:   base.Foreground(blue),
		Older:   older,
	}
	pens := new([tones]pen)
	for i, s := range styles {
		pens[i].down, pens[i].up, _ = strings.Cut(s.Render("|"), "|")
	}
	return Theme{Options: o, tones: pens}
}

// Paint draws text in a tone.
func (t Theme) Paint(tone Tone, text string) string {
	if t.tones == nil || tone == Plain || text == "" {
		return text
	}
	return t.tones[tone].down + text + t.tones[tone].up
}

func (o Options) colour(dark, light string) color.Color {
	switch {
	case !o.Colour:
		return lipgloss.NoColor{}
	case o.Light:
		return lipgloss.Color(light)
	}
	return lipgloss.Color(dark)
}
