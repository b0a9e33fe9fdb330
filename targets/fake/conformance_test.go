package fake_test

import (
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/fake"
	"goaround/targets/inproc"
	"goaround/targets/targettest"
	"goaround/targets/text"
)

func TestTheFakeKeepsTheRulesOfATarget(t *testing.T) {
	targettest.Run(t, func(t *testing.T) targettest.Subject {
		says := []text.Safe{text.Clean("migrating")}
		f := fake.New(fake.Hosts("web-1", "web-2"), fake.StartFirst("mailer"), fake.StopFirst("indexer"), fake.ReadyWithin(2*time.Second),
			fake.Job("good", inproc.Doing{Says: says, Takes: 500 * time.Millisecond}), fake.Job("bad", inproc.Doing{Says: says, Exit: 3}))
		f.Traffic(50, fake.Steady)
		peer := f.Peer()
		t.Cleanup(func() { f.Close(); peer.Close() })
		return targettest.Subject{
			Target: f, Peer: peer, Hosts: []string{"web-1", "web-2"},
			Service: "web", Good: fake.V2, Sick: fake.Sick, Path: "/healthz",
			Workers: []string{"mailer", "indexer"},
			Jobs: targettest.Jobs{
				Good: targets.Job{Name: "good", Service: "web", Timeout: time.Minute},
				Bad:  targets.Job{Name: "bad", Service: "web", Timeout: time.Minute}, Says: "migrating",
			},
		}
	})
}
