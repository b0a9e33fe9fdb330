package flights

import (
	"os"
	"path/filepath"
	"testing"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

// contracting has the stack's deploys begin with a job that takes away what the version
// before needs, and ends with that code.
func contracting(t testing.TB, s *composetest.Stack, code string) {
	t.Helper()
	path := filepath.Join(s.Dir, "goaround.yaml")
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file = append(file, `
jobs:
  drop: {service: web, command: [/app, job, 1s, "`+code+`"], class: contract}
checklist:
  during:
    - job: drop
`...)
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAfterAContractJobEveryWayBackAsksForTheVersion(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	contracting(t, s, "0")

	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.expect("R asks for the version after job drop (contract) for v2")
	f.expect("for GO / NO-GO")
	f.say("go")
	f.expect("job     drop: migrating with v2")
	f.expect("before the CUTOVER")
	f.say("go")
	f.expect("CUTOVER traffic is on blue")
	f.say("rollback")
	f.expect("the way back is not safe: job drop (contract) for v2")
	f.expect("type rollback v1")
	f.say("rollback v1")
	f.expect("TRAFFIC IS BACK on v1")
	f.expect("type close, or forward")
	f.say("forward")
	f.expect("TRAFFIC IS THERE on v2")
	f.expect("switch  written down")
	f.say("leave")
	f.ends(12)

	grace := colleague(t, s)
	mention(t, grace.must(t, 0, "status"), "NOT SAFE: job drop (contract) for v2")
	mention(t, grace.must(t, 14, "rollback"), "the way back to v1 is not safe", "goaround rollback --version v1")
	grace.must(t, 14, "rollback", "--version", "v2")
	is(t, ada, targets.Blue, "v2", targets.Base)
	mention(t, grace.must(t, 0, "rollback", "--version", "v1"), "TRAFFIC IS BACK on v1")
}

func TestAJobThatFailsLeavesWhatIsLiveAndTheRiskIsKnown(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	contracting(t, s, "7")
	f := ada.fly(t, "deploy", s.Image(t, "v2"), "--plain")
	f.expect("for GO / NO-GO")
	f.say("go")
	f.expect("job drop ended with code 7 on local")
	f.expect("| error: the last word of the job")
	f.ends(11)
	if v := s.Version(t.Context()); v != "v1" {
		t.Errorf("%q answers after the job failed", v)
	}
	mention(t, ada.must(t, 0, "plan", s.Image(t, "v3")), "R asks for the version: job drop (contract) for v2 was begun before", "write down the risk")
}
