package checklist

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

const (
	maxSize   = 64 << 10 // bytes of a file
	maxDepth  = 32       // lists and maps within each other, in brackets
	maxColumn = 200      // where `-` may stand: bounds the lists within each other on a line
)

// tree reads YAML into nodes. It returns nil when there is nothing to read on from.
func (r *reader) tree(data string) *node {
	tokens := lexer.Tokenize(data)
	if !r.shallow(tokens) {
		return nil
	}
	r.refuse(tokens)
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); doc.Body != nil && !directive {
			return r.node("", doc.Body)
		}
	}
	return &node{kind: kindNull, line: 1, column: 1}
}

// shallow reports whether the nesting is one that a person writes, before anything
// recursive looks at it.
func (r *reader) shallow(tokens token.Tokens) bool {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Column > maxColumn {
				depth = maxDepth + 1
			}
		}
		if depth > maxDepth {
			r.fail(place(t), "lists and maps are nested too deep here", "nothing in goaround.yaml is nested deeper than a few levels: check the brackets")
			return false
		}
	}
	return true
}

// refuse reports what YAML has and this file does not use.
func (r *reader) refuse(tokens token.Tokens) {
	content, ended, directive := false, false, 0
	for _, t := range tokens {
		if say, hint, found := unused(t); found {
			r.fail(place(t), say, hint)
		}
		if t.Type == token.DirectiveType {
			directive = t.Position.Line
		}
		if t.Type == token.CommentType || t.Position.Line == directive {
			continue
		}
		header := t.Type == token.DocumentHeaderType
		if content && (header || ended) {
			r.fail(place(t), "a second document begins here", "keep one document in the file: take out everything from here on")
			return
		}
		ended = ended || t.Type == token.DocumentEndType
		content = content || !header
	}
}

func unused(t *token.Token) (say, hint string, found bool) {
	switch t.Type {
	case token.AnchorType:
		return "anchors (`&name`) are not used in this file", "take the `&name` away and write the value where it is needed", true
	case token.AliasType:
		return "aliases (`*name`) are not used in this file", "write the value out in place of `*name`; a text that begins with `*` needs quotes", true
	case token.MergeKeyType:
		return "merge keys (`<<`) are not used in this file", "write the fields out here", true
	case token.TagType:
		return "tags (`!name`) are not used in this file", "take the tag away; a text that begins with `!` needs quotes", true
	case token.MappingKeyType:
		return "keys written with `?` are not used in this file", "write `key: value`", true
	case token.DirectiveType:
		return "directives (`%NAME`) are not used in this file", "take the line away; a text that begins with `%` needs quotes", true
	}
	return "", "", false
}

// node turns what the library parsed into a node.
func (r *reader) node(name string, in ast.Node) *node {
	n := place(in.GetToken())
	n.name = name
	switch v := in.(type) {
	case *ast.AnchorNode:
		return r.node(name, v.Value)
	case *ast.TagNode:
		return r.node(name, v.Value)
	case *ast.AliasNode:
		n.kind = kindRefused
	case *ast.NullNode:
		n.kind = kindNull
	case *ast.MappingNode:
		r.mapping(n, v)
	case *ast.SequenceNode:
		n.kind = kindSequence
		for _, item := range v.Values {
			child := r.node(name, item)
			child.item = true
			n.items = append(n.items, child)
		}
	case *ast.LiteralNode:
		n.kind, n.text = kindScalar, v.Value.Value
	case ast.ScalarNode:
		t := v.GetToken()
		n.kind, n.text = kindScalar, t.Value
		n.quoted = t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
	default:
		n.kind = kindRefused
	}
	return n
}

func (r *reader) mapping(n *node, in *ast.MappingNode) {
	n.kind = kindMapping
	for _, v := range in.Values {
		key := keyNode(v.Key)
		if len(n.pairs) == 0 && !in.IsFlowStyle {
			n.line, n.column = key.line, key.column
		}
		if v.Key.IsMergeKey() {
			continue
		}
		if first, found := n.find(key.text); found {
			r.fail(key, quote(key.text)+" is there twice", fmt.Sprintf("the first is in line %d: keep one of them", first.key.line))
			continue
		}
		n.pairs = append(n.pairs, pair{key, r.node(key.text, v.Value)})
	}
}

func keyNode(in ast.Node) *node {
	if k, marked := in.(*ast.MappingKeyNode); marked {
		in = k.Value
	}
	n := place(in.GetToken())
	n.text = in.GetToken().Value
	return n
}

func place(t *token.Token) *node {
	return &node{line: max(1, t.Position.Line), column: max(1, t.Position.Column)}
}

// syntax reports the library's error, unless what stands there is reported already.
func (r *reader) syntax(err error) {
	var positioned interface {
		GetToken() *token.Token
		GetMessage() string
	}
	at, message := &node{line: 1, column: 1}, err.Error()
	if errors.As(err, &positioned) {
		message = positioned.GetMessage()
		if t := positioned.GetToken(); t != nil && t.Position != nil {
			at = place(t)
		}
	}
	say, hint := explain(message)
	for _, e := range r.errs {
		if e.Line == at.line && e.Column == at.column {
			return
		}
	}
	r.fail(at, say, hint)
}

// explain puts the library's commonest messages into plain words.
func explain(message string) (say, hint string) {
	for _, e := range [...]struct{ message, say, hint string }{
		{`found character '	'`, "a tab stands where the indentation is", "indent with spaces: YAML takes no tabs there"},
		{"could not find flow mapping end token", "this `{` is never closed", "add the `}` that belongs to it"},
		{"sequence end token", "this `[` is never closed", "add the `]` that belongs to it"},
		{"could not find end character", "this quote is never closed", "add the quote that belongs to it"},
		{"mapping value is not allowed", "a `key: value` cannot stand here", "check the indentation; a text that contains `: ` needs quotes"},
		{"value is not allowed", "a value cannot stand here", "check the indentation: fields of one map begin in the same column"},
		{"non-map value is specified", "here is a value where a `key:` belongs", "write `key: value`, in the same column as the keys around it"},
		{"reserved character", "a text cannot begin with this character", "put the text in quotes"},
		{"unknown escape character", "this escape is unknown", "in double quotes write `\\\\` for a backslash, or use single quotes"},
		{"unexpected directive", "a text cannot begin with `%`", "put the text in quotes"},
	} {
		if strings.Contains(message, e.message) {
			return e.say, e.hint
		}
	}
	return "this is not YAML: " + message, "check the indentation, the quotes and the brackets just here and in the line above"
}
