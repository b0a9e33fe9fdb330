package haproxy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// limit bounds a time of a resolvers section. HAProxy asks the name server that is the
// Docker daemon itself: with its own holds a dead daemon turns every answer into 503
// after 30 s, although all containers run on.
type limit struct {
	words    []string // of the line
	standard time.Duration
	long     bool   // it must be an hour or more; else 5 s or less
	write    string // the value that the stanza has
}

func (l limit) line() string { return strings.Join(l.words, " ") + " " + l.write }

// resolverLimits are in the order of the stanza.
func resolverLimits() []limit {
	const s = time.Second
	return []limit{
		{[]string{"timeout", "resolve"}, 1 * s, false, "1s"},
		{[]string{"timeout", "retry"}, 1 * s, false, "1s"},
		{[]string{"hold", "valid"}, 10 * s, false, "1s"},
		{[]string{"hold", "nx"}, 30 * s, false, "1s"},
		{[]string{"hold", "obsolete"}, 0, false, "1s"},
		{[]string{"hold", "timeout"}, 30 * s, true, "24h"},
		{[]string{"hold", "refused"}, 30 * s, true, "24h"},
		{[]string{"hold", "other"}, 30 * s, true, "24h"},
	}
}

// resolvers looks at each section that a server names.
func (c *check) resolvers() {
	slices.Sort(c.named)
	for _, name := range slices.Compact(c.named) {
		s := c.sectionNamed(name, "resolvers")
		if s == nil {
			c.find("stanza-resolvers", c.file, "there is no section `resolvers "+name+"`",
				"write it: `goaround proxy stanza` prints it")
			continue
		}
		c.resolver(s)
	}
}

func (c *check) resolver(s *section) {
	if !slices.ContainsFunc(s.own("nameserver"), func(l line) bool { return slices.Contains(l.words, nameserver) }) &&
		len(s.own("parse-resolv-conf")) == 0 {
		c.want("stanza-resolvers", s, "nameserver dns "+nameserver)
	}
	for _, l := range resolverLimits() {
		at, value := s.head.at(), l.standard
		if set, ok := s.setting(l.words...); ok && len(set.words) > 2 {
			at = set.at()
			value, _ = parseTime(set.words[2])
		}
		if l.long && value < time.Hour {
			c.find("stanza-holds", at, fmt.Sprintf("%s: %s is %s, so the site goes down when the Docker daemon is silent for longer",
				s.title(), strings.Join(l.words, " "), value), "write `"+l.line()+"`")
		}
		if !l.long && value > 5*time.Second {
			c.find("stanza-resolvers", at, fmt.Sprintf("%s: %s is %s, so a new address is found late",
				s.title(), strings.Join(l.words, " "), value), "write `"+l.line()+"`")
		}
	}
}
