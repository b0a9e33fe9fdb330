package checklist

import "strings"

// Fill replaces each {{name}} of s by what value returns for the name. What else
// stands between double braces stays as it is.
func Fill(s string, value func(name string) string) string {
	var b strings.Builder
	for {
		before, inner, after, found := cutPlaceholder(s)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if name := strings.TrimSpace(inner); isCapture(name) {
			b.WriteString(value(name))
		} else {
			b.WriteString("{{" + inner + "}}")
		}
		s = after
	}
}

// cutPlaceholder cuts s around its first pair of double braces.
func cutPlaceholder(s string) (before, inner, after string, found bool) {
	before, rest, open := strings.Cut(s, "{{")
	inner, after, closed := strings.Cut(rest, "}}")
	if !open || !closed {
		return s, "", "", false
	}
	return before, inner, after, true
}

// placeholders reports the values that n asks for and that no step before has
// captured, and braces that hold no name.
func (r *reader) placeholders(n *node, captured map[string]bool) {
	for rest := n.text; ; {
		_, inner, after, found := cutPlaceholder(rest)
		if !found {
			return
		}
		name := strings.TrimSpace(inner)
		switch {
		case !isCapture(name):
			r.fail(n, quote("{{"+inner+"}}")+" holds no name of a capture", "write `{{name}}`, with the name that a `capture` of an earlier step has")
		case !captured[name]:
			r.fail(n, quote("{{"+name+"}}")+" is used before it is captured", "add `capture: {"+name+": 'a pattern with (one group)'}` to an earlier step")
		}
		rest = after
	}
}
