package haproxy

import (
	"context"
	"slices"

	"goaround/targets"
)

// InFlight adds up the sessions of a slot's servers; see router.Router. After a reload
// those of the worker before are not among them.
func (p *Proxy) InFlight(ctx context.Context, slot targets.Slot) (int, error) {
	return p.sessions(ctx, slot)
}

// Cut counts and ends the sessions of a slot's servers in one line; see router.Router.
func (p *Proxy) Cut(ctx context.Context, slot targets.Slot) (int, error) {
	var cuts []string
	for _, r := range p.routes {
		cuts = append(cuts, "shutdown sessions server "+r.Backend+"/"+string(slot))
	}
	return p.sessions(ctx, slot, cuts...)
}

// sessions counts, and then has the proxy do what else is asked of it.
func (p *Proxy) sessions(ctx context.Context, slot targets.Slot, then ...string) (int, error) {
	shows := p.showStat()
	r, err := p.polls.ask(ctx, slices.Concat(shows, then)...)
	if err != nil {
		return 0, p.problem(err)
	}
	if err := accepted(then, r.answers[len(shows):]); err != nil {
		return 0, err
	}
	all := 0
	for _, answer := range r.answers[:len(shows)] {
		counts, err := parseStat(answer)
		if err != nil {
			return 0, err
		}
		all += counts[slot].active
	}
	return all, nil
}
