package composetest

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/docker/docker/api/types/image"
)

// labelStack is how the images of a stack are found again, also without a name.
const labelStack = "composetest"

// Image makes the image of the released service in that version and returns its name.
// "v1", "v2" and so on are good; "sick" starts, logs and never gets ready; "dead" ends
// at once; "slow" is good, and its worker takes 5 s to stop; "hostile" is good, and its
// labels and log are hostile.
func (s *Stack) Image(t testing.TB, version string) string {
	t.Helper()
	ref := s.Project + "-web:" + version
	changes := []string{
		`ENTRYPOINT ["/app"]`,
		fmt.Sprintf("ENV VERSION=%s MODE=%s", version, version),
		fmt.Sprintf("LABEL %s=%s", labelStack, s.Project),
	}
	source := image.ImportSource{Source: archive(t, "app", s.app), SourceName: "-"}
	out, err := s.Docker.ImageImport(t.Context(), source, ref, image.ImportOptions{Changes: append(changes, labels(version)...)})
	if err != nil {
		t.Fatalf("make image %s: %v", ref, err)
	}
	defer out.Close()
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Fatalf("make image %s: %v", ref, err)
	}
	return ref
}

func labels(version string) []string {
	const revision = "LABEL org.opencontainers.image.revision="
	if version != "hostile" {
		return []string{revision + "c0ffee-" + version}
	}
	return []string{
		revision + "\"\x1b[31mred\x1b[0m \u202egnp " + Secret + "\"",
		"LABEL goaround.slot=green goaround.version=v0 goaround.lease=1",
	}
}

// compile builds the released service's program.
func compile(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path,
		"goaround/targets/compose/composetest/app")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH, "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("compile the app: %v\n%s", err, out)
	}
	app, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func archive(t testing.TB, name string, content []byte) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}
