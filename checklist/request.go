package checklist

import (
	"regexp"
	"slices"
	"strings"
)

const (
	methodHint  = "begin with one of `get`, `post`, `put`, `patch`, `delete` and where it goes"
	captureHint = "write a regular expression (RE2) with one (group), around the value"
)

// requests reads the steps of a smoke test.
func (r *reader) requests(n *node) (steps []Request) {
	captured := map[string]bool{}
	for _, item := range r.entries(n, "write its steps below it: `- {get: /}`") {
		var q Request
		r.request(item, &q, captured, r.requestPath, field{"capture", func(n *node) { q.Capture = r.captures(n) }})
		for name := range q.Capture {
			captured[name] = true
		}
		steps = append(steps, q)
	}
	return steps
}

// request reads one request. captured are the values it may use.
func (r *reader) request(n *node, q *Request, captured map[string]bool, where func(*node) (string, bool), more ...field) {
	table := []field{}
	for _, method := range []string{"get", "post", "put", "patch", "delete"} {
		table = append(table, field{method, func(n *node) { r.method(n, q, method, captured, where) }})
	}
	table = append(table,
		field{"form", func(n *node) { q.Form = r.form(n, captured) }},
		field{"body", into(&q.Body, func(n *node) (string, bool) { return r.template(n, captured, "write the text to send") })},
		field{"header", func(n *node) { q.Header = r.header(n, captured) }},
		field{"expect", func(n *node) { r.answer(n, q) }},
	)
	before := len(r.errs)
	r.fields(n, append(table, more...)...)
	if n.kind != kindMapping {
		return
	}
	if q.Method == "" && len(r.errs) == before {
		r.fail(n, "this request goes nowhere", methodHint)
	}
	form, hasForm := n.find("form")
	body, hasBody := n.find("body")
	switch {
	case q.Method == "GET" && hasForm:
		r.fail(form.key, "a `get` sends no form", "write `post`, or put the values into the path: `/find?q=shoes`")
	case q.Method == "GET" && hasBody:
		r.fail(body.key, "a `get` sends no body", "write `post` or `put`")
	case hasForm && hasBody:
		r.fail(body.key, "a request has a form or a body, not both", "keep one of them")
	}
}

func (r *reader) method(n *node, q *Request, method string, captured map[string]bool, where func(*node) (string, bool)) {
	if q.Method != "" {
		r.fail(n, "a request has one method, and this one is a `"+strings.ToLower(q.Method)+"` already", "write a step of its own for each request")
		return
	}
	q.Method = strings.ToUpper(method)
	if url, ok := where(n); ok {
		r.placeholders(n, captured)
		q.URL = url
	}
}

// requestPath reads the path of a smoke test's step, which may hold placeholders.
func (r *reader) requestPath(n *node) (string, bool) {
	return r.word(n, func(s string) bool {
		return isPath(Fill(s, func(string) string { return "x" }))
	}, pathHint)
}

func (r *reader) requestURL(n *node) (string, bool) {
	return r.word(n, isURL, urlHint)
}

func (r *reader) form(n *node, captured map[string]bool) map[string]string {
	return r.texts(n, isText, "name each value of the form", func(n *node) (string, bool) {
		return r.template(n, captured, "write a text; an empty one is ''")
	})
}

func (r *reader) header(n *node, captured map[string]bool) map[string]string {
	return r.texts(n, isHeader, "use letters, digits and `-`", func(n *node) (string, bool) {
		s, ok := r.word(n, isText, "write one line of text")
		if ok {
			r.placeholders(n, captured)
		}
		return s, ok
	})
}

// texts reads a map of texts; nil without any.
func (r *reader) texts(n *node, fits func(string) bool, nameHint string, read func(*node) (string, bool)) map[string]string {
	var all map[string]string
	r.named(n, "write `{name: value}`", fits, nameHint, func(name string, n *node) {
		if s, ok := read(n); ok {
			if all == nil {
				all = map[string]string{}
			}
			all[name] = s
		}
	})
	return all
}

// template reads a text that may be empty and may hold placeholders.
func (r *reader) template(n *node, captured map[string]bool, hint string) (string, bool) {
	s, ok := r.scalar(n, hint)
	if ok {
		r.placeholders(n, captured)
	}
	return s, ok
}

// answer reads what is expected of the answer.
func (r *reader) answer(n *node, q *Request) {
	r.fields(n,
		field{"status", into(&q.Status, r.number(200, 599, "write a status from 200 to 599"))},
		field{"body", into(&q.Expect, func(n *node) (string, bool) {
			return r.filled(n, "write a part of the answer's body")
		})},
	)
}

func (r *reader) captures(n *node) map[string]string {
	return r.texts(n, isCapture, "use letters, digits and `_`, not a digit first", r.pattern)
}

// pattern reads a regular expression with exactly one group.
func (r *reader) pattern(n *node) (string, bool) {
	s, ok := r.filled(n, captureHint)
	if !ok {
		return "", false
	}
	re, err := regexp.Compile(s)
	switch {
	case err != nil:
		r.fail(n, "this pattern does not compile: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "), captureHint)
	case re.NumSubexp() == 0:
		r.fail(n, "this pattern has no group", captureHint)
	case re.NumSubexp() > 1:
		r.fail(n, "this pattern has more than one group", "keep ( ) around the value alone, and write (?: ) around the others")
	}
	return s, err == nil && re.NumSubexp() == 1
}

// paths is how a smoke test is called: where it goes, each place once.
func paths(steps []Request) string {
	var all []string
	for _, s := range steps {
		if path, _, _ := strings.Cut(s.URL, "?"); !slices.Contains(all, path) {
			all = append(all, path)
		}
	}
	return strings.Join(all, " ")
}
