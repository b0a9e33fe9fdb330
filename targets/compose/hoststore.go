package compose

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"regexp"

	"goaround/targets"
	"goaround/targets/text"
)

// Freeze writes a freeze on every host that has none; see targets.HostStore.
func (t *Target) Freeze(ctx context.Context, by, why text.Safe) error {
	return t.everywhere(func(h *host) error {
		now, err := h.clock(ctx)
		if err != nil {
			return err
		}
		data, err := json.Marshal(targets.Freeze{By: by, Why: why, Since: now})
		if err != nil {
			return fmt.Errorf("encode %s: %w", fileFreeze, err)
		}
		return h.inStore(ctx, "write", fileFreeze, data, `[ -e "$1" ] || { `+writing+`; }`)
	})
}

// Thaw takes the freeze from every host; see targets.HostStore.
func (t *Target) Thaw(ctx context.Context) error {
	return t.everywhere(func(h *host) error { return h.inStore(ctx, "remove", fileFreeze, nil, `rm -f "$1"`) })
}

// Remember writes a session's summary on every host; see targets.HostStore. A host on
// which nothing was ever brought up has no store.
func (t *Target) Remember(ctx context.Context, s targets.Summary) error {
	id := s.Session.String()
	if !fileName.MatchString(id) {
		return fmt.Errorf("remember session %q: it cannot be the name of a file", id)
	}
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode the summary of %s: %w", id, err)
	}
	return t.everywhere(func(h *host) error {
		if c, err := h.census(ctx); err != nil || !c.hasProxy(h.project) && h.unknown(c) == nil {
			return err
		}
		if err := t.mayChange(ctx, h); err != nil {
			return err
		}
		return h.inStore(ctx, "write", path.Join(dirSessions, id), data, fmt.Sprintf(remembering, targets.MaxSummaries+1))
	})
}

// fileName is what the name of a session's file may be.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$`)

// remembering writes a file, and removes the oldest of its directory from the nth on.
const remembering = `mkdir -p "${1%%/*}" && { ` + writing + `; } && cd "${1%%/*}" && ls -1t | tail -n +%d | while IFS= read -r old; do rm -f -- "$old"; done`

// recalling says of each file of a directory its name and its content, in a line.
const recalling = `cd "$1" 2>/dev/null || exit 0; ls -1t | head -n %d | while IFS= read -r f; do case $f in *.new) ;; *) printf '%%s ' "$f"; head -c 16384 -- "$f"; echo;; esac; done`

// Sessions are the summaries that the hosts have; see targets.HostStore.
func (t *Target) Sessions(ctx context.Context) ([]targets.Summary, error) {
	all, err := each(t.hosts, func(h *host) ([]targets.Summary, error) {
		c, err := h.census(ctx)
		if err != nil || !c.hasProxy(h.project) && h.unknown(c) == nil {
			return nil, err
		}
		out, err := h.inProxy(ctx, nil, "sh", "-c", fmt.Sprintf(recalling, targets.MaxSummaries), "sh", path.Join(storeDir, dirSessions))
		if err != nil {
			return nil, fmt.Errorf("read %s in the host store of %s: %w", dirSessions, h.name, err)
		}
		return h.summaries(out), nil
	})
	return targets.MergeSummaries(all...), err
}

func (h *host) summaries(lines []byte) []targets.Summary {
	var all []targets.Summary
	for line := range bytes.Lines(lines) {
		name, content, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
		if len(name) == 0 {
			continue
		}
		var s targets.Summary
		if json.Unmarshal(content, &s) != nil {
			s = targets.Summary{End: text.Clean(targets.Unreadable)}
		}
		s.Session, s.By, s.End = h.door.Line(string(name)), h.door.Line(s.By.String()), h.door.Line(s.End.String())
		all = append(all, s)
	}
	return all
}

func (t *Target) everywhere(do func(*host) error) error {
	_, err := each(t.hosts, func(h *host) (struct{}, error) { return struct{}{}, do(h) })
	return err
}

// inStore runs a script, which has the path of a file of the store as $1, where the
// store is.
func (h *host) inStore(ctx context.Context, act, file string, stdin []byte, script string) error {
	if _, err := h.inProxy(ctx, stdin, "sh", "-c", script, "sh", path.Join(storeDir, file)); err != nil {
		return fmt.Errorf("%s %s in the host store of %s: %w", act, file, h.name, err)
	}
	return nil
}
