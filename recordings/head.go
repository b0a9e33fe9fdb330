package recordings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const headName = "head"

// head is what the file `head` says.
type head struct {
	ID     string
	Events uint64
	Hash   string
}

func (h head) String() string {
	return fmt.Sprintf("goaround-session v1\nsession %s\nevents %d\nhead %s\n", h.ID, h.Events, h.Hash)
}

func parseHead(raw string) (head, error) {
	lines := strings.Split(raw, "\n")
	if len(lines) != 5 {
		return head{}, fmt.Errorf("file head has %d lines, not 4", len(lines)-1)
	}
	events, err := strconv.ParseUint(strings.TrimPrefix(lines[2], "events "), 10, 64)
	if err != nil {
		return head{}, errors.New("file head has no number of events")
	}
	h := head{
		ID:     strings.TrimPrefix(lines[1], "session "),
		Events: events,
		Hash:   strings.TrimPrefix(lines[3], "head "),
	}
	if h.String() != raw {
		return head{}, errors.New("file head is not in the form of version 1")
	}
	return h, nil
}

// writeHead puts the file there whole or not at all.
func writeHead(dir string, h head) error {
	path := filepath.Join(dir, headName)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(h.String())
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	return err
}
