package checks

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"goaround/checklist"
	"goaround/targets/text"
)

const (
	bodyLines = 3   // lines of a bad answer's body that become evidence
	bodyWidth = 200 // characters of each
)

// visit is a run of requests, one after the other, that keeps cookies and captures.
type visit struct {
	Runner
	captures
	client http.Client
	base   *url.URL // where paths belong to; nil: the requests have whole URLs
	limit  time.Duration
}

// newVisit begins a run with a client, whose redirects are not followed: an expected
// 302 has to be seen.
func (r Runner) newVisit(client *http.Client, base *url.URL, jar http.CookieJar, limit time.Duration) *visit {
	v := &visit{Runner: r, client: *client, base: base, limit: limit}
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v.client.Jar = jar
	return v
}

// step sends one request and judges the answer.
func (v *visit) step(ctx context.Context, q checklist.Request) Result {
	limited, cancel := context.WithTimeout(ctx, v.limit)
	defer cancel()
	where, _, _ := strings.Cut(q.URL, "?")
	what := q.Method + " " + where
	start := time.Now()
	a, err := v.send(limited, q)
	if err != nil {
		why := cmp.Or(cutShort(ctx, limited, v.limit), v.cause(err))
		return Result{Evidence: v.line("%s: %s", what, why)}
	}
	missing := v.take(q.Capture, a)
	said := fmt.Sprint(what, " ", a.status)
	if a.redirects() {
		said += " to " + v.hide(a.location)
	}
	said += " in " + took(time.Since(start))
	if complaint := cmp.Or(a.judge(q), missing); complaint != "" {
		return Result{Evidence: v.line("%s, %s", said, complaint), More: v.quote(a.body)}
	}
	return Result{OK: true, Evidence: v.line("%s", said)}
}

// send fills in what was captured before, sends the request and reads the answer.
func (v *visit) send(ctx context.Context, q checklist.Request) (answer, error) {
	to, err := v.address(q.URL)
	if err != nil {
		return answer{}, err
	}
	body := v.fill(q.Body, asIs)
	if q.Form != nil {
		form := url.Values{}
		for name, value := range q.Form {
			form.Set(name, v.fill(value, asIs))
		}
		body = form.Encode()
	}
	out, err := http.NewRequestWithContext(ctx, q.Method, to.String(), strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	out.Header.Set("User-Agent", "goaround")
	if q.Form != nil {
		out.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range q.Header {
		out.Header.Set(name, v.fill(value, asIs))
	}
	if host := out.Header.Get("Host"); host != "" {
		out.Host = host
	}
	in, err := v.client.Do(out)
	if err != nil {
		return answer{}, err
	}
	return read(in)
}

// address is where a request goes. A captured value stays one part of the path or one
// value of the query, whatever it holds.
func (v *visit) address(template string) (*url.URL, error) {
	path, query, asks := strings.Cut(template, "?")
	whole := v.fill(path, url.PathEscape)
	if asks {
		whole += "?" + v.fill(query, url.QueryEscape)
	}
	to, err := url.Parse(whole)
	if err == nil && v.base != nil {
		to.Scheme, to.Host = v.base.Scheme, v.base.Host
	}
	return to, err
}

// quote is the start of a body, as evidence.
func (v *visit) quote(body []byte) (lines []text.Safe) {
	hidden := strings.NewReader(v.hide(string(bytes.TrimSpace(body))))
	_ = text.Lines(hidden, v.Door, func(line text.Safe) {
		if s := []rune(line.String()); len(lines) < bodyLines && strings.TrimSpace(string(s)) != "" {
			lines = append(lines, text.Clean(string(s[:min(len(s), bodyWidth)])))
		}
	})
	return lines
}

// cause is what the HTTP client says, without the URL and what else may hold a secret.
// An error of the network holds addresses alone.
func (v *visit) cause(err error) string {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if network := (*net.OpError)(nil); errors.As(err, &network) {
		return err.Error()
	}
	return v.hide(err.Error())
}
