package checklist

import (
	"slices"
	"time"
)

// items reads the checklist. It keeps where each item stands in the file for what can
// only be judged when all of it is known.
type items struct {
	*reader
	pre, during, post []placed
}

type placed struct {
	Item
	at *node
}

const (
	commandTimeout = 30 * time.Second
	requestTimeout = 10 * time.Second
)

func (s *items) checklist(n *node) {
	s.fields(n,
		field{"pre", func(n *node) { s.pre = s.phase(n, Pre, "ask", "check") }},
		field{"during", func(n *node) { s.during = s.phase(n, During, "ask", "check", "job", "stage", "smoke", "cutover") }},
		field{"post", func(n *node) { s.post = s.phase(n, Post, "ask", "check") }},
	)
}

// phase reads the items of a phase, which are of the named sorts.
func (s *items) phase(n *node, p Phase, sorts ...string) (all []placed) {
	if !s.expect(n, kindSequence, "write its items below it, each with a `-`: `- ask: ...`") {
		return nil
	}
	for _, at := range n.items {
		item := Item{Phase: p}
		if s.item(at, &item, sorts) {
			all = append(all, placed{item, at})
		}
	}
	return all
}

// item reads one item and reports whether it is of a known sort.
func (s *items) item(n *node, item *Item, sorts []string) bool {
	hint := "write one of " + list(sorts)
	switch n.kind {
	case kindRefused:
	case kindScalar:
		return s.bare(n, item, sorts)
	case kindMapping:
		return s.titled(n, item, sorts)
	default:
		s.fail(n, s.what(n)+" is "+n.kind.String(), hint)
	}
	return false
}

// bare reads an item that is one word.
func (s *items) bare(n *node, item *Item, sorts []string) bool {
	kind := Kind(n.text)
	switch {
	case !slices.Contains(sorts, n.text):
		s.unknown(n, "item", sorts)
	case kind == Stage || kind == Cutover:
		*item = plain(kind)
		return true
	default:
		s.fail(n, quote(n.text)+" says nothing yet", "write `- "+n.text+": ...`")
	}
	return false
}

// plain is the item that brings the idle slot up, or the one that moves the traffic.
func plain(kind Kind) Item {
	titles := map[Kind]string{Stage: "Bring up the idle slot", Cutover: "Move the traffic"}
	return Item{Phase: During, Kind: kind, Title: titles[kind]}
}

// titled reads an item that is a map: one of its keys says of which sort it is.
func (s *items) titled(n *node, item *Item, sorts []string) bool {
	for _, sort := range sorts {
		if _, found := n.find(sort); !found {
			continue
		}
		switch sort {
		case "ask":
			s.ask(n, item)
		case "check":
			s.check(n, item)
		case "job":
			s.job(n, item)
		case "smoke":
			s.smoke(n, item)
		default:
			s.fail(n, quote(sort)+" stands alone", "write `- "+sort+"`")
			return false
		}
		return true
	}
	for _, p := range n.pairs {
		s.unknown(p.key, "item", sorts)
		return false
	}
	s.fail(n, "this item is empty", "write one of "+list(sorts))
	return false
}

func (s *items) ask(n *node, item *Item) {
	item.Kind = Ask
	s.fields(n, s.after(item,
		field{"ask", into(&item.Title, s.line)},
		field{"who", into(&item.Who, s.line)},
		field{"key", into(&item.Key, s.boolean)},
	)...)
}

func (s *items) check(n *node, item *Item) {
	command, hasCommand := n.find("command")
	_, hasHTTP := n.find("http")
	item.Kind, item.Timeout = HTTP, requestTimeout
	if hasCommand {
		item.Kind, item.Timeout = Command, commandTimeout
	}
	before := len(s.errs)
	s.fields(n, s.after(item,
		field{"check", into(&item.Title, s.line)},
		field{"command", func(n *node) { item.Command = s.command(n) }},
		field{"http", func(n *node) { item.Steps = s.http(n) }},
		field{"timeout", into(&item.Timeout, s.span)},
		field{"key", into(&item.Key, s.boolean)},
	)...)
	switch {
	case hasCommand && hasHTTP:
		s.fail(command.key, "a check has a `command` or an `http`, not both", "make two checks of it")
	case !hasCommand && !hasHTTP && len(s.errs) == before:
		s.fail(n, "this check checks nothing", "add `command: [PROGRAM, ARGUMENT]` or `http: {get: URL}`")
	}
}

func (s *items) smoke(n *node, item *Item) {
	item.Kind, item.Timeout = Smoke, requestTimeout
	s.fields(n,
		field{"smoke", func(n *node) { item.Steps = s.requests(n) }},
		field{"timeout", into(&item.Timeout, s.span)},
		field{"key", into(&item.Key, s.boolean)},
	)
	item.Title = paths(item.Steps)
}

// after adds the field that only items of the watch have.
func (s *items) after(item *Item, table ...field) []field {
	if item.Phase == Post {
		table = append(table, field{"after", into(&item.After, s.duration)})
	}
	return table
}

// command reads an argument list; a single text goes to the shell.
func (s *items) command(n *node) []string {
	const hint = "write a list, `[./bin/check, --all]`, or one text for sh -c"
	if n.kind == kindScalar {
		if line, ok := s.filled(n, hint); ok {
			return []string{"sh", "-c", line}
		}
		return nil
	}
	var argv []string
	for i, item := range s.entries(n, hint) {
		if arg, ok := s.scalar(item, hint); ok {
			if i == 0 && arg == "" {
				s.fail(item, "the program has no name", hint)
			}
			argv = append(argv, arg)
		}
	}
	return argv
}

func (s *items) http(n *node) []Request {
	var q Request
	s.request(n, &q, nil, s.requestURL)
	return []Request{q}
}
