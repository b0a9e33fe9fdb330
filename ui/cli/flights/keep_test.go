package flights

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/google/go-cmp/cmp"

	"goaround/targets"
)

func TestKeptUntilTheNextTheOldVersionRunsOn(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	amend(t, s.Dir, "goaround.yaml", "allow_yes: true", "allow_yes: true\nrollback: {keep: until-next}")
	ship(ada, t, s.Image(t, "v2"))
	if up := runs(t, s); !slices.Equal(up, []string{"base", "blue"}) {
		t.Errorf("after v2 shipped these slots run: %v", up)
	}
	mention(t, ada.must(t, 0, "status"), "switches to v1 in base, which is warm")
	out := colleague(t, s).must(t, 0, "rollback")
	mention(t, out, "TRAFFIC IS BACK on v1")
	if strings.Contains(out, "start base") {
		t.Errorf("a warm slot was started:\n%s", out)
	}
	mention(t, ada.must(t, 0, "plan", s.Image(t, "v3")), "v3 takes the place of v2, which is removed", "stays warm until the next release")
	ship(ada, t, s.Image(t, "v3"))
	is(t, ada, targets.Blue, "v3", targets.Base)
}

// TestTheCostOfAColdWayBackIsSaidBeforehand goes back to a version that is stopped, and
// then to one whose containers somebody removed, after its tag was moved.
func TestTheCostOfAColdWayBackIsSaidBeforehand(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	ship(ada, t, s.Image(t, "v2"))
	cold := regexp.MustCompile(`starts v1 in base, waits until it is ready, and switches, about [0-9.]+ m?s`)
	if out := ada.must(t, 0, "status"); !cold.MatchString(out) {
		t.Errorf("status says\n%s", out)
	}
	mention(t, colleague(t, s).must(t, 0, "rollback"), "start base ok", "TRAFFIC IS BACK on v1")
	took := status(t, ada).Observed.Hosts[0].Store.Took
	if took["start"] <= 0 || took["ready"] <= 0 {
		t.Errorf("the store remembers %v", took)
	}
	mention(t, ada.must(t, 0, "plan", s.Image(t, "v3")), "; then cold, about ")

	ship(ada, t, s.Image(t, "v2"))
	was := s.Image(t, "v1")
	pin := status(t, ada).Observed.Hosts[0].Slots[targets.Base].Release.Images["web"].Pin
	if err := s.Docker.ImageTag(t.Context(), s.Image(t, "v3"), was); err != nil {
		t.Fatal(err)
	}
	if err := s.Docker.ContainerRemove(t.Context(), s.Project+"-web-1", container.RemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	anew := regexp.MustCompile("`goaround (deploy " + regexp.QuoteMeta(was+"@"+pin) + ")` starts it anew, about [0-9.]+m?s")
	for _, out := range []string{ada.must(t, 0, "status"), ada.must(t, 14, "rollback")} {
		mention(t, out, "the containers of v1 in slot base are gone")
		if !anew.MatchString(out) {
			t.Errorf("no command that starts it anew, and how long that takes:\n%s", out)
		}
	}
	ship(ada, t, was+"@"+pin)
	is(t, ada, targets.Green, "v1", targets.Blue)
}

func TestWhatIsLiveAlreadyIsNotTouched(t *testing.T) {
	t.Parallel()
	s, ada := stack(t, "1s")
	image := s.Image(t, "v2")
	ship(ada, t, image)
	before, store := containers(t, s), stored(t, s)
	mention(t, ada.must(t, 0, "deploy", image, "--plain", "--yes"), "v2 is live already, in slot blue", "END     live already (exit 0)")
	mention(t, ada.must(t, 0, "plan", image), "v2 is live already, in slot blue")
	if diff := cmp.Diff(before, containers(t, s)); diff != "" {
		t.Errorf("the containers changed:\n%s", diff)
	}
	if diff := cmp.Diff(store, stored(t, s)); diff != "" {
		t.Errorf("the store changed:\n%s", diff)
	}

	amend(t, s.Dir, "compose.yaml", "image: haproxy:2.6", "image: haproxy:2.6\n    environment: {TUNED: \"1\"}")
	mention(t, ada.must(t, 0, "plan", s.Image(t, "v3")), "note: proxy is shared and its container was made from another configuration", "`docker compose up -d --no-deps proxy` applies the file")
	proxy := slices.IndexFunc(before, func(c string) bool { return strings.Contains(c, "-proxy-1 ") })
	ship(ada, t, s.Image(t, "v3"))
	if after := containers(t, s); !slices.Contains(after, before[proxy]) {
		t.Errorf("the proxy was touched: %s, and then %v", before[proxy], after)
	}
}
