package compose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goaround/targets"
	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
)

func TestTheProjectsNameIsTheOneThatTheProxyRunsUnder(t *testing.T) {
	t.Parallel()
	s := composetest.Up(t)
	for says, c := range map[string]struct {
		elsewhere bool // another checkout, in another folder
		rename    func(file string) string
		refused   bool
	}{
		"the file's":                        {rename: same},
		"the file's, from another checkout": {elsewhere: true, rename: same},
		"the running one, when only the folder says another": {elsewhere: true, rename: unnamed(s)},
		"none, when the file says another":                   {rename: renamed(s), refused: true},
	} {
		t.Run(says, func(t *testing.T) {
			here := *s
			if here.Dir = copied(t, s.Dir); !c.elsewhere {
				here.Dir = s.Dir
			}
			edit(t, here.Dir+"/compose.yaml", c.rename)
			if c.refused {
				file := here.File(t)
				_, err := compose.Open(t.Context(), compose.Config{File: file, Dir: here.Dir, Env: file.Environments[0]})
				if p := problem(t, err, "project-name"); !strings.Contains(p.Say.String(), s.Project) {
					t.Errorf("not both are named: %s", p.Say)
				}
				return
			}
			if !observe(t, open(t, &here)).Slots[targets.Base].Warm() {
				t.Error("the stack that runs is not seen")
			}
		})
	}
}

func same(file string) string { return file }

func unnamed(s *composetest.Stack) func(string) string {
	return func(file string) string { return strings.Replace(file, "name: "+s.Project+"\n", "", 1) }
}

func renamed(s *composetest.Stack) func(string) string {
	return func(file string) string { return strings.Replace(file, "name: "+s.Project, "name: other", 1) }
}

// copied is another checkout of a stack's folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	other := filepath.Join(t.TempDir(), "checkout")
	if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return other
}

// edit changes a file until the test ends.
func edit(t *testing.T, path string, change func(string) string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, change(string(before)))
	t.Cleanup(func() { writeFile(t, path, string(before)) })
}
