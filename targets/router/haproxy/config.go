package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"goaround/targets/router"
)

// line is one line of a configuration, without quotes, escapes and comment.
type line struct {
	file  string
	n     int
	words []string
}

// at is where a person finds it.
func (l line) at() string { return fmt.Sprintf("%s:%d", l.file, l.n) }

// starts reports whether it begins with words.
func (l line) starts(words ...string) bool {
	return len(l.words) >= len(words) && slices.Equal(l.words[:len(words)], words)
}

// after is the word behind the first word that is key.
func (l line) after(key string) (string, bool) {
	if i := slices.Index(l.words, key); i >= 0 && i+1 < len(l.words) {
		return l.words[i+1], true
	}
	return "", false
}

// section is a section of a configuration.
type section struct {
	kind, name string
	head       line
	lines      []line
	base       *section // the defaults that hold in it; nil: none
}

// title is what a person calls it.
func (s *section) title() string { return strings.TrimSpace(s.kind + " " + s.name) }

// own are its lines that begin with words.
func (s *section) own(words ...string) []line {
	var found []line
	for _, l := range s.lines {
		if l.starts(words...) {
			found = append(found, l)
		}
	}
	return found
}

// all are its lines that begin with words, behind those of its defaults.
func (s *section) all(words ...string) []line {
	if s == nil {
		return nil
	}
	return append(s.base.all(words...), s.own(words...)...)
}

// setting is the last line of all that begins with words, which is the one that counts.
func (s *section) setting(words ...string) (line, bool) {
	if found := s.all(words...); len(found) > 0 {
		return found[len(found)-1], true
	}
	return line{}, false
}

// has reports whether an option is on: the nearest `option X` or `no option X` counts.
func (s *section) has(option string) bool {
	if s == nil {
		return false
	}
	for _, l := range slices.Backward(s.lines) {
		switch {
		case l.starts("option", option):
			return true
		case l.starts("no", "option", option):
			return false
		}
	}
	return s.base.has(option)
}

// parse reads a configuration as HAProxy does: the files one behind the other, in which
// a section may be set up anew. Conditional blocks (.if) count as if all of them held.
func parse(files []router.File) []*section {
	var all []*section
	for _, f := range files {
		n := 0
		for text := range strings.Lines(f.Text) {
			n++
			l := line{f.Name, n, split(text)}
			switch {
			case len(l.words) == 0 || strings.HasPrefix(l.words[0], "."):
			case slices.Contains(sectionKinds(), l.words[0]):
				all = append(all, begin(l, all))
			case len(all) > 0:
				last := all[len(all)-1]
				last.lines = append(last.lines, l)
			}
		}
	}
	return all
}

func sectionKinds() []string {
	return []string{"global", "defaults", "frontend", "backend", "listen", "resolvers", "peers", "mailers",
		"userlist", "cache", "program", "http-errors", "ring", "log-forward", "fcgi-app", "crt-store", "traces"}
}

// begin is a new section behind others. A proxy has the defaults that it names with
// `from`, or else the nearest above it; defaults have only those they name.
func begin(head line, above []*section) *section {
	s := &section{kind: head.words[0], head: head}
	rest := head.words[1:]
	if len(rest) > 0 && rest[0] != "from" {
		s.name = rest[0]
	}
	parent, named := head.after("from")
	for _, d := range slices.Backward(above) {
		switch {
		case d.kind != "defaults", named && d.name != parent:
		case named, slices.Contains([]string{"frontend", "backend", "listen"}, s.kind):
			s.base = d
			return s
		}
	}
	return s
}

// split cuts a line into words as HAProxy does (configuration manual, 2.2 "Quoting and
// escaping").
func split(text string) []string {
	var words []string
	var word strings.Builder
	inWord, quote, escaped := false, rune(0), false
	for _, c := range strings.TrimRight(text, "\r\n") {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			inWord, escaped = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			inWord, quote = true, c
		case c == '#':
			return flush(words, &word, inWord)
		case c == ' ' || c == '\t':
			words, inWord = flush(words, &word, inWord), false
		default:
			inWord = true
			word.WriteRune(c)
		}
	}
	return flush(words, &word, inWord)
}

func flush(words []string, word *strings.Builder, inWord bool) []string {
	if inWord {
		words = append(words, word.String())
		word.Reset()
	}
	return words
}
