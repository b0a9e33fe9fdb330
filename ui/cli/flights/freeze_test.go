package flights

import (
	"strings"
	"testing"

	"goaround/targets"
	"goaround/targets/compose/composetest"
)

func TestInAFreezeNothingIsDeployedAndTheWayBackIsOpen(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "30m")
	grace := colleague(t, s)
	image := s.Image(t, "v2")

	mention(t, ada.must(t, 2, "freeze"), "a freeze needs a reason", "--why")
	mention(t, ada.must(t, 0, "thaw"), "is not frozen; nothing to do")
	f := ada.fly(t, "deploy", image, "--plain")
	f.toWatch()

	mention(t, grace.must(t, 0, "freeze", "--why", "stock-taking\x1b[31m"), "is frozen", "the session of ada goes on", "the next deploy is refused")
	who := []string{"by grace since 20", "stock-taking·[31m", "`goaround thaw`"}
	mention(t, ada.must(t, 14, "freeze", "--why", "another"), append(who, "frozen already")...)
	mention(t, ada.must(t, 0, "status"), append(who, "FROZEN", "lease  ada has it since")...)
	composetest.Until(t, "word of what ada is at", func() bool {
		return strings.Contains(ada.must(t, 0, "status"), "at: watches v2, last heard of")
	})
	before := containers(t, s)
	mention(t, ada.must(t, 14, "check"), who...)
	mention(t, ada.must(t, 14, "plan", image), who...)
	mention(t, grace.must(t, 14, "deploy", image, "--plain", "--yes"), who...)
	if after := containers(t, s); len(after) != len(before) {
		t.Errorf("containers before %v, and after %v", before, after)
	}

	f.say("leave")
	f.ends(12)
	is(t, ada, targets.Blue, "v2", targets.Base)
	mention(t, grace.must(t, 0, "rollback"), "TRAFFIC IS BACK on v1")

	mention(t, ada.must(t, 0, "thaw"), "is thawed; it was frozen by grace", "stock-taking")
	if h := status(t, ada).Observed.Hosts[0]; h.Freeze != nil {
		t.Errorf("after the thaw: %+v", h.Freeze)
	}
	mention(t, ada.must(t, 0, "check"), "nothing stands in the way")
}
