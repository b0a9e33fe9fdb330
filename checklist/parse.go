package checklist

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Parse reads data, the contents of the file called name (used in messages only). It
// returns every error it finds, in the order of the file; with any, the File is nil.
// Where the text is not YAML, only that can be said, and of its first such place.
func Parse(name string, data []byte) (*File, []*Error) {
	content := strings.TrimPrefix(string(data), "\uFEFF")
	r := &reader{file: name}
	start := &node{line: 1, column: 1}
	if len(data) > maxSize {
		r.fail(start, fmt.Sprintf("the file has %d bytes, more than the %d that are read", len(data), maxSize), "check that this is the right file: a goaround.yaml has a few dozen lines")
		return nil, r.errs
	}
	r.source = newSource(content)
	if at, found := foreign(r.source); found {
		r.fail(at, "here is a byte that no text has", "save the file as UTF-8 text, without control characters")
		return nil, r.errs
	}
	var f *File
	if root := r.tree(content); root != nil {
		f = r.root(root)
	}
	if len(r.errs) > 0 {
		return nil, r.errors()
	}
	return f, nil
}

// foreign finds the first character that is not UTF-8 or that YAML takes in no place
// (YAML 1.2.2, 5.1).
func foreign(s source) (at *node, found bool) {
	for i, line := range s {
		for j, c := range line {
			if c == utf8.RuneError || c < ' ' && c != '\t' || c >= 0x7f && c < 0xa0 && c != 0x85 {
				return &node{line: i + 1, column: j + 1}, true
			}
		}
	}
	return nil, false
}

// root reads the whole file.
func (r *reader) root(n *node) *File {
	f := &File{
		Cutover:  CutoverAsk,
		Watch:    30 * time.Minute,
		Guard:    Guard{Errors: 0.05, Latency: 2, Auto: AutoCountdown},
		Rollback: Rollback{Drain: 30 * time.Second},
	}
	if n.kind != kindMapping {
		r.fail(n, "the file is "+n.kind.String()+", and should be a map", "begin with `app: NAME` and `release:`")
		return nil
	}
	items := items{reader: r}
	jobs := jobs{items: &items}
	r.fields(n,
		field{"app", into(&f.App, r.name)},
		field{"compose", func(n *node) { r.compose(n, &f.Compose) }},
		field{"proxy", func(n *node) { r.proxy(n, &f.Proxy) }},
		field{"environments", func(n *node) { f.Environments = r.environments(n) }},
		field{"release", func(n *node) { f.Release = r.release(n) }},
		field{"jobs", jobs.read},
		field{"checklist", items.checklist},
		field{"cutover", into(&f.Cutover, oneOf(r, CutoverAsk, CutoverAuto))},
		field{"waves", func(n *node) { f.Waves = r.waves(n) }},
		field{"watch", func(n *node) { r.fields(n, field{"for", into(&f.Watch, r.span)}) }},
		field{"guard", func(n *node) { r.guard(n, &f.Guard) }},
		field{"rollback", func(n *node) { r.rollback(n, &f.Rollback) }},
		field{"allow_yes", into(&f.AllowYes, r.boolean)},
	)
	r.missing(n, "app", "add `app: NAME`: containers and leases are named after it")
	r.missing(n, "release", "add `release:` with the services that change together")
	if len(f.Environments) == 0 {
		f.Environments = []Environment{newEnvironment("production")}
	}
	f.Jobs = jobs.settle(f.Release)
	f.Pre, f.During, f.Post = items.arrange(f.Watch)
	return f
}
