package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"time"

	"goaround/recordings"
	"goaround/targets/text"
)

// sessionsDir is where a user's recordings are: in XDG_STATE_HOME, or ~/.local/state.
func sessionsDir() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the state directory: %w", err)
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "goaround", "sessions"), nil
}

func openStore() (*recordings.Store, error) {
	dir, err := sessionsDir()
	if err != nil {
		return nil, unreadable(err)
	}
	return recordings.Open(dir), nil
}

// unreadable is an error of recordings that are there, or should be.
func unreadable(err error) error {
	var p *text.Problem
	if errors.As(err, &p) {
		return p
	}
	return &exit{exitInternal, text.NewProblem("recordings", err.Error(), "recordings are in $XDG_STATE_HOME/goaround, or else in ~/.local/state/goaround")}
}

// newID names a session that begins now.
func newID(app, env string) (string, error) {
	var salt [2]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return "", fmt.Errorf("name the session: %w", err)
	}
	return recordings.NewID(time.Now(), app, env, salt), nil
}

// record makes the recording of a new session.
func record(id string) (*recordings.Writer, error) {
	store, err := openStore()
	if err != nil {
		return nil, err
	}
	w, err := store.Create(id)
	if err != nil {
		return nil, fmt.Errorf("create the recording: %w", err)
	}
	return w, nil
}

// person is who is at the controls: GOAROUND_USER, else the name they are logged in by.
func person() string {
	if name := os.Getenv("GOAROUND_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "pilot"
}
