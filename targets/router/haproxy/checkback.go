package haproxy

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"goaround/targets"
	"goaround/targets/router"
)

// backend looks at the backend of a route.
func (c *check) backend(r router.Route) {
	s := c.sectionNamed(r.Backend, "backend", "listen")
	if s == nil {
		c.find("stanza-backend", c.file, "there is no backend "+r.Backend+" for service "+r.Service,
			"write one with a server for each slot: `goaround proxy stanza` prints it; or is it a worker? `order: start-first` in goaround.yaml says so")
		return
	}
	c.http(s)
	if l, ok := s.setting("load-server-state-from-file"); !ok || !l.starts("load-server-state-from-file", "global") {
		c.want("stanza-state", s, lineLoad)
	}
	c.sticky(s)
	c.balance(s)
	for _, slot := range slots() {
		c.server(s, r, slot)
	}
	c.strangers(s)
}

func (c *check) http(s *section) {
	if l, ok := s.setting("mode"); !ok || !l.starts("mode", "http") {
		c.want("stanza-mode", s, "mode http")
	}
}

// sticky refuses what keeps known clients on a server at weight 0, or sends them past
// the weights: they would stay behind at a cutover, and on the bad release at a rollback.
func (c *check) sticky(s *section) {
	for _, words := range [][]string{{"cookie"}, {"stick"}, {"stick-table"}, {"persist"}, {"use-server"}, {"dispatch"}} {
		for _, l := range s.all(words...) {
			c.find("stanza-sticky", l.at(), fmt.Sprintf("`%s` keeps clients of %s on a server whatever its weight", strings.Join(l.words, " "), s.title()),
				"remove it: a release must be able to take all clients along, and a rollback to bring all back")
		}
	}
}

// balance refuses algorithms that take no new weight while HAProxy runs.
func (c *check) balance(s *section) {
	l, ok := s.setting("balance")
	if !ok || len(l.words) < 2 {
		return
	}
	algorithm, _, _ := strings.Cut(l.words[1], "(")
	switch algorithm {
	case "static-rr":
		c.find("stanza-balance", l.at(), s.title()+" uses an algorithm that takes no new weights", "write `balance roundrobin`")
	case "source", "uri", "url_param", "hdr", "rdp-cookie", "hash":
		if h, ok := s.setting("hash-type"); !ok || !h.starts("hash-type", "consistent") {
			c.find("stanza-balance", l.at(), s.title()+" hashes in a way that takes no new weights", "write `hash-type consistent` beside it")
		}
	}
}

// server compares the line of a slot.
func (c *check) server(s *section, r router.Route, slot targets.Slot) {
	found := s.own("server", string(slot))
	if len(found) == 0 {
		c.want("stanza-server", s, serverLine(r, slot, resolver))
		return
	}
	l := found[0]
	full := params(append(s.all("default-server"), l))
	resolvers := full["resolvers"]
	var wrong []string
	if len(l.words) < 3 || l.words[2] != address(r, slot) {
		wrong = append(wrong, wrongAddress(l, address(r, slot)))
	}
	if resolvers == "" {
		resolvers = resolver
		wrong = append(wrong, "it has no resolvers")
	}
	c.named = append(c.named, resolvers)
	if full["init-addr"] != initialAddrs {
		wrong = append(wrong, fmt.Sprintf("init-addr is %q, not %s", full["init-addr"], initialAddrs))
	}
	if want := strconv.Itoa(fileWeight(slot)); full["weight"] != want {
		wrong = append(wrong, fmt.Sprintf("weight is %q, not %s", full["weight"], want))
	}
	for _, word := range []string{"cookie", "backup", "agent-check", "disabled"} {
		if _, ok := full[word]; ok {
			wrong = append(wrong, "`"+word+"` works against the weights")
		}
	}
	if len(wrong) > 0 {
		c.find("stanza-server", l.at(), fmt.Sprintf("server %s of %s: %s", slot, s.title(), strings.Join(wrong, ", ")),
			"write `"+serverLine(r, slot, resolvers)+"`; checks and timeouts of the line may stay")
	}
}

// params are the words of lines, the later counting more, each with the word behind it:
// its value, if it has one.
func params(lines []line) map[string]string {
	all := map[string]string{}
	for _, l := range lines {
		for i, word := range l.words {
			all[word] = ""
			if i+1 < len(l.words) {
				all[word] = l.words[i+1]
			}
		}
	}
	return all
}

func wrongAddress(l line, want string) string {
	if len(l.words) < 3 {
		return "it has no address"
	}
	if host, _, err := net.SplitHostPort(l.words[2]); err == nil && net.ParseIP(host) != nil {
		return l.words[2] + " is an address, which another container may have after a restart, not the name " + want
	}
	return "it sends to " + l.words[2] + ", not to " + want
}

// strangers refuses servers that are no slot: a switch would take their traffic away.
func (c *check) strangers(s *section) {
	for _, l := range append(s.own("server"), s.own("server-template")...) {
		if l.words[0] == "server" && len(l.words) > 1 && slices.Contains(slots(), targets.Slot(l.words[1])) {
			continue
		}
		c.find("stanza-server", l.at(), fmt.Sprintf("`%s` of %s is none of base, blue and green, so a cutover would take its traffic away",
			strings.Join(l.words[:min(2, len(l.words))], " "), s.title()), "remove it, or move it to a backend of its own")
	}
}
