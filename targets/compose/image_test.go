package compose_test

import (
	"context"
	"strings"
	"testing"

	"github.com/docker/docker/api/types/image"
	"github.com/google/go-cmp/cmp"

	"goaround/targets"
	"goaround/targets/compose/composetest"
	"goaround/targets/text"
)

func TestResolve(t *testing.T) {
	s := composetest.New(t)
	for says, holds := range map[string]func(*testing.T, *composetest.Stack){
		"an image that never saw a registry is pinned by its ID":  pinnedByID,
		"a tag that moves does not move a pin":                    pinStays,
		"an image that cannot be pulled is one sentence":          cannotPull,
		"hostile labels of an image come out clean":               hostileLabels,
		"images are matched by repository, or named one by one":   matched,
		"an image of another repository is refused with the list": unmatched,
	} {
		t.Run(says, func(t *testing.T) { holds(t, s) })
	}
}

func resolve(t *testing.T, s *composetest.Stack, ref string) targets.Image {
	t.Helper()
	r, err := open(t, s).Resolve(t.Context(), map[string]string{"web": ref}, ignore)
	if err != nil {
		t.Fatalf("resolve %q: %v", ref, err)
	}
	if !r.Version.Equal(r.Images["web"].Version) {
		t.Errorf("the release is called %s, its one image %s", r.Version, r.Images["web"].Version)
	}
	return r.Images["web"]
}

func pinnedByID(t *testing.T, s *composetest.Stack) {
	for ref, want := range map[string]string{"": s.Project + "-web:v1", s.Image(t, "v2"): s.Project + "-web:v2"} {
		got := resolve(t, s, ref)
		if got.Ref != want || !strings.HasPrefix(got.Pin, "sha256:") || !strings.HasSuffix(want, got.Version.String()) {
			t.Errorf("%q: %+v", ref, got)
		}
		if commit := "c0ffee-" + got.Version.String(); got.Commit.String() != commit {
			t.Errorf("commit %s, want %s", got.Commit, commit)
		}
	}
}

func pinStays(t *testing.T, s *composetest.Stack) {
	ref := s.Image(t, "v3")
	before := resolve(t, s, ref)
	if err := s.Docker.ImageTag(t.Context(), s.Image(t, "v4"), ref); err != nil {
		t.Fatal(err)
	}
	if after := resolve(t, s, ref); after.Pin == before.Pin {
		t.Errorf("two images have the pin %s", after.Pin)
	}
	if _, err := s.Docker.ImageInspect(t.Context(), before.Pin); err != nil {
		t.Errorf("what was pinned is gone: %v", err)
	}
	if again := resolve(t, s, before.Pinned()); again.Pin != before.Pin || !again.Version.Equal(before.Version) {
		t.Errorf("by its pin, %s, it is %+v, and was %+v", before.Pinned(), again, before)
	}
}

func cannotPull(t *testing.T, s *composetest.Stack) {
	target := open(t, s)
	for ref, code := range map[string]string{
		"127.0.0.1:1/nobody/web:v9": "image-pull",
		"Not A Name":                "image-name",
	} {
		_, err := target.Resolve(t.Context(), map[string]string{"web": ref}, ignore)
		if p := problem(t, err, code); strings.Contains(p.Say.String(), "\n") {
			t.Errorf("more than a sentence: %q", p.Say)
		}
	}
}

func hostileLabels(t *testing.T, s *composetest.Stack) {
	got := resolve(t, s, s.Image(t, "hostile")).Commit.String()
	if strings.ContainsAny(got, "\x1b\u202e") || strings.Contains(got, composetest.Secret) {
		t.Errorf("commit %q", got)
	}
}

func matched(t *testing.T, s *composetest.Stack) {
	target := open(t, s)
	for want, give := range map[string]struct {
		ref string
		set map[string]string
	}{
		s.Project + "-web:v2":                                {s.Project + "-web:v2", nil},
		"docker.io/library/" + s.Project + "-web:v2":         {"docker.io/library/" + s.Project + "-web:v2", nil},
		"ghcr.io/team/web@sha256:" + strings.Repeat("a", 64): {s.Project + "-web:v2", map[string]string{"web": "ghcr.io/team/web@sha256:" + strings.Repeat("a", 64)}},
	} {
		got, err := target.Images(give.ref, give.set)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]string{"web": want}, got); diff != "" {
			t.Error(diff)
		}
	}
}

func unmatched(t *testing.T, s *composetest.Stack) {
	target := open(t, s)
	_, err := target.Images("ghcr.io/team/web:v2", nil)
	if p := problem(t, err, "image-unmatched"); !strings.Contains(p.Hint.String(), s.Project+"-web") {
		t.Errorf("the hint does not list the repositories: %s", p.Hint)
	}
	_, err = target.Images(s.Project+"-web:v2", map[string]string{"db": "postgres:16"})
	problem(t, err, "service-not-released")
}

func TestAnImageOfARegistryIsPulledWithTheUsersCredentialsAndPinnedByItsDigest(t *testing.T) {
	s := composetest.New(t)
	registry := newRegistry(t, "team/web", "v2")
	ref := registry.host + "/team/web:v2"
	t.Cleanup(func() {
		s.Docker.ImageRemove(context.WithoutCancel(t.Context()), ref, image.RemoveOptions{Force: true, PruneChildren: true})
	})
	_, err := open(t, s).Resolve(t.Context(), map[string]string{"web": ref}, ignore)
	problem(t, err, "image-pull")

	registry.logIn(t)
	var words []targets.Progress
	r, err := open(t, s).Resolve(t.Context(), map[string]string{"web": ref}, func(p targets.Progress) { words = append(words, p) })
	if err != nil {
		t.Fatal(err)
	}
	want := targets.Image{
		Ref: ref, Pin: registry.host + "/team/web@" + registry.digest,
		Version: text.Clean("v2"), Commit: text.Clean("c0ffee"),
	}
	if diff := cmp.Diff(want, r.Images["web"]); diff != "" {
		t.Error(diff)
	}
	if len(words) < 2 || words[0].Text.String() != "pull "+ref {
		t.Fatalf("said of the pull: %v", words)
	}
	if last := words[len(words)-1]; last.Host != "local" || last.Total < 4e6 || last.Done != last.Total || last.Rate == 0 {
		t.Errorf("said of the pull at last: %+v", last)
	}
}
