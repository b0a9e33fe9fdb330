//go:build !linux

package recordings

import "os"

func syncData(f *os.File) error { return f.Sync() }
