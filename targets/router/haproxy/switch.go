package haproxy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// settleWithin is how long a server may take to be ready for traffic once it was asked
// to be; it normally is at once.
const settleWithin = 5 * time.Second

// superseded is the code of a switch that gave way to a newer one.
const superseded = "route-superseded"

// Switch sends all requests to a slot; see router.Router. In every backend the slot's
// server is raised first, and the others are lowered when the proxy has said that it
// could send to it. State is set as well as weight, since `drain` and `maint` stick. If
// the slot's server does not come up, nothing has changed. A newer switch makes an older
// one give up before that.
func (p *Proxy) Switch(ctx context.Context, to targets.Slot) error {
	s := switchover{Proxy: p, to: to, newer: p.begin()}
	err := p.switches.take(ctx)
	if err == nil {
		err = s.run(ctx)
		p.switches.give()
	}
	p.end(to, err)
	return err
}

// begin tells older switches to give up, and the watch that what it reads until end
// proves nothing. The channel is closed when a newer switch begins.
func (p *Proxy) begin() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.newest)
	p.newest = make(chan struct{})
	p.changes++
	p.underway++
	return p.newest
}

func (p *Proxy) end(to targets.Slot, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes++
	p.underway--
	if err == nil {
		p.confirmed = to
	}
}

// switchover is one switch that has the turn on the stream.
type switchover struct {
	*Proxy
	to    targets.Slot
	newer <-chan struct{}
}

func (s switchover) run(ctx context.Context) error {
	if s.superseded() {
		return s.gaveUp()
	}
	if s.to == targets.NoSlot {
		return s.lowerAll(ctx)
	}
	before, after, err := s.raise(ctx)
	if err == nil {
		after, err = s.settle(ctx, after)
	}
	if err != nil {
		s.unraise(ctx, before)
		return err
	}
	return s.lower(ctx, after)
}

// raise gives the slot's servers their weight, and returns what there was before and is
// after it.
func (s switchover) raise(ctx context.Context) (before, after [][]server, err error) {
	state, sets := s.showState(), s.setLive()
	r, err := s.switches.askAgain(ctx, slices.Concat(state, sets, state)...)
	if err != nil {
		return nil, nil, s.problem(err)
	}
	first, rest := r.answers[:len(state)], r.answers[len(state):]
	if before, err = s.backends(first); err == nil {
		err = s.present(before)
	}
	if err == nil {
		err = accepted(sets, rest)
	}
	if err == nil {
		after, err = s.backends(rest[len(sets):])
	}
	return before, after, err
}

// settle waits until the slot's servers can take requests.
func (s switchover) settle(ctx context.Context, now [][]server) ([][]server, error) {
	for limit := time.Now().Add(settleWithin); ; {
		waits := unusable(now, s.to)
		switch {
		case len(waits) == 0:
			return now, nil
		case s.superseded():
			return nil, s.gaveUp()
		case time.Now().After(limit):
			return nil, text.NewProblem("proxy-server", "the proxy cannot send to "+string(s.to)+": "+strings.Join(waits, ", "),
				"does the container run, on the proxy's network, under the name that haproxy.cfg has? see `goaround proxy stanza`")
		}
		pause(ctx, s.newer, 20*time.Millisecond)
		r, err := s.switches.askAgain(ctx, s.showState()...)
		if err != nil {
			return nil, s.problem(err)
		}
		if now, err = s.backends(r.answers); err != nil {
			return nil, err
		}
	}
}

// unraise takes back the weights that raise has set, so that no traffic flows when the
// server comes up later. It is tried even if ctx has ended.
func (s switchover) unraise(ctx context.Context, before [][]server) {
	var sets []string
	for _, servers := range before {
		for _, one := range servers {
			if one.slot == s.to {
				sets = append(sets, setWeight(one.path(), one.weight))
			}
		}
	}
	s.switches.askAgain(context.WithoutCancel(ctx), sets...)
}

// lowerAll takes the weight from every server: there is nothing to raise first.
func (s switchover) lowerAll(ctx context.Context) error {
	r, err := s.switches.askAgain(ctx, s.showState()...)
	if err != nil {
		return s.problem(err)
	}
	now, err := s.backends(r.answers)
	if err != nil {
		return err
	}
	return s.lower(ctx, now)
}

// lower takes the weight from all other servers and reads back that all is as asked.
func (s switchover) lower(ctx context.Context, raised [][]server) error {
	var sets []string
	for _, servers := range raised {
		for _, one := range servers {
			if one.slot != s.to {
				sets = append(sets, setWeight(one.path(), 0))
			}
		}
	}
	r, err := s.switches.askAgain(ctx, slices.Concat(sets, s.showState())...)
	if err != nil {
		return s.problem(err)
	}
	if err := accepted(sets, r.answers); err != nil {
		return err
	}
	now, err := s.backends(r.answers[len(sets):])
	if err != nil {
		return err
	}
	if wrong := differs(now, s.to); len(wrong) > 0 {
		return text.NewProblem("proxy-differs", "the proxy does not do what it was asked: "+strings.Join(wrong, ", "),
			"`goaround status` shows what it does; does something else change its servers?")
	}
	return nil
}

func (s switchover) superseded() bool {
	select {
	case <-s.newer:
		return true
	default:
		return false
	}
}

func (s switchover) gaveUp() error {
	return text.NewProblem(superseded, "the switch to "+string(s.to)+" gave way to a newer one", "`goaround status` shows where the traffic goes")
}

// setLive are the commands that make the slot's servers take all requests they can get.
func (s switchover) setLive() []string {
	var sets []string
	for _, r := range s.routes {
		path := r.Backend + "/" + string(s.to)
		sets = append(sets, "set server "+path+" state ready", "set server "+path+" health up", setWeight(path, liveWeight))
	}
	return sets
}

func setWeight(path string, weight int) string {
	return fmt.Sprintf("set server %s weight %d", path, weight)
}

// present refuses a slot that some backend has no server for.
func (s switchover) present(backends [][]server) error {
	for i, servers := range backends {
		if !slices.ContainsFunc(servers, func(one server) bool { return one.slot == s.to }) {
			return text.NewProblem("proxy-backend", fmt.Sprintf("backend %s of the proxy has no server %s", s.routes[i].Backend, s.to), stanzaHint)
		}
	}
	return nil
}

// accepted looks for an answer to a set that is not silence.
func accepted(sets, answers []string) error {
	for i, set := range sets {
		if answers[i] != "" {
			return text.NewProblem("proxy-refused", fmt.Sprintf("the proxy refused %q: %s", set, answers[i]),
				"the admin socket needs `level admin`; "+stanzaHint)
		}
	}
	return nil
}

// unusable says which of the slot's servers could not take requests.
func unusable(backends [][]server, to targets.Slot) []string {
	var words []string
	for _, servers := range backends {
		for _, s := range servers {
			if s.slot == to && !(s.running() && s.ready()) {
				words = append(words, s.state())
			}
		}
	}
	return words
}

// differs says what is not as it is after a switch to a slot.
func differs(backends [][]server, to targets.Slot) []string {
	return append(unusable(backends, to), misweighted(backends, to)...)
}

// misweighted says which weights are not as they are after a switch to a slot.
func misweighted(backends [][]server, to targets.Slot) []string {
	var words []string
	for _, servers := range backends {
		for _, s := range servers {
			if s.slot == to && s.weight != liveWeight || s.slot != to && s.weight != 0 {
				words = append(words, fmt.Sprintf("%s has weight %d", s.path(), s.weight))
			}
		}
	}
	return words
}
