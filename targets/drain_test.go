package targets_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"goaround/targets"
)

// drained drains what is in flight as counts say, one look after the other, the last for
// good; -1 cannot be counted.
func drained(t *testing.T, limit time.Duration, counts ...int) (left int, took time.Duration, said []string) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var err error
		left, err = targets.Drain(t.Context(), limit, func(context.Context) (int, error) {
			n := counts[0]
			counts = counts[min(1, len(counts)-1):]
			if n < 0 {
				return 0, errors.New("the proxy is silent")
			}
			return n, nil
		}, func(p targets.Progress) { said = append(said, p.Text.String()) })
		if err != nil {
			t.Error(err)
		}
		took = time.Since(began)
	})
	return left, took, said
}

func TestADrainWaitsOnlyWhileSomethingIsInFlight(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		left   int
		took   time.Duration
		said   []string
	}{
		"nothing":             {[]int{0}, 0, 0, nil},
		"some that end":       {[]int{3, 3, 1, 0}, 0, 750 * time.Millisecond, []string{"draining 3 requests", "draining 1 request", "nothing is in flight any more"}},
		"one that does not":   {[]int{1}, 1, 2 * time.Second, []string{"draining 1 request"}},
		"nobody knows":        {[]int{-1}, 0, 2 * time.Second, nil},
		"known for a while":   {[]int{2, -1}, 2, 2 * time.Second, []string{"draining 2 requests"}},
		"known after a while": {[]int{-1, -1, 0}, 0, 500 * time.Millisecond, nil},
	} {
		t.Run(name, func(t *testing.T) {
			left, took, said := drained(t, 2*time.Second, c.counts...)
			if left != c.left || took != c.took {
				t.Errorf("%d left after %s, want %d after %s", left, took, c.left, c.took)
			}
			if diff := cmp.Diff(c.said, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADrainEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := targets.Drain(ctx, time.Minute, func(context.Context) (int, error) { return 1, nil }, func(targets.Progress) {})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
	})
}

func TestWhatWasCutIsSaid(t *testing.T) {
	if p := targets.CutOff(1, 30*time.Second); p.Text.String() != "1 connection was cut after 30s" || p.Cut != 1 {
		t.Errorf("%+v", p)
	}
	if p := targets.CutOff(2, 2*time.Second); p.Text.String() != "2 connections were cut after 2s" || p.Cut != 2 {
		t.Errorf("%+v", p)
	}
}
