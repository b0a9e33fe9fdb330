package ui_test

import (
	"testing"
	"time"

	"goaround/targets"
	"goaround/ui/program"
	"goaround/ui/uitest"
)

func BenchmarkFrame(b *testing.B) {
	f := uitest.Start(b).Cut().Traffic(30*time.Minute, targets.Blue, 0.01, 90*time.Millisecond)
	for range 500 {
		f.Log("WARN pay: retry 1/3 upstream 502", "ERROR GET /cart 500 trace=ab12", "INFO healthz 200", "WARN slow query 812 ms orders.list")
	}
	m := cockpit(b, f, program.Options{})
	frame(m, 200, 60)
	b.ResetTimer()
	for range b.N {
		m.Frame()
	}
}
