package compose

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Files of the host store.
const (
	fileLive      = "live"
	fileHeartbeat = "heartbeat"
	fileReturned  = "returned"
	fileFreeze    = "freeze"
	dirSessions   = "sessions"
)

// heartbeat is the file in which the lease's holder says that it is alive.
type heartbeat struct {
	Session string    `json:"session"`
	At      time.Time `json:"at"` // the engine's clock
	Step    text.Safe `json:"step,omitzero"`
}

// returned is the file in which a holder of the lease says that it has given it back: who
// had it before and slept meanwhile finds no other trace of that.
type returned struct {
	By      string    `json:"by"`
	Session string    `json:"session"`
	Since   time.Time `json:"since"` // when it was taken
	At      time.Time `json:"at"`    // both by the engine's clock
}

func (h *host) writeHeartbeat(ctx context.Context, session string, step text.Safe) error {
	now, err := h.clock(ctx)
	if err != nil {
		return err
	}
	return h.write(ctx, fileHeartbeat, heartbeat{Session: session, At: now, Step: step})
}

// stored is what the host store says.
type stored struct {
	live    *targets.Record // nil: nothing is said to be live
	beat    heartbeat       // zero: nobody ever had a lease here
	last    returned        // zero: nobody ever gave a lease back here
	freeze  *targets.Freeze // nil: it is not frozen
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
	for _, file := range []string{fileLive, fileHeartbeat, fileReturned, fileFreeze} {
		argv = append(argv, path.Join(storeDir, file))
	}
	out, err := h.engine.Exec(ctx, proxy.ID, "0", argv, nil)
	if err != nil {
		return stored{}, h.wrap("read the host store", err)
	}
	lines := append(bytes.Split(out, []byte("\n")), nil, nil, nil, nil)
	return h.stored(lines[0], lines[1], lines[2], lines[3]), nil
}

// stored reads the files, of which one that is not there is empty. A freeze that cannot
// be read is one all the same.
func (h *host) stored(live, beat, last, freeze []byte) stored {
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
	if len(freeze) > 0 {
		s.freeze = &targets.Freeze{}
		if json.Unmarshal(freeze, s.freeze) != nil {
			*s.freeze = targets.Freeze{By: text.Clean("somebody"), Why: text.Clean("the file " + path.Join(storeDir, fileFreeze) + " on " + h.name + " cannot be read")}
		}
		s.freeze.By, s.freeze.Why = h.door.Line(s.freeze.By.String()), h.door.Line(s.freeze.Why.String())
	}
	return s
}

// write puts v in the store's file: to a new name, synced, renamed.
func (h *host) write(ctx context.Context, file string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", file, err)
	}
	return h.inStore(ctx, "write", file, data, writing)
}

// writing is the script that puts its input in a file: to a new name, synced, renamed.
const writing = `umask 022; cat > "$1.new" && { sync "$1.new" 2>/dev/null || sync; } && mv -f "$1.new" "$1"`
