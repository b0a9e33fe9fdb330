package checklist

// kind says what a node is.
type kind int

const (
	kindNull kind = iota
	kindScalar
	kindMapping
	kindSequence
	kindRefused // reported already: readers pass over it in silence
)

// String names the kind as an error does.
func (k kind) String() string {
	return [...]string{"empty", "a single value", "a map", "a list", "refused"}[k]
}

// node is one value of the file, free of the YAML library's types.
type node struct {
	kind   kind
	name   string // the key it stands under, or its list does; empty: the file itself
	item   bool   // it stands in a list
	line   int
	column int
	text   string  // scalar: as written, with quotes and escapes resolved
	quoted bool    // scalar: in quotes
	items  []*node // sequence
	pairs  []pair  // mapping: no key twice
}

type pair struct{ key, value *node }

// find returns the pair of that key.
func (n *node) find(key string) (pair, bool) {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p, true
		}
	}
	return pair{}, false
}

// at is the place offset characters into a scalar.
func (n *node) at(offset int) *node {
	moved := *n
	moved.column += offset
	if n.quoted {
		moved.column++
	}
	return &moved
}
