package compose_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docker/docker/api/types/image"

	"goaround/checklist"
	"goaround/targets"
	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
	"goaround/targets/compose/enginetest"
)

// large makes an image of that size on the stack's engine, which compresses to nothing less.
func large(t *testing.T, s *composetest.Stack, version string, size int64) (ref, id string) {
	t.Helper()
	ref = s.Project + "-web:" + version
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: "data", Mode: 0o644, Size: size})
	if err == nil {
		_, err = io.CopyN(w, rand.Reader, size)
	}
	if err != nil || w.Close() != nil {
		t.Fatal("write the image:", err)
	}
	out, err := s.Docker.ImageImport(t.Context(), image.ImportSource{Source: &b, SourceName: "-"}, ref,
		image.ImportOptions{Changes: []string{"LABEL composetest=" + s.Project}})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := io.Copy(io.Discard, out); err != nil {
		t.Fatal(err)
	}
	return ref, imageID(t, s, ref)
}

func imageID(t *testing.T, s *composetest.Stack, ref string) string {
	t.Helper()
	found, err := s.Docker.ImageInspect(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return found.ID
}

// onto has a target's hosts be those.
func onto(hosts ...string) func(*compose.Config) {
	return func(c *compose.Config) { c.Env = checklist.Environment{Name: c.Env.Name, URL: c.Env.URL, Hosts: hosts} }
}

// sending is an image of the machine's engine, and two engines without.
type sending struct {
	stack   *composetest.Stack
	ref, id string
	engines []*enginetest.Engine
	target  *compose.Target
}

func newSending(t *testing.T) sending {
	x := sending{stack: composetest.New(t), engines: []*enginetest.Engine{enginetest.Start(t), enginetest.Start(t)}}
	x.ref, x.id = large(t, x.stack, "v9", 50e6)
	x.target = openWith(t, x.stack, onto(x.engines[0].Host, x.engines[1].Host))
	return x
}

// resolve is what is said while the image comes to the hosts, and what is noted.
func (x sending) resolve(t *testing.T) (said []targets.Progress, notes []string) {
	t.Helper()
	r, err := x.target.Resolve(t.Context(), map[string]string{"web": x.ref}, func(p targets.Progress) {
		if p.Note != nil {
			notes = append(notes, p.Note.Code+": "+p.Note.Say.String())
			return
		}
		said = append(said, p)
	})
	if err != nil {
		t.Fatal(err)
	}
	if im := r.Images["web"]; im.Pin != x.id || im.Version.String() != "v9" {
		t.Errorf("resolved to %+v, want the pin %s", im, x.id)
	}
	for _, e := range x.engines {
		if found, err := e.Docker.ImageInspect(t.Context(), x.ref); err != nil || found.ID != x.id {
			t.Errorf("%s has %s, %v", e.Host, found.ID, err)
		}
	}
	return said, notes
}

// forget has a host without the name of the image.
func (x sending) forget(t *testing.T, host int) {
	t.Helper()
	if _, err := x.engines[host].Docker.ImageRemove(t.Context(), x.ref, image.RemoveOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestAnImageThatHostsCannotPullIsSentToThem(t *testing.T) {
	x := newSending(t)
	first, second := x.engines[0].Host, x.engines[1].Host
	began := time.Now()
	said, notes := x.resolve(t)
	t.Logf("50 MB to each of two engines at once in %s, with a try to pull", time.Since(began).Round(time.Millisecond))
	if want := fmt.Sprintf("image-sent: %s was sent from here to %s, %s: 50 MB each", x.ref, first, second); !slices.Equal(notes, []string{want}) {
		t.Errorf("the notes are %q, want %q", notes, want)
	}
	last := map[string]targets.Progress{}
	for _, p := range said {
		last[p.Host] = p
	}
	for _, host := range []string{first, second} {
		p := last[host]
		if p.Text.String() != "send "+x.ref || p.Total != 50e6 || p.Done != p.Total || p.Rate == 0 {
			t.Errorf("said at last of %s: %+v", host, p)
		}
		t.Logf("%s: %s", host, p)
	}
	if said, notes := x.resolve(t); len(said)+len(notes) > 0 {
		t.Errorf("what is there is not sent again: %v, %q", said, notes)
	}
}

func TestAnImageIsSentWhereItIsLackingAlone(t *testing.T) {
	x := newSending(t)
	x.resolve(t)
	x.forget(t, 1)
	if _, notes := x.resolve(t); len(notes) != 1 || !strings.HasSuffix(notes[0], " to "+x.engines[1].Host+": 50 MB") {
		t.Errorf("one host was without, and the notes are %q", notes)
	}

	if err := x.engines[1].Docker.ImageTag(t.Context(), x.ref, "kept:1"); err != nil {
		t.Fatal(err)
	}
	x.forget(t, 1)
	said, notes := x.resolve(t)
	if len(notes) > 0 || slices.ContainsFunc(said, func(p targets.Progress) bool { return strings.HasPrefix(p.Text.String(), "send") }) {
		t.Errorf("a host that has it under another name gets more than the tag: %v, %q", said, notes)
	}

	x.forget(t, 1)
	if err := x.stack.Docker.ImageTag(t.Context(), x.stack.Project+"-web:v1", x.ref); err != nil {
		t.Fatal(err)
	}
	_, err := x.target.Resolve(t.Context(), map[string]string{"web": x.ref}, ignore)
	problem(t, err, "image-differs")
	_, err = x.target.Resolve(t.Context(), map[string]string{"web": x.stack.Project + "-web:v404"}, ignore)
	if p := problem(t, err, "image-pull"); !strings.Contains(p.Hint.String(), "the docker engine here") {
		t.Errorf("the hint is %s", p.Hint)
	}
}

// between is an engine as somebody in between has it: what it answers has other words,
// and what it is sent is seen.
type between struct {
	address string
	replace *strings.Replacer              // in answers; nil: nothing
	loads   func(sent io.Reader) io.Reader // an image that is sent; nil: as it is
}

func (w *between) serve(t *testing.T, engine string) {
	t.Helper()
	path := t.TempDir() + "/docker.sock"
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	w.address = "unix://" + path
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "docker"})
			if w.loads != nil && strings.HasSuffix(r.In.URL.Path, "/images/load") {
				r.Out.Body = io.NopCloser(w.loads(r.In.Body))
			}
		},
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", strings.TrimPrefix(engine, "unix://"))
		}},
		ModifyResponse: w.answered,
		ErrorHandler:   func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	server := &http.Server{Handler: proxy}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
}

func (w *between) answered(r *http.Response) error {
	if w.replace == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	said := w.replace.Replace(string(body))
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(said)), int64(len(said))
	r.Header.Set("Content-Length", strconv.Itoa(len(said)))
	return nil
}

func TestAnImageThatDoesNotArriveIsNotUsed(t *testing.T) {
	s := composetest.New(t)
	ref, id := large(t, s, "v9", 20e6)
	e := enginetest.Start(t)
	var w between
	w.serve(t, e.Host)
	send := func(ctx context.Context) error {
		_, err := openWith(t, s, onto(w.address)).Resolve(ctx, map[string]string{"web": ref}, ignore)
		return err
	}
	none := func(when string) {
		t.Helper()
		if all, err := e.Docker.ImageList(t.Context(), image.ListOptions{All: true}); err != nil || len(all) > 0 {
			t.Errorf("%s, the host has %+v, %v", when, all, err)
		}
	}

	ctx, cancel := contextOf(t)
	w.loads = func(sent io.Reader) io.Reader { return &after{sent, 5e6, cancel} }
	if err := send(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	none("broken off in the middle")

	w.loads = nil
	w.replace = strings.NewReplacer(`"Arch":"`, `"Arch":"not-`)
	problem(t, send(t.Context()), "image-platform")
	none("refused")

	w.replace = strings.NewReplacer(`"Id":"`+id, `"Id":"sha256:`+strings.Repeat("0", 64))
	problem(t, send(t.Context()), "image-sent-other")
	if _, err := e.Docker.ImageInspect(t.Context(), ref); err == nil {
		t.Error("an image that is another has the tag")
	}
}

// after calls back once that many bytes were read.
type after struct {
	io.Reader
	left int
	call func()
}

// Read counts down.
func (a *after) Read(b []byte) (int, error) {
	n, err := a.Reader.Read(b)
	if a.left -= n; a.left <= 0 {
		a.call()
	}
	return n, err
}
