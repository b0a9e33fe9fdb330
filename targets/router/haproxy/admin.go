package haproxy

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

const (
	answerWithin = 5 * time.Second // for all answers to one question
	maxAnswer    = 8 << 20
	attempts     = 5
)

var errStopping = errors.New("the worker that answered is stopping")

// admin is a held-open stream to HAProxy's runtime API in prompt mode, where the answer
// to each command ends in an empty line and "> ". Whoever asks has the stream alone. One
// that failed in the middle of an answer is never used again, so every answer that is
// read belongs to the question. Questions must be safe to repeat.
type admin struct {
	dial func(context.Context) (net.Conn, error)
	turn chan struct{} // holds one token while the stream is free
	conn net.Conn      // nil: none is open; belongs to who has the turn, as does r
	r    *bufio.Reader
}

// reply is what one worker answered.
type reply struct {
	answers []string // one for each command
	info    info     // of the worker, after the last command
}

func newAdmin(dial func(context.Context) (net.Conn, error)) *admin {
	a := &admin{dial: dial, turn: make(chan struct{}, 1)}
	a.turn <- struct{}{}
	return a
}

// ask sends commands in one line. After a reload the stream still leads to the old
// worker, which is stopping and changes nothing any more: then, and when the stream
// broke, it opens a new one and asks again.
func (a *admin) ask(ctx context.Context, commands ...string) (reply, error) {
	if err := a.take(ctx); err != nil {
		return reply{}, err
	}
	defer a.give()
	return a.askAgain(ctx, commands...)
}

// askAnew is ask over a new stream: the worker answers that new connections get.
func (a *admin) askAnew(ctx context.Context, commands ...string) (reply, error) {
	if err := a.take(ctx); err != nil {
		return reply{}, err
	}
	defer a.give()
	a.drop()
	return a.askAgain(ctx, commands...)
}

// refresh asks for nothing, so that a stream that has ended is replaced, unless somebody
// has the turn: they will see to it. It reports whether there was an answer.
func (a *admin) refresh(ctx context.Context) bool {
	select {
	case <-a.turn:
		defer a.give()
		_, err := a.askAgain(ctx)
		return err == nil
	default:
		return false
	}
}

// take waits for the turn; give hands it on.
func (a *admin) take(ctx context.Context) error {
	select {
	case <-a.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *admin) give() { a.turn <- struct{}{} }

func (a *admin) close() {
	<-a.turn
	a.drop()
	a.give()
}

// askAgain is ask for who has the turn.
func (a *admin) askAgain(ctx context.Context, commands ...string) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var err error
	for i := range attempts {
		if i > 1 {
			pause(ctx, nil, 50*time.Millisecond)
		}
		var r reply
		if r, err = a.askOnce(ctx, commands); err == nil {
			return r, nil
		}
		a.drop()
		if ctx.Err() != nil {
			break
		}
	}
	return reply{}, err
}

func (a *admin) askOnce(ctx context.Context, commands []string) (reply, error) {
	if a.conn == nil {
		if err := a.open(ctx); err != nil {
			return reply{}, err
		}
	}
	answers, err := a.exchange(ctx, strings.Join(append(commands, "show info"), ";")+"\n", len(commands)+1)
	if err != nil {
		return reply{}, err
	}
	last := len(commands)
	r := reply{answers: answers[:last], info: parseInfo(answers[last])}
	if r.info.stopping {
		return reply{}, errStopping
	}
	return r, nil
}

func (a *admin) open(ctx context.Context) error {
	conn, err := a.dial(ctx)
	if err != nil {
		return err
	}
	a.conn, a.r = conn, bufio.NewReader(conn)
	_, err = a.exchange(ctx, "prompt\nset timeout cli 1h\n", 2)
	return err
}

func (a *admin) exchange(ctx context.Context, question string, answers int) ([]string, error) {
	conn := a.conn
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if _, err := conn.Write([]byte(question)); err != nil {
		return nil, ended(ctx, err)
	}
	var all []string
	for range answers {
		one, err := a.answer()
		if err != nil {
			return nil, ended(ctx, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// answer reads up to the next prompt.
func (a *admin) answer() (string, error) {
	prompt := []byte("\n> ")
	var b []byte
	for !bytes.HasSuffix(b, prompt) {
		part, err := a.r.ReadBytes(' ')
		if err != nil {
			return "", err
		}
		if b = append(b, part...); len(b) > maxAnswer {
			return "", fmt.Errorf("the answer is over %d bytes", maxAnswer)
		}
	}
	return strings.TrimSpace(string(b[:len(b)-len(prompt)])), nil
}

func (a *admin) drop() {
	if a.conn != nil {
		a.conn.Close()
		a.conn = nil
	}
}

// ended is the error of ctx if that is why a stream broke.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// pause waits for d, until ctx ends, or until wake is closed.
func pause(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}
