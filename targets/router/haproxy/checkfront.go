package haproxy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goaround/targets/router"
)

// minLen is the length of log lines that leaves room for an entry behind a team's own
// format. HAProxy cuts a line at 1024 if it is not told otherwise.
const minLen = 4096

// frontends looks at each section that sends requests to a route's backend.
func (c *check) frontends() {
	for _, r := range c.routes {
		if c.sectionNamed(r.Backend, "backend") != nil && !slices.ContainsFunc(c.ofKind("frontend", "listen"),
			func(s *section) bool { return sendsTo(s, r.Backend) }) {
			c.find("stanza-frontend", c.file, "no frontend sends to backend "+r.Backend, "write `use_backend "+r.Backend+"` or `default_backend "+r.Backend+"` into one")
		}
	}
	for _, s := range c.ofKind("frontend", "listen") {
		if slices.ContainsFunc(c.routes, func(r router.Route) bool { return sendsTo(s, r.Backend) }) {
			c.frontend(s)
		}
	}
}

// sendsTo reports whether requests may go from a section to a backend; a `listen` is
// both. A backend that is named by an expression may be any.
func sendsTo(s *section, backend string) bool {
	if s.kind == "listen" && s.name == backend {
		return true
	}
	for _, l := range append(s.all("use_backend"), s.all("default_backend")...) {
		if len(l.words) > 1 && (l.words[1] == backend || strings.Contains(l.words[1], "%[")) {
			return true
		}
	}
	return false
}

func (c *check) frontend(s *section) {
	c.http(s)
	if !s.has("idle-close-on-response") {
		c.want("stanza-idle", s, lineIdle)
	}
	if s.has("dontlog-normal") {
		c.find("stanza-log", s.head.at(), s.title()+" has `option dontlog-normal`, so nobody sees how many requests went well",
			"write `no option dontlog-normal` into it")
	}
	c.format(s)
}

// format looks for the entry at the end of a log line, and for the log.
func (c *check) format(s *section) {
	format, at := logFormatOf(s)
	own, ours := strings.CutSuffix(format, logFormat)
	if !ours {
		c.find("stanza-log", at, s.title()+" does not log how each request went", "write `"+lineFormat+"` into it; a format of your own may stand before the {")
	}
	logs := c.logs(s)
	if len(logs) == 0 {
		c.find("stanza-log", s.head.at(), s.title()+" does not log its requests to stdout", "write `"+lineLog+"` into global and `log global` into it")
		return
	}
	if ours && own != "" && !slices.ContainsFunc(logs, roomy) {
		c.find("stanza-log", logs[0].at(), "a long log line would lose its end", fmt.Sprintf("write `log stdout len %d format raw local0`", minLen))
	}
}

// logFormatOf is the format that counts in a section, and where it is set: the last of
// its own lines, or else of its defaults'.
func logFormatOf(s *section) (format, at string) {
	for from := s; from != nil; from = from.base {
		for _, l := range slices.Backward(from.lines) {
			switch {
			case l.starts("log-format") && len(l.words) > 1:
				return l.words[1], l.at()
			case l.starts("option", "httplog"), l.starts("option", "httpslog"), l.starts("option", "tcplog"):
				return "", l.at()
			}
		}
	}
	return "", s.head.at()
}

// logs are the lines by which the requests of a section get to stdout.
func (c *check) logs(s *section) []line {
	var logs []line
	for _, l := range s.allLogs() {
		switch {
		case l.starts("no"):
			logs = nil
		case l.starts("log", "global"):
			logs = append(logs, slices.DeleteFunc(c.globals().own("log"), func(l line) bool { return !toStdout(l) })...)
		case toStdout(l):
			logs = append(logs, l)
		}
	}
	return logs
}

// allLogs are `log` and `no log` in their order, behind those of the defaults.
func (s *section) allLogs() []line {
	if s == nil {
		return nil
	}
	all := s.base.allLogs()
	for _, l := range s.lines {
		if l.starts("log") || l.starts("no", "log") {
			all = append(all, l)
		}
	}
	return all
}

// toStdout reports whether `log ADDRESS [len N] [format F] [sample S] FACILITY [LEVEL]`
// writes requests, which are of level info, as they are.
func toStdout(l line) bool {
	format, _ := l.after("format")
	if len(l.words) < 2 || l.words[1] != "stdout" || format != "raw" {
		return false
	}
	rest := l.words[2:]
	for len(rest) > 1 && slices.Contains([]string{"len", "format", "sample"}, rest[0]) {
		rest = rest[2:]
	}
	return len(rest) < 2 || rest[1] == "info" || rest[1] == "debug"
}

func roomy(l line) bool {
	word, _ := l.after("len")
	n, _ := strconv.Atoi(word)
	return n >= minLen
}
