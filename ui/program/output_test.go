package program

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// dam takes bytes only once it is opened.
type dam struct {
	open  chan struct{}
	taken bytes.Buffer
}

func (d *dam) Write(b []byte) (int, error) {
	<-d.open
	return d.taken.Write(b)
}

func TestAWriteThatIsNotTakenIsGivenUpOnlyOnceTheContextHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d := &dam{open: make(chan struct{})}
		out := Output(ctx, d)
		ended := make(chan error, 1)
		go func() {
			_, err := io.WriteString(out, "frame")
			ended <- err
		}()
		time.Sleep(8 * time.Hour)
		synctest.Wait()
		if len(ended) > 0 {
			t.Fatalf("given up with a context that goes on: %v", <-ended)
		}
		cancel()
		start := time.Now()
		if err := <-ended; !errors.Is(err, errStuck) || time.Since(start) != patience {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		if _, err := io.WriteString(out, "the last"); !errors.Is(err, errStuck) {
			t.Errorf("a write after that: %v", err)
		}
		close(d.open)
	})
}

func TestATerminalThatTakesBytesIsGivenBackAfterTheContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	d := &dam{open: make(chan struct{})}
	close(d.open)
	out := Output(ctx, d)
	cancel()
	for _, s := range []string{"leave ", "the alternate screen"} {
		if n, err := io.WriteString(out, s); n != len(s) || err != nil {
			t.Fatalf("wrote %d: %v", n, err)
		}
	}
	if got := d.taken.String(); got != "leave the alternate screen" {
		t.Errorf("the terminal got %q", got)
	}
}
