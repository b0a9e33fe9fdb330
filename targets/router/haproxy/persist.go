package haproxy

import (
	"context"
	"errors"
	"fmt"

	"goaround/targets"
	"goaround/targets/text"
)

// replace writes stdin to a new name, syncs it and renames it to $1, readable for all.
const replace = `umask 022 && cat > "$1.new" && sync "$1.new" && mv -f "$1.new" "$1"`

// Persist writes the state of all servers to the file that HAProxy reads when it
// starts; see router.Router. If a switch comes in between, it writes again. A worker that
// was about to start at the last switch has read an older file: the switch is made again.
func (p *Proxy) Persist(ctx context.Context) error {
	p.persisting.Lock()
	defer p.persisting.Unlock()
	for {
		changes, _ := p.change()
		if err := p.writeState(ctx); err != nil {
			return err
		}
		if err := p.reconfirm(ctx); err != nil {
			return err
		}
		if now, underway := p.change(); now == changes && !underway {
			return nil
		}
	}
}

// reconfirm looks whether the worker that new connections get does what was confirmed,
// and makes the switch again if not, unless there was a newer one.
func (p *Proxy) reconfirm(ctx context.Context) error {
	changes, _ := p.change()
	r, err := p.polls.askAnew(ctx, p.showState()...)
	if err != nil {
		return p.problem(err)
	}
	backends, err := p.backends(r.answers)
	if err != nil {
		return err
	}
	p.mu.Lock()
	meant, newer := p.confirmed, p.underway > 0 || p.changes != changes
	p.mu.Unlock()
	if meant == targets.NoSlot || newer || len(misweighted(backends, meant)) == 0 {
		return nil
	}
	var problem *text.Problem
	if err := p.Switch(ctx, meant); err != nil && !(errors.As(err, &problem) && problem.Code == superseded) {
		return err
	}
	return nil
}

// change tells, asked twice, whether a switch may have changed something in between.
func (p *Proxy) change() (changes int, underway bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changes, p.underway > 0
}

func (p *Proxy) writeState(ctx context.Context) error {
	r, err := p.polls.ask(ctx, "show servers state")
	if err != nil {
		return p.problem(err)
	}
	if _, err := parseState(r.answers[0]); err != nil {
		return fmt.Errorf("persist: %w", err)
	}
	_, err = p.host.Exec(ctx, p.container, "0", []string{"sh", "-c", replace, "persist", stateFile}, []byte(r.answers[0]+"\n"))
	if err != nil {
		return &text.Problem{
			Code: "proxy-persist",
			Say:  text.Clean("what the proxy does now is not saved for its next start"),
			Hint: text.Clean("the proxy needs a volume at /var/lib/goaround with some room"),
			More: []text.Safe{text.Clean(err.Error())},
		}
	}
	return nil
}
