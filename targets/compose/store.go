package compose

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"time"

	"goaround/targets"
)

// Files of the host store.
const (
	fileLive      = "live"
	fileHeartbeat = "heartbeat"
	fileReturned  = "returned"
)

// heartbeat is the file in which the lease's holder says that it is alive.
type heartbeat struct {
	Session string    `json:"session"`
	At      time.Time `json:"at"` // the engine's clock
}

// returned is the file in which a holder of the lease says that it has given it back: who
// had it before and slept meanwhile finds no other trace of that.
type returned struct {
	By      string    `json:"by"`
	Session string    `json:"session"`
	Since   time.Time `json:"since"` // when it was taken
	At      time.Time `json:"at"`    // both by the engine's clock
}

func (h *host) writeHeartbeat(ctx context.Context, session string) error {
	now, err := h.clock(ctx)
	if err != nil {
		return err
	}
	return h.write(ctx, fileHeartbeat, heartbeat{Session: session, At: now})
}

// stored is what the host store says.
type stored struct {
	live    *targets.Record // nil: nothing is said to be live
	beat    heartbeat       // zero: nobody ever had a lease here
	last    returned        // zero: nobody ever gave a lease back here
	garbled bool            // there is a record, and it cannot be read
}

// readStore reads the store; while the proxy does not run it says nothing.
func (h *host) readStore(ctx context.Context, c census) (stored, error) {
	proxy, ok := c.running(h.project.proxy)
	if !ok {
		return stored{}, nil
	}
	const script = `for file; do [ -e "$file" ] && cat "$file"; echo; done`
	argv := []string{"sh", "-c", script, "sh"}
	for _, file := range []string{fileLive, fileHeartbeat, fileReturned} {
		argv = append(argv, path.Join(storeDir, file))
	}
	out, err := h.engine.Exec(ctx, proxy.ID, "0", argv, nil)
	if err != nil {
		return stored{}, h.wrap("read the host store", err)
	}
	live, rest, _ := bytes.Cut(out, []byte("\n"))
	beat, last, _ := bytes.Cut(rest, []byte("\n"))
	var s stored
	if len(live) > 0 {
		s.live = &targets.Record{}
		if json.Unmarshal(live, s.live) != nil {
			s = stored{garbled: true}
		}
	}
	if json.Unmarshal(beat, &s.beat) != nil {
		s.beat = heartbeat{}
	}
	if json.Unmarshal(last, &s.last) != nil {
		s.last = returned{}
	}
	return s, nil
}

// write puts v in the store's file: to a new name, synced, renamed.
func (h *host) write(ctx context.Context, file string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", file, err)
	}
	const script = `umask 022; cat > "$1.new" && { sync "$1.new" 2>/dev/null || sync; } && mv -f "$1.new" "$1"`
	_, err = h.inProxy(ctx, data, "sh", "-c", script, "sh", path.Join(storeDir, file))
	if err != nil {
		return fmt.Errorf("write %s in the host store of %s: %w", file, h.name, err)
	}
	return nil
}
