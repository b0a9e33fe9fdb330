// Command load visits the shop as its customers do, and counts what went wrong.
//
//	load -url http://localhost:8080
//
// Several customers at once keep a connection, others open one for each request, one
// buys all the time, and requests of 3 s are always in flight. Nobody asks twice.
//
// It waits up to a minute for the shop to open, and prints "ready" then. Each line on
// standard input ends a leg: the leg's figures are printed, and a new one begins. The
// end of the input, or an interrupt, ends the last leg.
//
//	requests=10000 failed=0 orders=92 last:v1=2310 last:v2=9990
//
// last:v1 is when the last request that version v1 answered was sent, in milliseconds
// since the leg began.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) error {
	v, err := parse(args, errs)
	if err != nil {
		return err
	}
	if err := opened(ctx, v.addr); err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	legs(ctx, v, in, out, newTally(errs))
	return nil
}

func parse(args []string, errs io.Writer) (visitors, error) {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.SetOutput(errs)
	base := flags.String("url", "http://localhost:8080", "where the shop is")
	kept := flags.Int("kept", 200, "requests a second over kept connections")
	fresh := flags.Int("fresh", 50, "requests a second over new connections")
	if err := flags.Parse(args); err != nil {
		return visitors{}, err
	}
	at, err := url.Parse(*base)
	if err != nil || at.Scheme != "http" || at.Port() == "" {
		return visitors{}, fmt.Errorf("-url %s: want http://host:port", *base)
	}
	if *kept < 1 || *fresh < 1 {
		return visitors{}, errors.New("-kept and -fresh are at least 1")
	}
	return visitors{addr: at.Host, kept: *kept, fresh: *fresh}, nil
}

// legs has the shop visited, and prints a line for each of in and one at the end.
func legs(ctx context.Context, v visitors, in io.Reader, out io.Writer, t *tally) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	left := v.visit(ctx, t)
	read := lines(ctx, in)
	for more := true; more; {
		select {
		case <-ctx.Done():
			more = false
		case _, more = <-read:
		}
		if more {
			fmt.Fprintln(out, t.next())
		}
	}
	cancel()
	left.Wait()
	fmt.Fprintln(out, t.next())
}

// opened returns when the shop at addr answers a first request.
func opened(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c := &client{addr: addr}
	defer c.close()
	for {
		_, err := c.get("/")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the shop does not open: %w", err)
		case <-time.After(time.Second / 4):
		}
	}
}

// lines hands over a value for each line of in, and closes the channel at its end.
func lines(ctx context.Context, in io.Reader) <-chan struct{} {
	read := make(chan struct{})
	go func() {
		defer close(read)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case read <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return read
}
