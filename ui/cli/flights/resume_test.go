package flights

import (
	"testing"

	"goaround/targets"
)

// TestAKilledSessionIsResumedByAnother kills goaround at the operations of a deploy, and
// has somebody else at the same machine go on with it.
func TestAKilledSessionIsResumedByAnother(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	ben := ada
	ben.name = "ben"
	image := s.Image(t, "v2")
	for _, c := range []struct {
		name, line, say string
		back            bool // ben goes back
	}{
		{"as the new version is started", "step    start blue ...", "no traffic has moved", false},
		{"as the traffic moves", "step    CUTOVER to blue ...", "goes on with", true},
		{"before the move is written down", "CUTOVER traffic is on blue", "all hosts send their traffic to blue", true},
		{"in the watch", "step    write down ok", "all hosts send their traffic to blue", false},
	} {
		visit(t, s, 320)
		f := ada.fly(t, "deploy", image, "--plain")
		f.expect("for GO / NO-GO")
		f.say("go")
		if c.line != "step    start blue ..." {
			f.expect("before the CUTOVER")
			f.say("go")
		}
		f.sees(c.line)
		f.kill()
		if code, said := ben.run(t, "deploy", image+"-missing", "--plain"); code == 0 {
			t.Errorf("a deploy beside it exits with %d:\n%s", code, said)
		}
		mention(t, ben.must(t, 0, "status"), "`goaround resume` goes on with it")

		g := ben.fly(t, "resume", "--plain")
		g.sees(c.say)
		if status(t, ada).Observed.Hosts[0].Live != targets.Blue {
			g.expect("for GO / NO-GO")
			g.say("go")
			g.expect("before the CUTOVER")
			g.say("go")
		}
		g.sees("step    write down ok")
		if c.back {
			g.say("rollback")
			g.expect("TRAFFIC IS BACK on v1")
			g.expect("the rollback is done")
		} else {
			g.sees("the watch is over")
		}
		g.say("close")
		want := 0
		if c.back {
			want = 10
		}
		t.Logf("%s:\n%s", c.name, g.ends(want))
		if !c.back {
			is(t, ada, targets.Blue, "v2", targets.Base)
			mention(t, ben.must(t, 14, "resume"), "that session has ended: shipped", "hint: ")
			ada.must(t, 0, "rollback")
		}
		is(t, ada, targets.Base, "v1", targets.NoSlot)
	}
	mention(t, colleague(t, s).must(t, 14, "resume"), "no session of "+s.Project+" production was recorded on this machine", "`goaround rollback`")
}
