package engine

import (
	"fmt"
	"sync"
	"time"

	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

const (
	linesPerSecond = 50
	linesPerLog    = 5 << 20 // bytes
)

// budget is how much of a log is worth recording: 50 lines a second, 5 MB in all. The
// zero value is whole.
type budget struct {
	second time.Time // that lines are counted in
	count  int
	spent  int // bytes
}

// takes reports whether a line of that size is within the budget.
func (b *budget) takes(size int) bool {
	if second := time.Now().Truncate(time.Second); second != b.second {
		b.second, b.count = second, 0
	}
	b.count++
	b.spent += size
	return b.count <= linesPerSecond && b.spent <= linesPerLog
}

// output is what an operation says while it runs. A job may say a lot.
type output struct {
	loop *loop
	id   string

	mu     sync.Mutex
	budget budget
	over   int // lines that were too many
}

func (o *output) say(p targets.Progress) {
	o.mu.Lock()
	ok := o.budget.takes(len(p.Text.String()))
	if !ok {
		o.over++
	}
	o.mu.Unlock()
	if ok {
		o.send(p)
	}
}

// end says how much was not recorded.
func (o *output) end() {
	o.mu.Lock()
	over := o.over
	o.mu.Unlock()
	if over > 0 {
		o.send(targets.Progress{Text: text.Clean(fmt.Sprintf("%d more lines were too many to record", over))})
	}
}

func (o *output) send(p targets.Progress) {
	o.loop.send(message{news: []release.Body{release.Progressed(o.id, p)}})
}
