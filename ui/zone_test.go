package ui_test

import (
	"strings"
	"testing"
	"time"

	"goaround/ui/program"
	"goaround/ui/uitest"
)

func TestTheTimesOfDayAreThoseOfTheVisitor(t *testing.T) {
	east := time.FixedZone("east", 5*3600+1800)
	visit(t, uitest.Start(t).Checked(), program.Options{Zone: east}, func(v *visitor) {
		frame := v.screen()
		if !strings.Contains(frame, "19:30") || strings.Contains(frame, "auto 14:00") {
			t.Errorf("the frame has not the visitor's times:\n%s", frame)
		}
	})
}
