package targettest

import (
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/text"
)

func freezeIsSeen(x *trial) {
	before := x.observe()
	freeze := func(by, why string) {
		if err := x.Target.Freeze(x.ctx, text.Clean(by), text.Clean(why)); err != nil {
			x.Fatalf("freeze: %v", err)
		}
	}
	freeze("ana", "a stock-taking")
	freeze("ben", "another reason")
	o, err := x.Peer.Observe(x.ctx)
	if err != nil {
		x.Fatalf("observe: %v", err)
	}
	for _, h := range o.Hosts {
		if f := h.Freeze; f == nil || f.By.String() != "ana" || f.Why.String() != "a stock-taking" || f.Since.IsZero() {
			x.Errorf("%s shows the freeze %+v, want ana's", h.Name, f)
		}
	}
	for range 2 {
		if err := x.Peer.Thaw(x.ctx); err != nil {
			x.Fatalf("thaw: %v", err)
		}
	}
	x.unchanged(before)
}

func holdersStepIsSeen(x *trial) {
	x.acquire(x.Target, x.claim("ana")).Note(text.Clean("start blue"))
	x.until("word of what the holder is doing", func() bool {
		o, err := x.Peer.Observe(x.ctx)
		if err != nil {
			x.Fatalf("observe: %v", err)
		}
		for _, h := range o.Hosts {
			if h.Lease == nil || h.Lease.Free {
				x.Fatalf("%s shows the lease %+v", h.Name, h.Lease)
			}
			if h.Lease.Step.String() != "start blue" {
				return false
			}
		}
		return true
	})
}

func summariesAreSeen(x *trial) {
	r := x.resolve(x.Good)
	summary := func(n int) targets.Summary {
		at := time.Date(2026, 11, 27, 9, 30, n, 0, time.UTC)
		return targets.Summary{Session: text.Clean(fmt.Sprintf("%s-%d", x.session, n)), By: text.Clean("ana"), To: r,
			Started: at, Ended: at.Add(time.Minute), Took: time.Minute, End: text.Clean("shipped"), Requests: 1000, Errors: 7, Back: 3 * time.Millisecond}
	}
	if err := x.Target.Remember(x.ctx, summary(9)); err == nil {
		x.Error("a summary without a lease is no error")
	}
	x.lease()
	for _, n := range []int{1, 3, 2, 1} {
		if err := x.Target.Remember(x.ctx, summary(n)); err != nil {
			x.Fatalf("remember: %v", err)
		}
	}
	all, err := x.Peer.Sessions(x.ctx)
	if err != nil {
		x.Fatalf("sessions: %v", err)
	}
	want := []targets.Summary{summary(3), summary(2), summary(1)}
	if diff := cmp.Diff(want, all); diff != "" {
		x.Errorf("the sessions are not as written (-want +got):\n%s", diff)
	}
}
