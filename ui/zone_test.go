package ui_test

import (
	"strings"
	"testing"
	"time"

	"goaround/ui/program"
	"goaround/ui/uitest"
)

func TestTimesOfDayAreThoseOfTheVisitorsZone(t *testing.T) {
	m := cockpit(t, uitest.Start(t).Watching(), program.Options{Zone: time.FixedZone("", 2*60*60)})
	if screen := plain(frame(m, 120, 40)); !strings.Contains(screen, "16:0") || strings.Contains(screen, "14:0") {
		t.Errorf("times of another zone:\n%s", screen)
	}
}
