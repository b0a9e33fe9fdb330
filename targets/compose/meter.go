package compose

import (
	"io"
	"sync/atomic"
	"time"

	"goaround/targets"
)

// meterEvery is how often a meter says something.
const meterEvery = 500 * time.Millisecond

// meter says how far bytes are on their way to a host: when they begin, twice a second
// while that changes, and at the end.
type meter struct {
	done, total atomic.Int64

	word   targets.Progress // without numbers
	report func(targets.Progress)
	began  time.Time
	end    chan struct{} // closed: say nothing more
	ended  chan struct{} // closed: nothing is said any more
}

// meter starts one. Its stop must be called.
func (h *host) meter(say string, total int64, report func(targets.Progress)) *meter {
	m := &meter{word: targets.Progress{Host: h.name, Text: h.door.Line(say)}, report: report, began: time.Now(),
		end: make(chan struct{}), ended: make(chan struct{})}
	m.total.Store(total)
	report(m.now(0))
	go m.run()
	return m
}

func (m *meter) now(rate int64) targets.Progress {
	p := m.word
	p.Total, p.Rate = m.total.Load(), rate
	p.Done = min(m.done.Load(), p.Total)
	return p
}

func (m *meter) run() {
	defer close(m.ended)
	tick := time.NewTicker(meterEvery)
	defer tick.Stop()
	for was := m.now(0); ; {
		select {
		case <-m.end:
			return
		case <-tick.C:
		}
		p := m.now(0)
		p.Rate = (was.Rate + (p.Done-was.Done)*int64(time.Second/meterEvery)) / 2
		if p != was {
			m.report(p)
		}
		was = p
	}
}

// stop ends it; what is whole is said to be, with the rate from the beginning on.
func (m *meter) stop(whole bool) {
	close(m.end)
	<-m.ended
	if whole {
		m.done.Store(m.total.Load())
		m.report(m.now(int64(float64(m.total.Load()) / max(time.Since(m.began), time.Millisecond).Seconds())))
	}
}

// count has the meter count what is read.
func (m *meter) count(r io.Reader) io.Reader { return counted{r, m} }

type counted struct {
	io.Reader
	meter *meter
}

// Read counts.
func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.meter.done.Add(int64(n))
	return n, err
}
