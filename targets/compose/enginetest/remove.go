package enginetest

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// remove ends the first process, with which the kernel ends all others and their mounts,
// and takes away what is left: our end of the cable, cgroups, files.
func (e *Engine) remove(t testing.TB) {
	if e.first != nil && e.first.Process != nil {
		e.orders.Close()
		for range e.answers {
		}
		_ = e.first.Wait()
	}
	if e.Docker != nil {
		e.Docker.Close()
	}
	_ = exec.Command("ip", "link", "del", e.name).Run()
	e.removeCgroups(t)
	if err := os.RemoveAll(e.dir); err != nil {
		t.Errorf("remove the engine: %v", err)
	}
}

// removeCgroups removes the engine's groups of either version of cgroups. A group can be
// busy for a moment after its last process is gone.
func (e *Engine) removeCgroups(t testing.TB) {
	v1, _ := filepath.Glob("/sys/fs/cgroup/*/" + e.name)
	v2, _ := filepath.Glob("/sys/fs/cgroup/" + e.name)
	late := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for _, top := range append(v1, v2...) {
		for err := removeTree(top); err != nil; err = removeTree(top) {
			select {
			case <-again.C:
			case <-late:
				t.Errorf("remove the engine: %v", err)
				return
			}
		}
	}
}

// removeTree removes a folder of folders whose files cannot be removed.
func removeTree(top string) error {
	var dirs []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	for _, dir := range slices.Backward(dirs) {
		if err := os.Remove(dir); err != nil {
			return err
		}
	}
	return err
}
