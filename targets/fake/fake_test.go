package fake_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"goaround/targets"
	"goaround/targets/fake"
)

// bubble runs a rule under the fake clock.
func bubble(t *testing.T, rule func(*testing.T)) {
	t.Helper()
	synctest.Test(t, rule)
}

// elapse lets d pass and everything that is due by then happen.
func elapse(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func pilot(t *testing.T, f *fake.Target) targets.Lease {
	t.Helper()
	l, err := f.Acquire(t.Context(), targets.Claim{By: "ana", Session: "s1"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func resolve(t *testing.T, f *fake.Target, ref string) targets.Release {
	t.Helper()
	r, err := f.Resolve(t.Context(), map[string]string{"web": ref}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func op(v targets.Verb, host string, slot targets.Slot, r targets.Release) targets.Op {
	return targets.Op{ID: string(v) + "@" + host, Host: host, Verb: v, Slot: slot, Release: r, Session: "s1"}
}

func do(t *testing.T, f *fake.Target, o targets.Op) {
	t.Helper()
	if err := f.Do(t.Context(), o, nil); err != nil {
		t.Fatal(err)
	}
}

// stage has ref ready in blue on host.
func stage(t *testing.T, f *fake.Target, host, ref string) {
	t.Helper()
	r := resolve(t, f, ref)
	do(t, f, op(targets.VerbStage, host, targets.Blue, r))
	do(t, f, op(targets.VerbReady, host, targets.Blue, r))
}

// cutover has ref live in blue on host.
func cutover(t *testing.T, f *fake.Target, host, ref string) {
	t.Helper()
	stage(t, f, host, ref)
	do(t, f, op(targets.VerbRoute, host, targets.Blue, targets.Release{}))
}

func see(t *testing.T, f *fake.Target, host string) targets.Host {
	t.Helper()
	o, err := f.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h, ok := o.Host(host)
	if !ok {
		t.Fatalf("%s is not observed", host)
	}
	return h
}

// watch collects sightings until stop is called, which returns them.
func watch(t *testing.T, f *fake.Target) (stop func() []targets.Sighting) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var seen []targets.Sighting
	ended := make(chan error)
	go func() {
		ended <- f.Watch(ctx, func(s targets.Sighting) { seen = append(seen, s) })
	}()
	synctest.Wait()
	return func() []targets.Sighting {
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("watch: %v", err)
		}
		return seen
	}
}

// only is the sightings of one kind.
func only[S targets.Sighting](seen []targets.Sighting) (of []S) {
	for _, s := range seen {
		if s, ok := s.(S); ok {
			of = append(of, s)
		}
	}
	return of
}
