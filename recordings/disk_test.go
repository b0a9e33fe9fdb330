package recordings_test

import (
	"io"
	"os"
	"syscall"
	"testing"

	"goaround/recordings"
)

// disk is a file on a disk that fails as told. The zero values of its faults are a
// disk that works.
type disk struct {
	*os.File
	capacity int64 // bytes that fit; 0: all
	short    bool  // writes half and says nothing of the rest
	writes   error
	cuts     error
	syncs    error
	drops    bool // a Sync that fails loses what was written since the last good one
	lies     bool // Sync does nothing

	durable int64 // size at the last Sync that was true
}

// storeOn is a store whose one recording is written to the returned disk.
func storeOn(t *testing.T) (*recordings.Store, *disk) {
	t.Helper()
	d := &disk{}
	return recordings.OpenWith(t.TempDir(), func(path string) (recordings.File, error) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		d.File = f
		return d, err
	}), d
}

func (d *disk) WriteAt(b []byte, at int64) (int, error) {
	switch {
	case d.writes != nil:
		n, _ := d.File.WriteAt(b[:len(b)/3], at)
		return n, d.writes
	case d.short:
		return d.File.WriteAt(b[:len(b)/2], at)
	case d.capacity > 0 && at+int64(len(b)) > d.capacity:
		n, _ := d.File.WriteAt(b[:max(0, d.capacity-at)], at)
		return n, syscall.ENOSPC
	}
	return d.File.WriteAt(b, at)
}

func (d *disk) Truncate(size int64) error {
	if d.cuts != nil {
		return d.cuts
	}
	return d.File.Truncate(size)
}

func (d *disk) Sync() error {
	size := d.size()
	switch {
	case d.syncs != nil && d.drops:
		_, err := d.File.WriteAt(make([]byte, size-d.durable), d.durable)
		if err != nil {
			return err
		}
		return d.syncs
	case d.syncs != nil:
		return d.syncs
	case !d.lies:
		d.durable = size
	}
	return nil
}

func (d *disk) size() int64 {
	info, err := d.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// content is all that the file holds.
func (d *disk) content(t *testing.T) []byte {
	t.Helper()
	raw, err := io.ReadAll(io.NewSectionReader(d.File, 0, d.size()))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
