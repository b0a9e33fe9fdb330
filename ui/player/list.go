package player

import (
	"slices"
	"sort"
	"strings"
)

// list is the events that have something to say, as far as they were read, with the
// notes at their places.
type list struct {
	all     []entry
	acted   []entry // those of all that are acts or keys
	pending []entry // notes on events that were not read yet
	acts    bool    // acted is what is shown
}

// add appends what was read.
func (l *list) add(entries []entry) {
	for _, e := range entries {
		for len(l.pending) > 0 && l.pending[0].n < e.n {
			l.append(l.pending[0])
			l.pending = l.pending[1:]
		}
		l.append(e)
	}
}

func (l *list) append(e entry) {
	l.all = append(l.all, e)
	if e.act {
		l.acted = append(l.acted, e)
	}
}

// remark puts a note at its place; read is how many events were read.
func (l *list) remark(e entry, read int) {
	if e.n > read {
		l.pending = insert(l.pending, e)
		return
	}
	l.all, l.acted = insert(l.all, e), insert(l.acted, e)
}

// flush takes in the notes that are left, once all was read.
func (l *list) flush() {
	for _, e := range l.pending {
		l.append(e)
	}
	l.pending = nil
}

// cut drops what stands behind n events.
func (l *list) cut(n int) {
	l.all, l.acted = l.all[:within(l.all, n)], l.acted[:within(l.acted, n)]
}

// shown are the rows of the list.
func (l *list) shown() []entry {
	if l.acts {
		return l.acted
	}
	return l.all
}

// at is the index of the last row that has happened after n events; -1: none has.
func (l *list) at(n int) int { return within(l.shown(), n) - 1 }

// next is the first row behind n events; ok is false if there is none yet.
func (l *list) next(n int) (entry, bool) {
	rows := l.shown()
	if i := within(rows, n); i < len(rows) {
		return rows[i], true
	}
	return entry{}, false
}

// previous is the last row before the one at n.
func (l *list) previous(n int) (entry, bool) {
	rows := l.shown()
	i := l.at(n)
	if i < 0 {
		return entry{}, false
	}
	if rows[i].n < n {
		return rows[i], true
	}
	if j := within(rows, n-1); j > 0 {
		return rows[j-1], true
	}
	return entry{}, false
}

// alarm is the first alarm behind n events, of all entries.
func (l *list) alarm(n int) (entry, bool) {
	for _, e := range l.all[within(l.all, n):] {
		if e.alarm {
			return e, true
		}
	}
	return entry{}, false
}

// find are the indexes of the shown rows with a text, whatever the case.
func (l *list) find(what string) []int {
	what = strings.ToLower(what)
	var out []int
	for i, e := range l.shown() {
		if strings.Contains(strings.ToLower(e.word+" "+e.text), what) {
			out = append(out, i)
		}
	}
	return out
}

func within(rows []entry, n int) int {
	return sort.Search(len(rows), func(i int) bool { return rows[i].n > n })
}

func insert(rows []entry, e entry) []entry { return slices.Insert(rows, within(rows, e.n), e) }
