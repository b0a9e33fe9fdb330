package composetest_test

import (
	"testing"
	"time"

	"goaround/targets/compose/composetest"
)

func TestALoadOnAStackThatStaysAsItIsFailsNothing(t *testing.T) {
	s := composetest.Up(t)
	began := time.Now()
	l := s.Load(t, 200)
	composetest.Until(t, "400 requests", func() bool { return len(l.Sent()) > 400 })
	sent := l.Stop()
	if failed := l.Failed(); len(failed) > 0 {
		t.Errorf("%d of %d failed, the first: %v", len(failed), len(sent), failed[0].Err)
	}
	slow := 0
	for _, s := range sent {
		if s.Version != "v1" {
			t.Fatalf("%q answered", s.Version)
		}
		if s.Slow {
			slow++
		}
	}
	if slow == 0 || !l.LastSent("v1").After(began) || !l.LastSent("v2").IsZero() {
		t.Errorf("%d slow requests, the last of v1 sent %s, of v2 %s", slow, l.LastSent("v1"), l.LastSent("v2"))
	}
}
