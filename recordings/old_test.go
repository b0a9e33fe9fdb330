package recordings_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/recordings"
)

// TestOldRecordingsAreRead reads a recording of each version of the format that was
// ever written. What stands in testdata never changes; each new version adds one.
func TestOldRecordingsAreRead(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*/20*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("%d recordings, %v", len(dirs), err)
	}
	s := recordings.Open("testdata")
	for _, dir := range dirs {
		id, err := s.Find(dir)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, r := range read(t, s, id) {
			fmt.Fprintf(&b, "%d %s %v %s by %q as %q %q %s\n",
				r.N, r.At.Format(time.RFC3339Nano), r.Mono, r.Kind, r.By, r.Role, r.Payload, r.Hash)
		}
		fmt.Fprintf(&b, "%+v\n", verify(t, s, id))
		want, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "want.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", dir, diff)
		}
	}
}
