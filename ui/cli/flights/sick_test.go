package flights

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"goaround/engine/release"
)

func TestAReleaseThatNeverGetsHealthyIsTakenDown(t *testing.T) {
	t.Parallel()
	for image, words := range map[string]string{
		"sick": "warning: the database does not answer",
		"dead": "error: cannot open the database",
	} {
		t.Run(image, func(t *testing.T) {
			t.Parallel()
			s, ada := stack(t, "1s")
			amend(t, s.Dir, "goaround.yaml", "ready_within: 60s", "ready_within: 5s")
			before := containers(t, s)

			out := ada.must(t, 11, "deploy", s.Image(t, image), "--yes", "--plain")

			mention(t, out, "did not get ready in 5s", words, "END     aborted before cutover (exit 11)")
			mention(t, ada.raw(t), words)
			if diff := cmp.Diff(before, containers(t, s)); diff != "" {
				t.Errorf("the containers are not as before:\n%s", diff)
			}
			for _, e := range ada.events(t, "latest") {
				if b, ok := e.Body.(release.TrafficMoved); ok {
					t.Errorf("traffic was moved to %s", b.To)
				}
			}
			if v := s.Version(t.Context()); v != "v1" {
				t.Errorf("%q answers", v)
			}
			mention(t, ada.must(t, 0, "sessions", "verify", "latest"), "VERIFIED")
		})
	}
}
