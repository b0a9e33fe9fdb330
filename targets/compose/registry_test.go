package compose_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/docker/cli/cli/config"
)

// registry is a registry with one image, for one user.
type registry struct {
	host   string
	digest string // of the image's manifest
	blobs  map[string][]byte
	tag    string
}

// credentials of the one user.
const user, password = "ana", "letters-for-the-registry"

func newRegistry(t *testing.T, name, tag string) *registry {
	t.Helper()
	r := &registry{blobs: map[string][]byte{}, tag: tag}
	layer, diff := layerOf(t, name+string(noise(4e6)))
	config := encode(t, map[string]any{
		"architecture": runtime.GOARCH, "os": "linux",
		"config": map[string]any{"Cmd": []string{"/app"}, "Labels": map[string]string{"org.opencontainers.image.revision": "c0ffee"}},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{diff}},
	})
	r.digest = r.keep(encode(t, map[string]any{
		"schemaVersion": 2, "mediaType": manifestType,
		"config": r.describe("application/vnd.docker.container.image.v1+json", config),
		"layers": []any{r.describe("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)},
	}))
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.host = strings.TrimPrefix(server.URL, "http://")
	return r
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json"

// ServeHTTP answers what a pull asks.
func (r *registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if u, p, _ := req.BasicAuth(); u != user || p != password {
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	asked := path.Base(req.URL.Path)
	if asked == r.tag {
		asked = r.digest
	}
	blob, ok := r.blobs[asked]
	if req.URL.Path == "/v2/" {
		return
	}
	if !ok {
		http.NotFound(w, req)
		return
	}
	if asked == r.digest {
		w.Header().Set("Content-Type", manifestType)
	}
	w.Header().Set("Docker-Content-Digest", asked)
	http.ServeContent(w, req, "", time.Time{}, bytes.NewReader(blob))
}

// logIn makes ~/.docker/config.json one that knows the registry.
func (r *registry) logIn(t *testing.T) {
	t.Helper()
	before, dir := config.Dir(), t.TempDir()
	writeFile(t, dir+"/config.json", fmt.Sprintf(`{"auths":{%q:{"username":%q,"password":%q}}}`, r.host, user, password))
	config.SetDir(dir)
	t.Cleanup(func() { config.SetDir(before) })
}

func (r *registry) keep(blob []byte) (digest string) {
	digest = fmt.Sprintf("sha256:%x", sha256.Sum256(blob))
	r.blobs[digest] = blob
	return digest
}

func (r *registry) describe(mediaType string, blob []byte) map[string]any {
	return map[string]any{"mediaType": mediaType, "size": len(blob), "digest": r.keep(blob)}
}

// noise is what no compression makes smaller.
func noise(size int) []byte {
	b := make([]byte, size)
	rand.Read(b)
	return b
}

// layerOf is a layer with one file, and the digest of what is packed in it.
func layerOf(t *testing.T, content string) (packed []byte, diff string) {
	t.Helper()
	var plain, b bytes.Buffer
	w := tar.NewWriter(&plain)
	err := w.WriteHeader(&tar.Header{Name: "app", Mode: 0o755, Size: int64(len(content))})
	if err == nil {
		_, err = w.Write([]byte(content))
	}
	if err != nil || w.Close() != nil {
		t.Fatal("write the layer:", err)
	}
	z := gzip.NewWriter(&b)
	if _, err := z.Write(plain.Bytes()); err != nil || z.Close() != nil {
		t.Fatal("pack the layer:", err)
	}
	return b.Bytes(), fmt.Sprintf("sha256:%x", sha256.Sum256(plain.Bytes()))
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
