package demo

import (
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/targettest"
)

// brisk is as fast as a test needs it.
var brisk = pace{boot: 50 * time.Millisecond, ready: 2 * time.Second}

// sick is an image that never gets healthy.
const sick = "shop:v43"

// open starts a site at the pace of tests, with one more image.
func open(t *testing.T, o Options) *Target {
	t.Helper()
	s, err := newSite(t.Context(), o, brisk)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.images[sick] = image{Dead, "5ad"}
	return &Target{site: s}
}

func TestTheDemoKeepsTheRulesOfATarget(t *testing.T) {
	targettest.Run(t, func(t *testing.T) targettest.Subject {
		d := open(t, Options{RPS: 50})
		return targettest.Subject{
			Target: d, Peer: &Target{site: d.site}, Hosts: []string{"web-1", "web-2"},
			Service: Service, Good: Image, Sick: sick, Path: Health,
			Jobs: targettest.Jobs{
				Good: targets.Job{Name: "good", Service: Service, Command: []string{"true"}, Timeout: time.Minute},
				Bad:  targets.Job{Name: "bad", Service: Service, Command: []string{"false"}, Timeout: time.Minute}, Says: ": ",
			},
		}
	})
}
