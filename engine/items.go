package engine

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"goaround/checklist"
	"goaround/engine/checks"
	"goaround/engine/plan"
	"goaround/engine/release"
	"goaround/targets"
	"goaround/targets/text"
)

const publicWithin = 20 * time.Second // a public URL may need some tries right after the cutover

// beginItem has the engine answer an item. It reports whether something was appended.
func (l *loop) beginItem(id string) bool {
	it, ok := l.state.Item(id)
	if !ok || it.Status != release.StatusOpen {
		return false
	}
	l.append(release.Engine(), release.ItemStarted{Item: id})
	if it.Kind == checklist.Baseline {
		l.beginBaseline()
		return true
	}
	s := l.state
	l.begin("item "+id, func(ctx context.Context) message {
		began := time.Now()
		r := l.check(ctx, s, it.Item)
		if ctx.Err() != nil {
			r = checks.Result{Evidence: text.Clean("stopped before it ended")}
		}
		return message{news: []release.Body{release.ItemAnswered{Item: id, OK: r.OK, Evidence: r.Evidence, More: r.More, Took: time.Since(began)}}}
	})
	return true
}

func (l *loop) check(ctx context.Context, s release.State, it plan.Item) checks.Result {
	switch it.Kind {
	case checklist.Image:
		return imageEvidence(s.Plan)
	case checklist.WayBack:
		return wayBackEvidence(s)
	case checklist.Public:
		return l.public(ctx, s.Plan.Settings.URL)
	}
	def, ok := l.item(cmp.Or(it.Of, it.ID))
	switch {
	case !ok:
		return checks.Result{Evidence: text.Clean("the checklist has no such item")}
	case it.Kind == checklist.Command:
		return l.cfg.Checks.Command(ctx, def)
	case it.Kind == checklist.HTTP:
		return l.cfg.Checks.HTTP(ctx, def, l.cfg.Outside)
	}
	if it.Of != "" {
		return l.smokeOutside(ctx, s.Plan, def)
	}
	return l.smoke(ctx, s.Plan, def)
}

func (l *loop) item(id string) (checklist.Item, bool) {
	f := l.cfg.File
	for _, list := range [][]checklist.Item{f.Pre, f.During, f.Post} {
		for _, it := range list {
			if it.ID == id {
				return it, true
			}
		}
	}
	return checklist.Item{}, false
}

func imageEvidence(p *plan.Plan) checks.Result {
	var parts []string
	for _, svc := range p.Settings.Released() {
		if im, ok := p.Release.Images[svc]; ok {
			parts = append(parts, svc+" "+short(im.Pin))
		}
	}
	say := fmt.Sprintf("%s on %d of %d hosts", strings.Join(parts, ", "), len(p.Hosts), len(p.Hosts))
	for _, f := range p.Findings {
		if f.Code == targets.CodeSent {
			say += "; " + f.Say.String()
		}
	}
	return checks.Result{OK: len(parts) > 0, Evidence: text.Clean(say)}
}

// short is the recognisable part of a digest.
func short(pin string) string {
	if i := strings.LastIndex(pin, "sha256:"); i >= 0 {
		return pin[i+7 : min(len(pin), i+19)]
	}
	return pin
}

func wayBackEvidence(s release.State) checks.Result {
	p := s.Plan
	if p.First() {
		return checks.Result{OK: true, Evidence: text.Clean("a first release: nothing to go back to")}
	}
	for _, name := range p.Hosts {
		if h, _ := s.Observed.Host(name); !h.Slots[p.From].Warm() {
			return checks.Result{Evidence: text.Clean(fmt.Sprintf("%s in slot %s is not well on %s: %s", p.Before.Version, p.From, name, ailing(h.Slots[p.From])))}
		}
	}
	say := fmt.Sprintf("%s stays warm in %s, a proxy call takes %s", p.Before.Version, p.From, plan.Call(p.BackTook))
	if lacking := workersLacking(s); len(lacking) > 0 {
		say += fmt.Sprintf("; it has no %s, which would only be stopped", strings.Join(lacking, ", "))
	}
	return checks.Result{OK: true, Evidence: text.Clean(say)}
}

// workersLacking are the workers that the old version has no container of on some host.
func workersLacking(s release.State) []string {
	return slices.DeleteFunc(slices.Clone(s.Plan.Settings.Workers), func(name string) bool {
		return !slices.ContainsFunc(s.Plan.Hosts, func(host string) bool {
			h, _ := s.Observed.Host(host)
			return !slices.ContainsFunc(h.Slots[s.Plan.From].Instances, func(in targets.Instance) bool { return in.Service == name })
		})
	})
}

// ailing says what keeps a slot from being warm.
func ailing(s targets.SlotState) string {
	for _, in := range s.Instances {
		switch {
		case in.State != targets.Running:
			return fmt.Sprintf("%s is %s", in.Service, in.State)
		case in.Health == targets.Unhealthy:
			return in.Service + " runs and does not answer its `ready:` path or its health check"
		}
	}
	return strings.Join(s.Missing, ", ") + " has no container"
}

// public asks the public URL until it answers, for a while.
func (l *loop) public(ctx context.Context, address string) checks.Result {
	ctx, cancel := context.WithTimeout(ctx, publicWithin)
	defer cancel()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		r := l.cfg.Checks.Public(ctx, address, l.cfg.Outside)
		if r.OK {
			return r
		}
		select {
		case <-ctx.Done():
			return r
		case <-again.C:
		}
	}
}

// smokeOutside runs them once more as users do.
func (l *loop) smokeOutside(ctx context.Context, p *plan.Plan, it checklist.Item) checks.Result {
	base, err := url.Parse(p.Settings.URL)
	if err != nil {
		return checks.Result{Evidence: l.cfg.Door.Line("read the public URL: " + err.Error())}
	}
	return l.cfg.Checks.Smoke(ctx, it, base, l.cfg.Outside)
}

// smoke runs the item's requests on every host's idle slot, with the addresses that
// users will see.
func (l *loop) smoke(ctx context.Context, p *plan.Plan, it checklist.Item) checks.Result {
	service := p.Settings.Services[0]
	base, err := url.Parse(p.Settings.URL)
	if err != nil || base.Host == "" {
		base = &url.URL{Scheme: "http", Host: service}
	}
	var last checks.Result
	for _, host := range p.Hosts {
		inside := checks.Inside(func(ctx context.Context) (net.Conn, error) { return l.cfg.Target.Dial(ctx, host, service, p.To) })
		if last = l.cfg.Checks.Smoke(ctx, it, base, inside); !last.OK {
			last.Evidence = text.Clean(host + ": " + last.Evidence.String())
			return last
		}
	}
	return last
}
