package recordings

import (
	"errors"
	"fmt"
)

// chain is how far a recording is good, and what the next line must join to. The zero
// value is the start.
type chain struct {
	next  uint64 // number of the next record
	head  string // hash of the last one, hex
	ended bool   // the last one is of KindEnd
}

// join takes a line, without its newline, as the next record.
func (c *chain) join(raw []byte) (Record, error) {
	l, err := splitLine(raw)
	if err != nil {
		return Record{}, err
	}
	switch {
	case *l.N != c.next:
		return Record{}, fmt.Errorf("the line is record %d", *l.N)
	case c.next == 0 && l.V == "":
		return Record{}, errors.New("the first record has no format version")
	case hashOf([]byte(c.head), l.body) != string(l.hash):
		return Record{}, errors.New("the hash is wrong")
	case l.payload != nil && hashOf(l.salt, l.payload) != l.DH:
		return Record{}, errors.New("the hash of the payload is wrong")
	}
	r := l.record()
	*c = chain{next: c.next + 1, head: r.Hash, ended: l.K == KindEnd}
	return r, nil
}
