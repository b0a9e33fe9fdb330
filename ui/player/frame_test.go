package player_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"goaround/ui/program"
	"goaround/ui/replay/replaytest"
	"goaround/ui/uitest"
)

func TestFrames(t *testing.T) {
	for name, keys := range map[string][]string{
		"start":    nil,
		"watch":    {"]", "]", "]", "]", "7"},
		"rollback": {"]", "]", "]", "]", "]", "]"},
		"end":      {"end"},
		"acts":     {"end", "a", "[", ","},
	} {
		t.Run(name, func(t *testing.T) {
			v := visit(t, uitest.Start(t).Ended().Events()...).press(keys...)
			var out strings.Builder
			for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {60, 15}, {40, 12}} {
				fmt.Fprintf(&out, "== %dx%d\n%s\n", size.w, size.h, v.size(size.w, size.h).screen())
			}
			golden.RequireEqual(t, regexp.MustCompile("hash [0-9a-f]{4}").ReplaceAllString(out.String(), "hash ...."))
		})
	}
}

func TestTones(t *testing.T) {
	store := replaytest.Write(t, uitest.Start(t).Ended().Events()...)
	for name, opts := range map[string]program.Options{"colour": {}, "no-colour": {NoColour: true}, "ascii": {ASCII: true, NoColour: true}} {
		t.Run(name, func(t *testing.T) {
			v := visitAt(t, store, opts).press("end", "[", "[")
			golden.RequireEqual(t, strings.Join(v.model.Frame(), "\n")+"\n")
		})
	}
}
