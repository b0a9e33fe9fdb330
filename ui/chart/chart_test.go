package chart_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goaround/ui/chart"
	"goaround/ui/layout"
	"goaround/ui/theme"
)

func plain() theme.Theme { return theme.Theme{} }

func value(v float64) chart.Point { return chart.Point{Kind: chart.KindValue, V: v} }

func errors(columns ...chart.Column) chart.Chart {
	return chart.Chart{
		Columns: columns, Base: 1, Limit: 5, BaseName: "base", LimitName: "limit", First: "-5m", Last: "now",
		Number: func(v float64) string { return fmt.Sprintf("%.1f", v) },
	}
}

func old(vs ...float64) []chart.Column {
	var out []chart.Column
	for _, v := range vs {
		out = append(out, chart.Column{Old: value(v)})
	}
	return out
}

func drawn(c chart.Chart, t theme.Theme, width, height int) string {
	lines := c.Draw(t, width, height)
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestLimitAndBaseAreLinesOnAnEvenScale(t *testing.T) {
	columns := old(1, 0.5, 1, 2, 1, 1, 1, 1)
	for range 8 {
		columns = append(columns, chart.Column{New: value(1)})
	}
	c := errors(columns...)
	c.Marks = []chart.Mark{{At: 8, Label: "CUT"}}
	want := strings.Join([]string{
		"  5.0 - - - - │ - - -  limit",
		"  3.8         │",
		"  2.5    ▅    │",
		"  1.2 ▆▃▆█▆▆▆▆▆▆▆▆▆▆▆▆ base",
		"      -5m     CUT  now",
	}, "\n")
	if diff := cmp.Diff(want, drawn(c, plain(), 28, 5)); diff != "" {
		t.Error(diff)
	}
}

func TestASCIIHasNoBlockElements(t *testing.T) {
	c := errors(append(old(1, 2, 6), chart.Column{New: value(3), Old: value(1)}, chart.Column{New: chart.Point{Kind: chart.KindBlind}})...)
	c.Marks = []chart.Mark{{At: 1, Label: "CUT"}}
	for _, r := range drawn(c, theme.New(theme.Options{ASCII: true}), 40, 6) {
		if r > 126 {
			t.Fatalf("%q is not ASCII", r)
		}
	}
}

func TestBothVersionsAreDrawnWhileBothTakeTraffic(t *testing.T) {
	c := errors(chart.Column{New: value(4), Old: value(1)})
	want := strings.Join([]string{"  5.0 ▂ limit", "  3.8 █", "  2.5 █", "  1.2 ━ base", "      "}, "\n")
	c.First, c.Last = "", ""
	if diff := cmp.Diff(strings.TrimRight(want, " "), drawn(c, plain(), 13, 5)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotKnownIsNotDrawnAsNothing(t *testing.T) {
	c := errors(chart.Column{New: chart.Point{Kind: chart.KindBlind}}, chart.Column{}, chart.Column{New: value(0)})
	bottom := c.Draw(plain(), 15, 5)[3]
	if !strings.HasPrefix(bottom, "  1.2 ? ▁") {
		t.Errorf("bottom row %q", bottom)
	}
}

func TestTheScaleDoublesUntilAllFits(t *testing.T) {
	c := errors(old(0, 18)...)
	top := c.Draw(plain(), 20, 5)[0]
	if !strings.HasPrefix(top, " 20.0 ") {
		t.Errorf("top row %q", top)
	}
	if !strings.Contains(drawn(c, plain(), 20, 5), "limit") {
		t.Error("the limit is not drawn")
	}
}

func TestBesideTheLimitStandsTheLimit(t *testing.T) {
	c := errors(old(0, 18)...)
	want := strings.Join([]string{" 20.0  ▃", " 16.7  █", " 13.3  █", " 10.0  █", "  5.0 -█ limit", "  3.3 ▁█ base"}, "\n")
	got := strings.TrimRight(strings.TrimSuffix(drawn(c, plain(), 14, 7), "now"), "\n ")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryWidthAndHeightIsFilledExactly(t *testing.T) {
	for width := 0; width <= 110; width++ {
		for height := 0; height <= 12; height++ {
			columns := old(make([]float64, chart.Columns(width))...)
			for i := range columns {
				columns[i].Old.V = float64(i % 9)
			}
			c := errors(columns...)
			c.Marks = []chart.Mark{{At: 0, Label: "CUT"}, {At: 3, Label: "BACK"}, {At: len(columns) - 1, Label: "FWD"}, {At: 500, Label: "CUT"}, {At: -2, Label: "CUT"}}
			for _, th := range []theme.Theme{plain(), theme.New(theme.Options{Colour: true}), theme.New(theme.Options{ASCII: true}), {}} {
				lines := c.Draw(th, width, height)
				if len(lines) != height {
					t.Fatalf("%dx%d has %d lines", width, height, len(lines))
				}
				for _, l := range lines {
					if layout.Width(l) != width {
						t.Fatalf("%dx%d has a line of %d: %q", width, height, layout.Width(l), l)
					}
				}
			}
		}
	}
}
