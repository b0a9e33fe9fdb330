package compose_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"goaround/targets"
	"goaround/targets/compose"
	"goaround/targets/compose/composetest"
	"goaround/targets/text"
)

var _ targets.Target = (*compose.Target)(nil)

// open opens a target of a stack, as one laptop would.
func open(t *testing.T, s *composetest.Stack) *compose.Target {
	t.Helper()
	return openWith(t, s, func(*compose.Config) {})
}

func openWith(t *testing.T, s *composetest.Stack, change func(*compose.Config)) *compose.Target {
	t.Helper()
	file := s.File(t)
	cfg := compose.Config{File: file, Dir: s.Dir, Env: file.Environments[0]}
	change(&cfg)
	target, err := compose.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { target.Close() })
	return target
}

func claim(by string) targets.Claim { return targets.Claim{By: by, Session: "session-of-" + by} }

func acquire(t *testing.T, target *compose.Target, c targets.Claim) targets.Lease {
	t.Helper()
	l, err := target.Acquire(t.Context(), c)
	if err != nil {
		t.Fatalf("%s acquires: %v", c.By, err)
	}
	t.Cleanup(func() { giveBack(t, l) })
	return l
}

func giveBack(t *testing.T, l targets.Lease) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	if err := l.Release(ctx); err != nil {
		t.Errorf("give back the lease: %v", err)
	}
}

// heldBy asks that err says who has the lease.
func heldBy(t *testing.T, err error, by string) {
	t.Helper()
	var held *targets.HeldError
	if !errors.As(err, &held) {
		t.Fatalf("error %v, want a *targets.HeldError", err)
	}
	if held.By.String() != by {
		t.Errorf("held by %q, want %q", held.By, by)
	}
}

// observe observes the one host of a target.
func observe(t *testing.T, target *compose.Target) targets.Host {
	t.Helper()
	o, err := target.Observe(t.Context())
	if err != nil {
		t.Fatalf("observe: %v", err)
	}
	return o.Hosts[0]
}

// problem asks that err is a problem with that code and a hint.
func problem(t *testing.T, err error, code string) *text.Problem {
	t.Helper()
	var p *text.Problem
	if !errors.As(err, &p) {
		t.Fatalf("error %v, want the problem %s", err, code)
	}
	if p.Code != code || p.Hint.IsZero() {
		t.Errorf("problem %s: %s (%s), want %s", p.Code, p.Say, p.Hint, code)
	}
	return p
}

// receive waits for a channel to be closed or to give something.
func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(time.Minute):
		t.Fatalf("waited a minute for %s", what)
		panic("not reached")
	}
}

// contextOf is the test's context and what ends it.
func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
