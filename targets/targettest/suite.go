// Package targettest is the conformance suite that every target passes: the rules of
// the contract in package targets, each as a test.
//
// The rules share one subject and take from each other what is already there, so that
// a release is staged few times on a slow engine; each still brings about by itself
// what it needs, so it can be run alone.
package targettest

import (
	"context"
	"testing"

	"goaround/targets"
)

// Subject is a target under test: a release is live in slot base, blue and green are
// empty, and nobody has the lease.
type Subject struct {
	Target  targets.Target
	Peer    targets.Target // another connection to the same hosts, as from a second laptop
	Hosts   []string       // their names, in order
	Service string         // a released service that has traffic
	Good    string         // an image of it that gets ready; not the one in base
	Sick    string         // an image of it that starts, logs, and never gets ready
	Path    string         // a good release answers GET with 200 here
	Workers []string       // released services without a route, one of each order; none: the rules of swap are skipped
	Jobs    Jobs

	// Send sends one request through a proxy; nil: requests flow by themselves.
	Send func(ctx context.Context) error
	// Left lists what is left of a slot on the hosts, seen without the target; nil:
	// only Observe is asked.
	Left func(ctx context.Context, slot targets.Slot) ([]string, error)
}

// Run holds the target that open gives against every rule. open has t close it.
func Run(t *testing.T, open func(t *testing.T) Subject) {
	subject := open(t)
	for _, r := range rules() {
		t.Run(r.says, func(t *testing.T) { r.holds(newTrial(t, subject)) })
	}
}

type rule struct {
	says  string
	holds func(*trial)
}

func rules() []rule {
	return []rule{
		{"resolve pins an image and changes nothing", resolvePins},
		{"resolve refuses an image that is nowhere", resolveRefuses},
		{"observe shows every host and changes nothing", observeChangesNothing},

		{"an operation without a lease does nothing", noLeaseNoAct},
		{"one of many gets the lease and the others learn its name", oneGetsTheLease},
		{"a lease given back is free", releasedIsFree},
		{"who resumes a session takes its lease, and no other", whoResumesTakesIt},
		{"a lease taken by force stops its former holder", forceStopsTheFormer},
		{"what the holder of the lease is doing is seen", holdersStepIsSeen},
		{"summaries of sessions are seen by everybody, the newest first", summariesAreSeen},
		{"a freeze is seen with its first words until it is thawed", freezeIsSeen},

		{"dial reaches a slot that has no traffic", dialReachesIdle},
		{"dial reaches nothing in an empty slot", dialFindsNothing},
		{"routing to the live slot changes nothing", routeIsRepeatable},
		{"the record is in the store after persist", persistIsSeen},
		{"traffic can be taken from every slot", trafficIsTakenAway},
		{"watch delivers requests, counters and vitals until its context ends", watchDelivers},
		{"the past has the requests in their order", pastIsOrdered},
		{"a retired slot is cold and starts again", retiredStartsAgain},
		{"a slot that has traffic is not retired", liveIsNotRetired},

		{"a job runs once, also if it is asked for again", jobRunsOnce},
		{"a job's code decides and its last words are kept", jobsCodeDecides},
		{"a job is stopped when its time is over", jobIsStoppedInTime},
		{"a job does not run beside that of another session", jobDoesNotRunBesideAnothers},
		{"a warning is in the store until the next persist", warningIsSeen},

		{"stage creates workers and starts none", stageStartsNoWorker},
		{"swap moves the workers there and back and keeps them", swapMovesTheWorkers},
		{"of two swaps at once the newest is last", theNewestSwapIsLast},
		{"a worker that does not become healthy is not swapped", aSickWorkerIsNotSwapped},
		{"retire stops workers too", retireStopsWorkersToo},

		{"route does not wait for an operation that hangs", routeDoesNotWait},
		{"a context that ends makes an operation return", contextEndsDo},
		{"a release that never gets ready is a problem with its last words", sickIsAProblem},

		{"remove leaves nothing", removeLeavesNothing},
		{"each operation is done after it, not before, and may be repeated", eachIsRepeatable},
	}
}
