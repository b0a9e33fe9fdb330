package compose

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// position is "compose.yaml:14", where the Compose files say something of a key of a
// service; the last file wins, as it does for Compose. Without keys it is where the
// service begins. What no file says, for example because it comes from another file
// by `extends:`, is in "the Compose file".
func (p *project) position(service string, keys ...string) string {
	path := (&yaml.PathBuilder{}).Root().Child("services").Child(service)
	for _, k := range keys {
		path = path.Child(k)
	}
	found := "the Compose file"
	for _, name := range p.base.ComposeFiles {
		if line, ok := lineOf(name, path.Build()); ok {
			found = p.relative(name) + ":" + strconv.Itoa(line)
		}
	}
	return found
}

func (p *project) relative(name string) string {
	if short, err := filepath.Rel(p.dir, name); err == nil {
		return short
	}
	return name
}

func lineOf(name string, path *yaml.Path) (line int, ok bool) {
	data, err := os.ReadFile(name)
	if err != nil {
		return 0, false
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return 0, false
	}
	node, err := path.FilterFile(file)
	if err != nil || node == nil {
		return 0, false
	}
	return first(node), true
}

// first is the line that a node begins on: a mapping's own token is its first colon.
func first(n ast.Node) int {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		n = m.Values[0]
	}
	if v, ok := n.(*ast.MappingValueNode); ok {
		n = v.Key
	}
	return n.GetToken().Position.Line
}
