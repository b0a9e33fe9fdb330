// Package engine runs a session: it is the one writer of its log. It takes intents,
// decides them, begins what is due, does the operations on the target, and appends what
// came of them. One goroutine, the loop, appends; workers do everything that can wait.
//
// An intent is on disk before its act. The way back alone does not wait for the disk
// longer than 250 ms.
package engine

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"

	"goaround/checklist"
	"goaround/engine/checks"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

// Config is what a session is run with.
type Config struct {
	ID       string // of the session: its recording's ID
	Version  string // of goaround
	File     *checklist.File
	Env      checklist.Environment
	Ask      map[string]string // service to image, as asked for
	Pilot    string            // name of the person at the controls
	Target   targets.Target
	Checks   *checks.Runner
	Outside  *http.Client // asks addresses that anybody can reach; nil: checks.Outside
	Recorder Recorder
	Door     *text.Door
	At       time.Time      // nothing is staged before; zero: as soon as the votes are in
	Back     bool           // `goaround rollback`: take the lease from whoever has it, and go back; Ask is empty
	Confirm  text.Safe      // Back: the version that a person typed, for a way back that is not safe
	Why      text.Safe      // Back: what it is for, if that was said
	Asks     bool           // Back: somebody is there who can be asked what it was for
	Resume   *release.State // the State of a session that is gone on with: Resumable, and nobody runs it; Ask is its own
	Yes      bool
	Demo     bool
	Speed    float64 // 0 and 1: real time
}

// Engine is a running session.
type Engine struct {
	cfg   Config
	log   *journal
	inbox chan message
	over  chan struct{}
	end   release.State // this and lost are read only after over is closed
	lost  error
}

// Start begins a session. It goes on until it has ended by itself: a ctx that ends
// takes down what was staged before the cutover, and holds after it.
func Start(ctx context.Context, cfg Config) *Engine {
	if cfg.Outside == nil {
		cfg.Outside = checks.Outside()
	}
	e := &Engine{cfg: cfg, log: newJournal(cfg.Recorder), inbox: make(chan message, 64), over: make(chan struct{})}
	go e.run(ctx)
	return e
}

// Wait returns the last State, after the session has ended and its recording is closed.
// The error says that the recording lacks its end, or more.
func (e *Engine) Wait() (release.State, error) {
	<-e.over
	return e.end, e.lost
}

// Over is closed when the session has ended.
func (e *Engine) Over() <-chan struct{} { return e.over }

// As is the session as a person sees it: intents are theirs.
func (e *Engine) As(by release.Actor) release.Session { return seat{e, by} }

// Pilot is the actor of the person who started the session.
func (c Config) pilot() release.Actor {
	return release.Actor{Name: c.Pilot, Role: release.RolePilot}
}

type seat struct {
	*Engine
	by release.Actor
}

// Follow yields the log.
func (s seat) Follow(ctx context.Context, from uint64) iter.Seq2[[]release.Event, error] {
	return s.log.follow(ctx, from)
}

// Do submits an intent.
func (s seat) Do(ctx context.Context, in release.Intent) error {
	reply := make(chan error, 1)
	select {
	case s.inbox <- message{by: s.by, intent: in, reply: reply}:
	case <-s.over:
		return text.NewProblem("ended", "the session has ended", "`goaround status` says what is live")
	case <-ctx.Done():
		return fmt.Errorf("submit: %w", ctx.Err())
	}
	select {
	case err := <-reply:
		return err
	case <-s.over:
		select {
		case err := <-reply:
			return err
		default:
			return text.NewProblem("ended", "the session has ended", "`goaround status` says what is live")
		}
	case <-ctx.Done():
		return fmt.Errorf("submit: %w", ctx.Err())
	}
}

// problem makes an error one that a person can read: a Problem as it is, anything else
// behind the door.
func (e *Engine) problem(code string, err error, hint string) *text.Problem {
	return problemOf(e.cfg.Door, code, err, hint)
}

const beat = 250 * time.Millisecond
