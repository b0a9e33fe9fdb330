package recordings

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const lockName = "lock"

// takeLock makes the lock file of a directory that is the caller's alone, and holds it
// until the file is closed or the process ends, however it ends. It waits for nobody
// but a reader that is just looking.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err = flock(f, syscall.LOCK_EX); err == nil {
		_, err = fmt.Fprintln(f, os.Getpid())
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// locked reports whether a writer holds the lock of dir.
func locked(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return flock(f, syscall.LOCK_SH|syscall.LOCK_NB) == syscall.EWOULDBLOCK
}

func flock(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if err != syscall.EINTR {
			return err
		}
	}
}
