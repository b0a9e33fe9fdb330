package composetest

import (
	"testing"

	"goaround/targets/remote"
)

// InProxy runs a shell script as user 0 in the proxy's container, and returns what it says.
func (s *Stack) InProxy(t testing.TB, script string) string {
	t.Helper()
	engine, err := remote.Open(t.Context(), s.Docker.DaemonHost())
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	out, err := engine.Exec(t.Context(), s.Project+"-proxy-1", "0", []string{"sh", "-c", script}, nil)
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return string(out)
}
