package recordings

import (
	"io"
	"os"
)

// File is what a [Writer] writes records to: a file of the operating system, or in a
// test a disk that fails.
type File interface {
	io.WriterAt
	// Truncate cuts the file to size bytes.
	Truncate(size int64) error
	// Sync returns when all that was written is on disk.
	Sync() error
	io.Closer
}

// dataFile is a file of which Sync leaves out the times, where the system can.
type dataFile struct{ *os.File }

func (f dataFile) Sync() error { return syncData(f.File) }

func createFile(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return dataFile{f}, nil
}

// syncDir puts the names in dir on disk.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
