package checklist_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"goaround/checklist"
)

var update = flag.Bool("update", false, "write what Parse says into testdata/errors")

// Each archive holds files that are wrong, and after each what a person reads of it.
func TestEveryErrorIsShownInItsPlaceWithTheFix(t *testing.T) {
	archives, err := filepath.Glob("testdata/errors/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("find archives: %v, %d", err, len(archives))
	}
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			in, want := archive.Files[i], &archive.Files[i+1]
			if want.Name != "says" {
				t.Fatalf("%s: %s is not followed by what is said of it", path, in.Name)
			}
			t.Run(in.Name, func(t *testing.T) {
				got := rendered("goaround.yaml", in.Data)
				if *update {
					want.Data = []byte(got)
				}
				if diff := cmp.Diff(string(want.Data), got); diff != "" {
					t.Error(diff)
				}
			})
		}
		if *update {
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// rendered is all that Parse says of a file, as `goaround check` prints it.
func rendered(name string, data []byte) string {
	_, errs := checklist.Parse(name, data)
	var b strings.Builder
	for _, err := range errs {
		b.WriteString(err.Render())
	}
	return b.String()
}
