package recordings

import (
	"fmt"
	"io"
	"iter"
	"sort"
	"sync"
)

// apart is by how many records marks lie apart.
const apart = 256

// mark is where a record begins, and what its line must join to.
type mark struct {
	at    int64
	chain chain
}

// marks are where reading a recording can begin while it is written. The zero value has
// none. Safe for concurrent use.
type marks struct {
	mu  sync.Mutex
	all []mark // by number of the record
}

// add keeps the mark of a record that was written, if it is far enough from the last.
func (m *marks) add(written mark) {
	if written.chain.next%apart != 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, written)
}

// before is the last mark up to record n; the start, if there is none.
func (m *marks) before(n uint64) mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	behind := sort.Search(len(m.all), func(i int) bool { return m.all[i].chain.next > n })
	if behind == 0 {
		return mark{}
	}
	return m.all[behind-1]
}

// From yields the records from number n on, as far as they are written; the error comes
// last, if the disk fails. Any goroutine may call it, while another appends, and after
// Close.
func (w *Writer) From(n uint64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		f, err := openIn(w.dir, w.id)
		if err != nil {
			yield(Record{}, err)
			return
		}
		defer f.Close()
		m := w.marks.before(n)
		if _, err := f.Seek(m.at, io.SeekStart); err != nil {
			yield(Record{}, fmt.Errorf("read recording %s: %w", w.id, err))
			return
		}
		in := newScanner(f)
		in.chain = m.chain
		in.each(w.id, n, yield)
	}
}
