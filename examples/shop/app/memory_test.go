package main

import (
	"cmp"
	"context"
	"sync"
)

// memory is the store without a database. It is as broken as err says.
type memory struct {
	mu    sync.Mutex
	carts map[string]map[item]int
	paid  int64
	err   error
}

func (m *memory) ready(context.Context) error { return m.err }

func (m *memory) add(_ context.Context, buyer string, i item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.carts == nil {
		m.carts = map[string]map[item]int{}
	}
	if m.carts[buyer] == nil {
		m.carts[buyer] = map[item]int{}
	}
	m.carts[buyer][i]++
	return m.err
}

func (m *memory) cart(_ context.Context, buyer string) ([]line, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var lines []line
	for i, count := range m.carts[buyer] {
		lines = append(lines, line{i.Name, count})
	}
	return lines, m.err
}

func (m *memory) pay(_ context.Context, buyer string) (order, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil || len(m.carts[buyer]) == 0 {
		return order{}, cmp.Or(m.err, errEmptyCart)
	}
	m.paid++
	paid := order{ID: m.paid}
	for i, count := range m.carts[buyer] {
		paid.Cents += count * i.Cents
	}
	delete(m.carts, buyer)
	return paid, nil
}
