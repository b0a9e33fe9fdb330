package targettest

import (
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
