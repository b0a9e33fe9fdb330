package compose

import (
	"maps"
	"sync"
	"time"
)

// times keep how long each operation took last. The zero value knows none.
type times struct {
	mu   sync.Mutex
	took map[string]time.Duration
}

func (t *times) note(name string, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.took == nil {
		t.took = map[string]time.Duration{}
	}
	t.took[name] = took
}

// into puts them over what is known.
func (t *times) into(known map[string]time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	maps.Copy(known, t.took)
}
