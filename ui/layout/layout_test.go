package layout_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"goaround/ui/layout"
	"goaround/ui/theme"
)

func TestALineIsAsWideAsAsked(t *testing.T) {
	th := theme.New(theme.Options{Colour: true})
	for _, line := range []string{"", "short", "日本語 wide", th.Paint(theme.Alarm, "a long text in a tone"), "e\u0301 combining"} {
		for width := range 30 {
			if got := layout.Width(layout.Fit(th, line, width)); got != width {
				t.Errorf("%q in %d cells takes %d", line, width, got)
			}
			if got := layout.Width(layout.Spread(th, line, "right", width)); got != width {
				t.Errorf("%q spread over %d cells takes %d", line, width, got)
			}
		}
	}
}

func TestWidthIsTheNumberOfCells(t *testing.T) {
	for _, s := range []string{"", "plain", "─│▁█…", "日本", "é", "e\u0301", "\x1b[1;38;2;0;85;159mtone\x1b[m", "\x1b[1mcut off\x1b[", "\x1b]8;;http://x\x07link\x1b]8;;\x07", "a\tb", "·•✅", "\x1b[2K\x1b[mm", "\x1b]8;;http://mm\x07link"} {
		if got, want := layout.Width(s), ansi.StringWidth(s); got != want {
			t.Errorf("%q is %d cells wide, not %d", s, want, got)
		}
	}
}

func TestBlocksBesideEachOtherFillTheirRectangle(t *testing.T) {
	for width := range 40 {
		for height := range 5 {
			lines := layout.Beside(theme.Theme{}, []string{"left", "日本語"}, []string{strings.Repeat("right ", 9)}, 10, width, height)
			if len(lines) != height {
				t.Fatalf("%d lines, want %d", len(lines), height)
			}
			for _, l := range lines {
				if layout.Width(l) != width {
					t.Fatalf("width %d: %q", width, l)
				}
			}
		}
	}
}

func TestWhatIsCutEndsInAnEllipsis(t *testing.T) {
	if got := layout.Fit(theme.Theme{}, "rollback", 5); got != "roll…" {
		t.Errorf("cut to %q", got)
	}
	ascii := theme.New(theme.Options{ASCII: true})
	if got := layout.Fit(ascii, "rollback", 5); got != "roll~" {
		t.Errorf("cut to %q", got)
	}
}

func TestTheRightEndOutlivesTheLeft(t *testing.T) {
	if got := layout.Spread(theme.Theme{}, "a long sentence", "ONE KEY", 12); got != "a lo…ONE KEY" {
		t.Errorf("spread to %q", got)
	}
}

func TestScrollingKeepsTheLineInView(t *testing.T) {
	lines := []string{"0", "1", "2", "3", "4", "5", "6"}
	for at, want := range map[int][]string{0: {"0", "1", "2"}, 3: {"2", "3", "4"}, 6: {"4", "5", "6"}} {
		if diff := cmp.Diff(want, layout.Scroll(lines, at, 3)); diff != "" {
			t.Errorf("at %d: %s", at, diff)
		}
	}
}
