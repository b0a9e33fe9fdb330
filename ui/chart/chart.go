// Package chart draws a block chart: one column a bucket of time on an even scale, the
// limit and the base as lines in the rows that they lie in, marks where something was
// done. What is not known is drawn as such, never as nothing.
package chart

import (
	"math"
	"strings"

	"goaround/ui/layout"
	"goaround/ui/theme"
)

// Kind says what is known of a version in one column.
type Kind int

// The kinds. KindIdle: it had no traffic. KindBlind: nobody knows.
const (
	KindIdle Kind = iota
	KindValue
	KindBlind
)

// Point is one version in one column.
type Point struct {
	Kind Kind
	V    float64
}

// Column is one bucket of time. Both versions have a value while both take traffic.
type Column struct{ New, Old Point }

// Mark is something that was done at a column.
type Mark struct {
	At    int
	Label string // short: "CUT", "BACK"
}

// Chart is what to draw. Base and Limit of 0 are not drawn.
type Chart struct {
	Columns   []Column
	Base      float64
	Limit     float64
	BaseName  string
	LimitName string
	Marks     []Mark
	First     string // under the first column: "-5m"
	Last      string // under the last: "now"
	Number    func(float64) string
}

const (
	numbers = 6 // cells at the left for numbers
	names   = 6 // cells at the right for the names of the lines
)

// Columns is how many columns a chart of a width has.
func Columns(width int) int { return max(width-numbers-names, 0) }

// Draw returns height lines of width cells; the last is the axis of time.
func (c Chart) Draw(t theme.Theme, width, height int) []string {
	rows := height - 1
	if rows < 1 || Columns(width) < 1 {
		return layout.Block(t, nil, width, height)
	}
	p := c.plot(rows)
	lines := make([]string, 0, height)
	for row := range rows {
		number, name := p.labels(row)
		lines = append(lines, t.Paint(theme.Dim, right(number, numbers-1))+" "+p.cells(t, row)+t.Paint(theme.Dim, " "+name))
	}
	lines = append(lines, strings.Repeat(" ", numbers)+t.Paint(theme.Dim, c.axis()))
	return layout.Block(t, lines, width, height)
}

// plot is a chart on a scale.
type plot struct {
	Chart
	rows int
	top  float64
}

// plot chooses the scale: the limit is at the top, and doubles until all columns fit,
// so that the scale moves rarely.
func (c Chart) plot(rows int) plot {
	highest := c.Base
	for _, col := range c.Columns {
		for _, pt := range []Point{col.New, col.Old} {
			if pt.Kind == KindValue {
				highest = max(highest, pt.V)
			}
		}
	}
	top := c.Limit
	if top <= 0 {
		top = math.Pow(10, math.Floor(math.Log10(max(highest, 1e-3))))
	}
	for top < highest && !math.IsInf(top, 0) {
		top *= 2
	}
	return plot{Chart: c, rows: rows, top: top}
}

// row is where a value stands; the top row is 0.
func (p plot) row(v float64) int {
	if v <= 0 {
		return -1
	}
	return min(max(p.rows-int(math.Ceil(v/p.top*float64(p.rows)-1e-9)), 0), p.rows-1)
}

// labels are the number at the upper edge of a row, even steps of the scale, and the
// line that lies in it. Beside the limit stands the limit, wherever in its row it lies.
func (p plot) labels(row int) (number, name string) {
	switch row {
	case p.row(p.Limit):
		return p.Number(p.Limit), p.LimitName
	case p.row(p.Base):
		name = p.BaseName
	}
	return p.Number(p.top * float64(p.rows-row) / float64(p.rows)), name
}

// level is how far a value fills a row, 0 to theme.Levels; a value that is known fills
// at least one level.
func (p plot) level(v float64, row int) int {
	all := max(1, int(math.Round(v/p.top*float64(p.rows*theme.Levels))))
	return min(max(all-(p.rows-1-row)*theme.Levels, 0), theme.Levels)
}

func (p plot) cells(t theme.Theme, row int) string {
	marked := map[int]bool{}
	for _, m := range p.Marks {
		marked[m.At] = true
	}
	out := run{theme: t}
	for i, col := range p.Columns {
		glyph, tone := p.cell(t, col, row)
		switch {
		case glyph != "":
			out.add(glyph, tone)
		case marked[i]:
			out.add(t.Wall(), theme.Strong)
		default:
			out.add(p.line(row, i), theme.Dim)
		}
	}
	return out.String()
}

// cell is the part of a column in a row; empty: nothing is there.
func (p plot) cell(t theme.Theme, col Column, row int) (string, theme.Tone) {
	both := col.New.Kind == KindValue && col.Old.Kind == KindValue
	if both && p.row(max(col.Old.V, 1e-12)) == row {
		return t.Level(), theme.Strong
	}
	pt, tone := col.New, theme.Newer
	if pt.Kind == KindIdle {
		pt, tone = col.Old, theme.Older
	}
	switch {
	case pt.Kind == KindBlind && row == p.rows-1:
		return "?", theme.Warn
	case pt.Kind != KindValue:
		return "", theme.Plain
	case p.Limit > 0 && pt.V > p.Limit:
		tone = theme.Warn
	}
	if n := p.level(pt.V, row); n > 0 {
		return t.Block(n), tone
	}
	return "", theme.Plain
}

// line is what stands behind the columns.
func (p plot) line(row, column int) string {
	switch {
	case column%2 != 0:
		return " "
	case row == p.row(p.Limit):
		return "-"
	case row == p.row(p.Base):
		return "."
	}
	return " "
}

// axis has the marks where they are, and the ends where there is room.
func (c Chart) axis() string {
	cells := []rune(strings.Repeat(" ", len(c.Columns)))
	put := func(at int, label string) {
		at = min(at, len(cells)-len(label))
		if at < 0 || strings.TrimSpace(string(cells[max(at-1, 0):min(at+len(label)+1, len(cells))])) != "" {
			return
		}
		copy(cells[at:], []rune(label))
	}
	for i := len(c.Marks) - 1; i >= 0; i-- {
		put(c.Marks[i].At, c.Marks[i].Label)
	}
	put(len(cells)-len(c.Last), c.Last)
	put(0, c.First)
	return string(cells)
}

func right(s string, width int) string {
	return strings.Repeat(" ", max(width-len(s), 0)) + s
}
