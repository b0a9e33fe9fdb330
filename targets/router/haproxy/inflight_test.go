package haproxy_test

import (
	"testing"

	"goaround/targets"
)

func TestWhatIsInFlightIsCountedAndCutOnAllBackends(t *testing.T) {
	w := newWorker(9, "web", "api")
	w.stat = statHead +
		"web,base,0,7,90,0,0,0,0,90,0,80,0,0,0,0,0,0,\n" +
		"web,blue,0,2,40,0,0,0,0,40,0,38,0,0,0,0,0,0,\n"
	h := newFakeHost(w)
	p := fly(t, h, "web", "api")
	if n, err := p.InFlight(t.Context(), targets.Blue); n != 4 || err != nil {
		t.Errorf("in flight are %d, %v, want 2 on each backend", n, err)
	}
	if h.heard("shutdown") != 0 {
		t.Error("counting has cut something")
	}
	if n, err := p.Cut(t.Context(), targets.Blue); n != 4 || err != nil {
		t.Errorf("cut were %d, %v", n, err)
	}
	for _, server := range []string{"web/blue", "api/blue"} {
		if h.heard("shutdown sessions server "+server) != 1 {
			t.Errorf("the connections of %s were not cut", server)
		}
	}
	if h.heard("shutdown") != 2 {
		t.Error("more was cut")
	}
}
