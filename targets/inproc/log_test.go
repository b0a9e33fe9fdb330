package inproc_test

import (
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/inproc"
)

func TestALogKeepsTheNewest(t *testing.T) {
	var l inproc.Log
	begin := time.Unix(0, 0)
	const n = 3*inproc.Kept + 7
	for i := range n {
		l.Keep(targets.Request{At: begin.Add(time.Duration(i) * time.Second)})
	}
	all := l.Since(begin)
	if len(all) != inproc.Kept {
		t.Fatalf("%d kept, want %d", len(all), inproc.Kept)
	}
	if last := all[len(all)-1].At; !last.Equal(begin.Add((n - 1) * time.Second)) {
		t.Errorf("the last is of %v", last)
	}
	if got := l.Since(begin.Add((n - 10) * time.Second)); len(got) != 10 {
		t.Errorf("%d of the last 10 seconds", len(got))
	}
}
