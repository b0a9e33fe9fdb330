package recordings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goaround/targets/text"
)

// maxNamed is how many recordings an ambiguous name lists.
const maxNamed = 10

// Find resolves "latest", an id, or a unique end or part of one; or a path of a
// directory (it has a "/"), whose id is then that path, absolute. The error is a
// *text.Problem if no recording or more than one has the name.
func (s *Store) Find(name string) (id string, err error) {
	if strings.ContainsRune(name, filepath.Separator) {
		return findPath(name)
	}
	list, err := s.List()
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return "", text.NewProblem("recording-none", "there are no recordings yet", "`goaround demo` makes one")
	case name == "latest":
		return list[0].ID, nil
	}
	for _, named := range []func(id, name string) bool{same, strings.HasSuffix, strings.Contains} {
		var ids []string
		for _, e := range list {
			if name != "" && named(e.ID, name) {
				ids = append(ids, e.ID)
			}
		}
		if len(ids) == 1 {
			return ids[0], nil
		}
		if len(ids) > 1 {
			return "", ambiguous(name, ids)
		}
	}
	return "", unknown(name)
}

func same(id, name string) bool { return id == name }

func findPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(filepath.Join(abs, eventsName))
	if err != nil || !info.Mode().IsRegular() {
		return "", unknown(path)
	}
	return abs, nil
}

func unknown(name string) *text.Problem {
	return text.NewProblem("recording-unknown", "there is no recording "+name, "`goaround sessions` lists them")
}

func ambiguous(name string, ids []string) *text.Problem {
	p := text.NewProblem("recording-ambiguous",
		fmt.Sprintf("%d recordings have %s in their name", len(ids), name),
		"name more of it")
	for _, id := range ids[:min(len(ids), maxNamed)] {
		p.More = append(p.More, text.Clean(id))
	}
	return p
}
