package recordings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// Writer appends to one recording. One goroutine at a time uses it; any may call
// [Writer.From].
//
// After an error it can be used further, and heals when the disk does: an Append that
// failed has left no record and no part of one (what stands behind the last record is
// cut away before anything else is written), and the next one takes its number; a Sync
// that failed is repeated by the next, which first writes again what is not known to
// be on disk, since the system may have dropped it.
type Writer struct {
	id, dir string
	file    File
	lock    *os.File
	marks   marks
	chain   chain
	size    int64  // bytes of the records
	tail    []byte // those bytes of them that are not known to be on disk
	dirty   bool   // part of a line may stand behind size
	stale   bool   // a Sync failed: tail must be written again
}

// Append writes a record and returns it as readers will see it, with N and Hash filled
// in and the times rounded down. N and Hash of r are ignored. It is on disk only after
// Sync.
func (w *Writer) Append(r Record) (Record, error) {
	written, err := w.append(r)
	if err != nil {
		return Record{}, fmt.Errorf("append record %d: %w", w.chain.next, err)
	}
	return written, nil
}

func (w *Writer) append(r Record) (Record, error) {
	raw, err := newLine(r, w.chain.next, w.chain.head)
	if err != nil {
		return Record{}, err
	}
	if len(raw) > maxLine {
		return Record{}, errTooLong
	}
	after := w.chain
	written, err := after.join(bytes.TrimSuffix(raw, []byte("\n")))
	if err != nil {
		return Record{}, err
	}
	if err := w.settle(); err != nil {
		return Record{}, err
	}
	if err := writeAt(w.file, raw, w.size); err != nil {
		w.dirty = true
		return Record{}, errors.Join(err, w.settle())
	}
	w.marks.add(mark{at: w.size, chain: w.chain})
	w.chain = after
	w.size += int64(len(raw))
	w.tail = append(w.tail, raw...)
	return written, nil
}

// Sync returns when all that was appended is on disk (fdatasync).
func (w *Writer) Sync() error {
	if err := w.sync(); err != nil {
		return fmt.Errorf("sync recording: %w", err)
	}
	return nil
}

func (w *Writer) sync() error {
	if err := w.settle(); err != nil {
		return err
	}
	if w.stale {
		if err := writeAt(w.file, w.tail, w.size-int64(len(w.tail))); err != nil {
			return err
		}
	}
	w.stale = true
	if err := w.file.Sync(); err != nil {
		return err
	}
	w.stale, w.tail = false, w.tail[:0]
	return nil
}

// settle cuts away what a failed write may have left.
func (w *Writer) settle() error {
	if !w.dirty {
		return nil
	}
	if err := w.file.Truncate(w.size); err != nil {
		return err
	}
	w.dirty = false
	return nil
}

func writeAt(f File, b []byte, at int64) error {
	n, err := f.WriteAt(b, at)
	if err == nil && n < len(b) {
		return io.ErrShortWrite
	}
	return err
}

// Head is the hash of the last record, hex; empty before the first.
func (w *Writer) Head() string { return w.chain.head }

// Close syncs, writes the file `head` if the last record is of [KindEnd], unlocks and
// closes. Whatever it returns, the writer is closed.
func (w *Writer) Close() error {
	err := w.Sync()
	if err == nil && w.chain.ended {
		err = writeHead(w.dir, head{ID: w.id, Events: w.chain.next, Hash: w.chain.head})
	}
	return errors.Join(err, w.file.Close(), w.lock.Close())
}
