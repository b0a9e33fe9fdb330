package haproxy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goaround/targets/router"
	"goaround/targets/text"
)

// Check compares a configuration with what [Stanza] prints for the routes, and looks for
// what would make a switch fail or leave clients behind. Each finding names the place
// and the line to write; none means that releases can be moved.
func Check(files []router.File, routes []router.Route) []*text.Problem {
	c := &check{sections: parse(files), routes: routes}
	if len(files) > 0 {
		c.file = files[0].Name
	}
	c.global()
	for _, r := range routes {
		c.backend(r)
	}
	c.resolvers()
	c.frontends()
	return c.found
}

// check gathers findings.
type check struct {
	file     string // the first, where what is missing is missed
	sections []*section
	routes   []router.Route
	named    []string // the resolvers that servers name
	found    []*text.Problem
}

// find notes a problem at a place, once. write is the line to write.
func (c *check) find(code, at, say, write string) {
	p := text.NewProblem(code, at+": "+say, write)
	if !slices.ContainsFunc(c.found, func(o *text.Problem) bool { return o.Say.Equal(p.Say) }) {
		c.found = append(c.found, p)
	}
}

// want asks for a line in a section.
func (c *check) want(code string, s *section, line string) {
	c.find(code, s.head.at(), fmt.Sprintf("%s lacks `%s`", s.title(), line), "write `"+line+"` into it")
}

func (c *check) ofKind(kinds ...string) []*section {
	var all []*section
	for _, s := range c.sections {
		if slices.Contains(kinds, s.kind) {
			all = append(all, s)
		}
	}
	return all
}

func (c *check) sectionNamed(name string, kinds ...string) *section {
	for _, s := range c.ofKind(kinds...) {
		if s.name == name {
			return s
		}
	}
	return nil
}

// globals is all global sections as one.
func (c *check) globals() *section {
	all := &section{kind: "global", head: line{file: c.file, n: 1}}
	for i, s := range c.ofKind("global") {
		if i == 0 {
			all.head = s.head
		}
		all.lines = append(all.lines, s.lines...)
	}
	return all
}

// global looks for the admin socket and the saved state.
func (c *check) global() {
	g := c.globals()
	c.socket(g)
	if l, ok := g.setting("stats", "timeout"); !ok || atMost(l.words, 2, time.Hour-1) {
		c.want("stanza-admin", g, lineTimeout)
	}
	if l, ok := g.setting("server-state-file"); !ok {
		c.want("stanza-state", g, lineState)
	} else if !l.starts("server-state-file", stateFile) {
		c.find("stanza-state", l.at(), "the state of the servers is read from another file than the one that is written", "write `"+lineState+"`")
	}
}

// socket accepts the container's own loopback only: who can reach it rules the proxy.
func (c *check) socket(g *section) {
	for _, l := range g.own("stats", "socket") {
		if len(l.words) < 3 || !strings.HasSuffix(l.words[2], ":9999") {
			continue
		}
		level, _ := l.after("level")
		if strings.TrimPrefix(l.words[2], "ipv4@") != adminAddress || level != "admin" {
			c.find("stanza-admin", l.at(), "the admin socket is not on the container's own loopback with level admin", "write `"+lineSocket+"`")
		}
		return
	}
	c.want("stanza-admin", g, lineSocket)
}

// atMost reports whether the i-th word is a time of limit or less.
func atMost(words []string, i int, limit time.Duration) bool {
	if i >= len(words) {
		return true
	}
	d, ok := parseTime(words[i])
	return !ok || d <= limit
}

// parseTime reads a time as HAProxy writes it: in ms, or with a unit.
func parseTime(word string) (time.Duration, bool) {
	digits := len(word) - len(strings.TrimLeft(word, "0123456789"))
	unit, ok := map[string]time.Duration{
		"us": time.Microsecond, "ms": time.Millisecond, "": time.Millisecond, "s": time.Second,
		"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour,
	}[word[digits:]]
	var n int
	if _, err := fmt.Sscanf(word[:digits], "%d", &n); err != nil || !ok {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
