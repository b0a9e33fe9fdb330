package inproc_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/inproc"
)

func request(ms int) targets.Sighting {
	return targets.Request{Latency: time.Duration(ms) * time.Millisecond}
}

func TestAFollowerGetsAllFromItsStartInOrder(t *testing.T) {
	var f inproc.Feed
	f.Publish(request(1))
	q := f.Follow()
	f.Publish(request(2), request(3))
	f.Publish(request(4))
	<-q.Wake()
	want := []targets.Sighting{request(2), request(3), request(4)}
	if diff := cmp.Diff(want, q.Take()); diff != "" {
		t.Error(diff)
	}
	q.Close()
	f.Publish(request(5))
	if got := q.Take(); len(got) != 0 {
		t.Errorf("a closed queue got %v", got)
	}
}

func TestAFollowerThatNeverTakesHoldsUpNobody(t *testing.T) {
	var f inproc.Feed
	stuck := f.Follow()
	for range inproc.Behind + 10 {
		f.Publish(request(1))
	}
	if n := len(stuck.Take()); n != inproc.Behind {
		t.Errorf("%d kept, want %d", n, inproc.Behind)
	}
}
