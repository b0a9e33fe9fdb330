package recordings

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"goaround/targets/text"
)

const eventsName = "events.jsonl"

// Store is the directory that holds a user's recordings, one directory a session. Safe
// for concurrent use, by processes too.
type Store struct {
	dir    string
	create func(path string) (File, error)
}

// Open returns the store in dir, which is made (0700) when the first session is created.
func Open(dir string) *Store { return OpenWith(dir, createFile) }

// OpenWith is Open on a disk of the caller's: create makes the file that records are
// written to. It is for tests of what happens when the disk fails.
func OpenWith(dir string, create func(path string) (File, error)) *Store {
	return &Store{dir, create}
}

// Create makes the recording id, and locks it until Close. It refuses an id that there
// is already, with an error that is fs.ErrExist.
func (s *Store) Create(id string) (*Writer, error) {
	if !validID(id) {
		return nil, fmt.Errorf("create recording %s: an ID has letters, digits, dots and dashes only", text.Clean(id))
	}
	w, err := s.make(id)
	if err != nil {
		return nil, fmt.Errorf("create recording %s: %w", id, err)
	}
	return w, nil
}

func (s *Store) make(id string) (*Writer, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	dir := filepath.Join(s.dir, id)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	w := &Writer{id: id, dir: dir}
	var err error
	if w.lock, err = takeLock(dir); err == nil {
		w.file, err = s.create(filepath.Join(dir, eventsName))
	}
	for _, d := range []string{dir, s.dir} {
		if err == nil {
			err = syncDir(d)
		}
	}
	if err != nil {
		return nil, errors.Join(err, w.undo())
	}
	return w, nil
}

// undo takes away the directory of a recording that could not be begun.
func (w *Writer) undo() error {
	if w.file != nil {
		w.file.Close()
	}
	if w.lock != nil {
		w.lock.Close()
	}
	return os.RemoveAll(w.dir)
}

// Entry is one recording of the list.
type Entry struct {
	ID   string
	Live bool  // somebody is writing it
	Size int64 // of its records, in bytes
}

// List returns all recordings, newest first: of those that began in the same second, the
// one that was written last. The list is the directory; what else is in it is left out. A directory that is not there has no recordings.
func (s *Store) List() ([]Entry, error) {
	found, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list recordings: %w", err)
	}
	var list []Entry
	written := map[string]time.Time{}
	for _, d := range found {
		dir := filepath.Join(s.dir, d.Name())
		info, err := os.Lstat(filepath.Join(dir, eventsName))
		if !d.IsDir() || !validID(d.Name()) || err != nil || !info.Mode().IsRegular() {
			continue
		}
		list = append(list, Entry{ID: d.Name(), Live: locked(dir), Size: info.Size()})
		written[d.Name()] = info.ModTime()
	}
	slices.SortFunc(list, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(second(b.ID), second(a.ID)), written[b.ID].Compare(written[a.ID]), cmp.Compare(b.ID, a.ID))
	})
	return list, nil
}

// open opens the records of recording id.
func (s *Store) open(id string) (*os.File, error) {
	dir, err := s.dirOf(id)
	if err != nil {
		return nil, err
	}
	return openIn(dir, id)
}

// openIn opens the records of recording id, which is in dir.
func openIn(dir, id string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, eventsName), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, unknown(id)
	}
	if err != nil {
		return nil, fmt.Errorf("open recording %s: %w", text.Clean(id), err)
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, unknown(id)
	}
	return f, nil
}

// dirOf is the directory of recording id; an absolute path is one.
func (s *Store) dirOf(id string) (string, error) {
	switch {
	case filepath.IsAbs(id):
		return id, nil
	case !validID(id):
		return "", unknown(id)
	}
	return filepath.Join(s.dir, id), nil
}
