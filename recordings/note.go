package recordings

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"goaround/targets/text"
)

const notesName = "notes.jsonl"

// maxNotes is how many bytes of notes are read.
const maxNotes = 16 << 20

// Note is a remark that somebody made about a recording afterwards. Notes stand beside
// the record, never inside it: no hash covers them.
type Note struct {
	At   time.Time `json:"t"`  // when it was made, UTC
	By   text.Safe `json:"by"` // who made it
	N    uint64    `json:"n"`  // the record that it is about
	Text text.Safe `json:"text"`
}

// Notes returns the notes on recording id, in the order in which they were made. A line
// that is no note is left out.
func (s *Store) Notes(id string) ([]Note, error) {
	dir, err := s.dirOf(id)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, notesName), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	defer f.Close()
	lines := lineReader{in: bufio.NewReader(io.LimitReader(f, maxNotes))}
	var notes []Note
	for {
		raw, err := lines.next()
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, errIncomplete):
			return notes, nil
		case errors.Is(err, errTooLong):
			continue
		case err != nil:
			return notes, fmt.Errorf("read notes: %w", err)
		}
		var n Note
		if json.Unmarshal(raw, &n) == nil && !n.At.IsZero() {
			notes = append(notes, n)
		}
	}
}

// AddNote adds a note on recording id to those that are there, and returns when it is
// on disk. Several may write at a time.
func (s *Store) AddNote(id string, n Note) error {
	dir, err := s.dirOf(id)
	if err != nil {
		return err
	}
	n.At = n.At.UTC().Truncate(time.Millisecond)
	line, err := json.Marshal(n)
	if err == nil {
		err = appendLine(filepath.Join(dir, notesName), line)
	}
	if err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	return nil
}

// appendLine appends a line in one write; an incomplete one before it is ended first.
func appendLine(path string, line []byte) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	line = append(line, '\n')
	last := []byte{'\n'}
	if info.Size() > 0 {
		if _, err := f.ReadAt(last, info.Size()-1); err != nil {
			return err
		}
	}
	if last[0] != '\n' {
		line = append([]byte{'\n'}, line...)
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	return f.Sync()
}
