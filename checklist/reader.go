package checklist

import (
	"cmp"
	"slices"
	"strings"

	"goaround/targets/text"
)

// reader reads nodes into a File and notes each thing that is wrong on the way.
type reader struct {
	file   string
	source source
	errs   []*Error
}

// fail notes an error at a node.
func (r *reader) fail(at *node, say, hint string) {
	r.errs = append(r.errs, &Error{
		File:    text.Clean(r.file).String(),
		Line:    at.line,
		Column:  at.column,
		Say:     text.Clean(say).String(),
		Hint:    text.Clean(hint).String(),
		Excerpt: r.source.excerpt(at.line, at.column),
	})
}

// errors are what was noted, in the order of the file.
func (r *reader) errors() []*Error {
	slices.SortStableFunc(r.errs, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.errs
}

// field is a key that a map may have, and who reads its value.
type field struct {
	name string
	read func(*node)
}

// into stores what read makes of a node, if it is good.
func into[T any](to *T, read func(*node) (T, bool)) func(*node) {
	return func(n *node) {
		if v, ok := read(n); ok {
			*to = v
		}
	}
}

// fields reads a map by the table of its fields. An empty one is a map without fields.
func (r *reader) fields(n *node, table ...field) {
	known := make([]string, len(table))
	for i, f := range table {
		known[i] = f.name
	}
	if !r.expect(n, kindMapping, "write its fields below it, indented; known there: "+list(known)) {
		return
	}
	for _, p := range n.pairs {
		i := slices.Index(known, p.key.text)
		if i < 0 {
			r.unknown(p.key, "field", known)
			continue
		}
		table[i].read(p.value)
	}
}

// expect reports whether n is of kind k, or empty where k may be empty.
func (r *reader) expect(n *node, k kind, hint string) bool {
	switch {
	case n.kind == k:
		return true
	case n.kind == kindRefused:
	case n.kind != kindNull:
		r.fail(n, r.what(n)+" should be "+k.String()+", not "+n.kind.String(), hint)
	case k == kindScalar:
		r.fail(n, r.what(n)+" has no value", hint)
	}
	return false
}

// what names a node in a sentence.
func (r *reader) what(n *node) string {
	if n.item {
		return "an item of " + quote(n.name)
	}
	return quote(n.name)
}

// unknown notes a name that is not among the known ones.
func (r *reader) unknown(at *node, what string, known []string) {
	r.fail(at, "unknown "+what+" "+quote(at.text), suggest(at.text, "known here: ", known))
}

// missing notes that a map lacks a field that has no default.
func (r *reader) missing(n *node, key, hint string) {
	if _, found := n.find(key); !found {
		r.fail(n, quote(key)+" is missing", hint)
	}
}

// named reads a map whose keys the team chooses.
func (r *reader) named(n *node, hint string, fits func(string) bool, nameHint string, read func(name string, n *node)) {
	if !r.expect(n, kindMapping, hint) {
		return
	}
	for _, p := range n.pairs {
		if p.key.text == "" {
			r.fail(p.key, "a name in "+r.what(n)+" is empty", nameHint)
			continue
		}
		if !fits(p.key.text) {
			r.fail(p.key, quote(p.key.text)+" cannot be a name in "+r.what(n), nameHint)
			continue
		}
		read(p.key.text, p.value)
	}
}

// entries returns the items of a list that has at least one.
func (r *reader) entries(n *node, hint string) []*node {
	switch {
	case n.kind == kindNull || n.kind == kindSequence && len(n.items) == 0:
		r.fail(n, r.what(n)+" is empty", hint)
	case r.expect(n, kindSequence, hint):
		return n.items
	}
	return nil
}

// lines reads a list of texts, none of them empty.
func (r *reader) lines(n *node, hint string) (all []string) {
	for _, item := range r.entries(n, hint) {
		if s, ok := r.word(item, isText, hint); ok {
			all = append(all, s)
		}
	}
	return all
}

// list is the names as a hint shows them.
func list(names []string) string {
	return "`" + strings.Join(names, "`, `") + "`"
}
