package plain

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"goaround/engine/release"
	"goaround/targets/text"
)

// Options say how a session is shown.
type Options struct {
	In   io.Reader // where words are typed; nil: nobody answers
	Out  io.Writer
	JSON bool           // one JSON object an event, in the shape of a recording's line, instead of words
	Why  string         // why it is plain, told in the first line
	Zone *time.Location // as Printer's
}

// Run follows a session to its end, and submits what is typed. When the input ends, or
// Out cannot be written, nobody is left to answer: unless the engine answers by itself,
// the session is left, which takes down what was staged before the cutover and holds
// after it. It returns the last State; an error only if ctx ended or Out could not be
// written.
func Run(ctx context.Context, session release.Session, o Options) (release.State, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := Printer{Zone: o.Zone}
	typed := make(chan string)
	if o.In != nil {
		go read(ctx, o.In, typed)
	}
	events := make(chan []release.Event)
	failed := make(chan error, 1)
	go follow(ctx, session, events, failed)
	gone := ""
	broken := o.begin()
	for {
		select {
		case batch, more := <-events:
			if !more {
				return p.State(), errors.Join(<-failed, broken)
			}
			for _, e := range batch {
				broken = cmp.Or(broken, o.show(&p, e))
			}
		case line, more := <-typed:
			if more {
				o.answer(ctx, session, p.State(), line)
				continue
			}
			typed, gone = nil, "the input ended"
		}
		if broken != nil {
			o.Out, gone = io.Discard, "the output ended"
		}
		if gone != "" {
			leave(ctx, session, p.State(), gone)
		}
	}
}

func (o Options) begin() error {
	line := "plain mode: " + o.Why
	if o.In != nil {
		line += "; type help for the words that answer"
	}
	if o.JSON {
		return nil
	}
	if _, err := fmt.Fprintln(o.Out, text.Clean(line)); err != nil {
		return fmt.Errorf("write line: %w", err)
	}
	return nil
}

func follow(ctx context.Context, session release.Session, events chan<- []release.Event, failed chan<- error) {
	defer close(events)
	for batch, err := range session.Follow(ctx, 0) {
		if err != nil {
			failed <- err
			return
		}
		select {
		case events <- batch:
		case <-ctx.Done():
			failed <- ctx.Err()
			return
		}
	}
	failed <- nil
}

// read hands over each line; of one that is too long, its start. It closes typed when
// the input has ended.
func read(ctx context.Context, in io.Reader, typed chan<- string) {
	defer close(typed)
	lines := bufio.NewReader(in)
	for rest := false; ; {
		line, cut, err := lines.ReadLine()
		if err != nil {
			return
		}
		if !rest {
			select {
			case typed <- string(line):
			case <-ctx.Done():
				return
			}
		}
		rest = cut
	}
}

func (o Options) show(p *Printer, e release.Event) error {
	if o.JSON {
		p.Lines(e)
		return WriteJSON(o.Out, e)
	}
	for _, line := range p.Lines(e) {
		if _, err := fmt.Fprintln(o.Out, line); err != nil {
			return fmt.Errorf("write line: %w", err)
		}
	}
	return nil
}

// answer submits the intent that a typed line means, and says why not if it is refused.
func (o Options) answer(ctx context.Context, session release.Session, s release.State, line string) {
	if strings.TrimSpace(line) == "" {
		return
	}
	in, err := Parse(s, line)
	if err == nil {
		err = session.Do(ctx, in)
	}
	if err == nil || o.JSON {
		return
	}
	for _, l := range refused(err) {
		fmt.Fprintln(o.Out, text.Clean(l))
	}
}

// leave ends a session that nobody is left to answer: one that was rolled back is
// closed, any other is left as it is. What is refused now is tried with the next events.
func leave(ctx context.Context, session release.Session, s release.State, why string) {
	var in release.Intent = release.Leave{Why: text.Clean(why)}
	switch {
	case s.Next == 0, s.Session.Yes, s.Closing != nil, s.Ended != nil, s.Session.Back && s.Pause != release.PauseClose:
		return
	case s.Switching(), s.RolledBack() && s.Pause != release.PauseClose:
		return
	case s.RolledBack():
		in = release.Proceed{Pause: release.PauseClose}
	}
	_ = session.Do(ctx, in)
}
