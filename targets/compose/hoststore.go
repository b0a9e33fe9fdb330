package compose

import (
	"context"
	"encoding/json"
	"fmt"
	"path"

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
