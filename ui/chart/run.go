package chart

import (
	"strings"

	"goaround/ui/theme"
)

// run joins cells of one tone, so that a line has few escape sequences.
type run struct {
	theme theme.Theme
	out   strings.Builder
	cells strings.Builder
	tone  theme.Tone
}

func (r *run) add(glyph string, tone theme.Tone) {
	if tone != r.tone {
		r.flush()
		r.tone = tone
	}
	r.cells.WriteString(glyph)
}

func (r *run) flush() {
	r.out.WriteString(r.theme.Paint(r.tone, r.cells.String()))
	r.cells.Reset()
}

// String ends the line.
func (r *run) String() string {
	r.flush()
	return r.out.String()
}
