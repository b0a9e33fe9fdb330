package checks

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"goaround/checklist"
)

const (
	maxCapture = 8 << 10 // bytes of a captured value
	minCookie  = 8       // bytes of a cookie that is taken for a secret
)

// captures are the values that the steps of a run took from answers. They are secrets,
// and so are its cookies: hide takes them out of what becomes evidence.
type captures struct {
	values map[string]string
	forms  []form // the longest first
}

// form is a way in which a secret may be written, and what stands in its place.
type form struct{ text, mark string }

// fill replaces the placeholders of a template by their values, escaped.
func (c *captures) fill(template string, escape func(string) string) string {
	return checklist.Fill(template, func(name string) string { return escape(c.values[name]) })
}

// asIs is the escaping of what needs none.
func asIs(s string) string { return s }

// take captures what the patterns ask for, and says what it did not find.
func (c *captures) take(patterns map[string]string, a answer) (complaint string) {
	for _, cookie := range a.cookies {
		if len(cookie.Value) >= minCookie {
			c.remember("<cookie "+cookie.Name+">", cookie.Value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(patterns)) {
		raw, err := find(patterns[name], a.body)
		if err != nil {
			complaint = cmp.Or(complaint, fmt.Sprintf("`%s` could not be captured: %v", name, err))
			continue
		}
		value := raw
		if a.html {
			value = html.UnescapeString(raw)
		}
		if c.values == nil {
			c.values = map[string]string{}
		}
		c.values[name] = value
		c.remember("<captured "+name+">", value, raw)
	}
	return complaint
}

// find returns what the group of a pattern matches in a body.
func find(pattern string, body []byte) (string, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return "", err
	}
	switch found := re.FindSubmatch(body); {
	case len(found) < 2:
		return "", errors.New("the pattern is not in the body")
	case len(found[1]) == 0:
		return "", errors.New("the value is empty")
	case len(found[1]) > maxCapture:
		return "", fmt.Errorf("the value has %d bytes", len(found[1]))
	default:
		return string(found[1]), nil
	}
}

// remember keeps the ways in which secrets may be written.
func (c *captures) remember(mark string, secrets ...string) {
	for _, s := range secrets {
		for _, text := range []string{s, html.EscapeString(s), url.QueryEscape(s), url.PathEscape(s)} {
			c.forms = append(c.forms, form{text, mark})
		}
	}
	slices.SortStableFunc(c.forms, func(a, b form) int { return len(b.text) - len(a.text) })
}

// hide puts its mark in the place of each secret.
func (c *captures) hide(s string) string {
	var pairs []string
	for _, f := range c.forms {
		pairs = append(pairs, f.text, f.mark)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
