package checks

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"

	"goaround/checklist"
)

const maxBody = 1 << 20 // bytes of a body that are looked at

// answer is what a server answered: text from outside.
type answer struct {
	status   int
	location string // the path that a redirect goes to
	body     []byte // its first MiB
	cut      bool   // there was more
	html     bool
	cookies  []*http.Cookie
}

// read takes in what a check looks at.
func read(in *http.Response) (answer, error) {
	defer in.Body.Close()
	a := answer{status: in.StatusCode, cookies: in.Cookies()}
	if to, err := url.Parse(in.Header.Get("Location")); err == nil {
		a.location = to.EscapedPath()
	}
	if kind, _, err := mime.ParseMediaType(in.Header.Get("Content-Type")); err == nil {
		a.html = kind == "text/html" || kind == "application/xhtml+xml"
	}
	body, err := io.ReadAll(io.LimitReader(in.Body, maxBody+1))
	a.body = body[:min(len(body), maxBody)]
	a.cut = len(body) > maxBody
	return a, err
}

// redirects reports whether the answer sends the client elsewhere.
func (a answer) redirects() bool {
	return a.location != "" && a.status >= 300 && a.status < 400
}

// judge says how the answer differs from what is expected; empty: it does not.
func (a answer) judge(q checklist.Request) string {
	switch {
	case q.Status != 0 && a.status != q.Status:
		return fmt.Sprintf("expected %d", q.Status)
	case q.Status == 0 && a.status >= 500:
		return "expected below 500"
	case !bytes.Contains(a.body, []byte(q.Expect)) && a.cut:
		return fmt.Sprintf("expected `%s` in the first MiB of the body", q.Expect)
	case !bytes.Contains(a.body, []byte(q.Expect)):
		return fmt.Sprintf("expected `%s` in the body", q.Expect)
	}
	return ""
}
