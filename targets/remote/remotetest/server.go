package remotetest

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/docker/docker/api/types/build"
	"github.com/docker/docker/api/types/image"
)

const dockerfile = "FROM scratch\nCOPY server /server\nENTRYPOINT [\"/server\"]\n"

// Server makes an image of the program in the folder server and returns its name.
func (b *Bench) Server() string {
	b.t.Helper()
	name := b.Name("server")
	files := archive(b.t, map[string][]byte{"Dockerfile": []byte(dockerfile), "server": b.compile()})
	answer, err := b.Client().ImageBuild(b.t.Context(), files, build.ImageBuildOptions{
		Version: build.BuilderV1, Tags: []string{name}, Remove: true, ForceRemove: true,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.Client().ImageInspect(b.t.Context(), name); err != nil {
		b.t.Fatalf("build %s: %s", name, said)
	}
	b.after(func(ctx context.Context) error {
		_, err := b.Client().ImageRemove(ctx, name, image.RemoveOptions{Force: true, PruneChildren: true})
		return err
	})
	return name
}

func archive(t testing.TB, files map[string][]byte) io.Reader {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for name, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &out
}

func (b *Bench) compile() []byte {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "server")
	cmd := exec.CommandContext(b.t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path,
		"goaround/targets/remote/remotetest/server")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH, "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.t.Fatalf("compile the server: %v\n%s", err, out)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	return program
}
