package release_test

import (
	"slices"
	"testing"

	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
)

// A resume that dies before it comes to the job has still seen it.
func TestAJobThatASessionBeforeHadBegunIsNotForgotten(t *testing.T) {
	seen := targets.Observed{Hosts: []targets.Host{{Name: "web-1", Jobs: []targets.JobState{
		{Name: "old", Session: "another"}, {Name: "migrate", Session: "s"},
	}}}}
	s := release.Fold(release.State{},
		release.Event{Body: release.HostsObserved{Observed: seen}},
		release.Event{N: 1, Body: release.PlanFrozen{Plan: plan.Plan{Session: "s"}}})
	if jobs := s.Begun().Jobs; !slices.Equal(jobs, []string{"migrate"}) {
		t.Errorf("begun were %v", jobs)
	}
}
