package compose

import (
	"slices"
	"testing"
)

func TestAHostIsCalledByItsShortNameWhereThatMeansOne(t *testing.T) {
	got := hostNames([]string{"local", "ssh://deploy@web-1", "ssh://web-2:2222/run/docker.sock", "context:prod", "unix:///run/docker.sock", "ssh://a@web-3", "ssh://b@web-3"})
	want := []string{"local", "web-1", "web-2", "prod", "unix:///run/docker.sock", "ssh://a@web-3", "ssh://b@web-3"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
