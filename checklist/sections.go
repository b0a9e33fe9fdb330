package checklist

import (
	"slices"
	"time"
)

const (
	serviceHint = "write the name of a service of the Compose file"
	hostHint    = "write `local`, `ssh://user@host`, `context:NAME` with a Docker context, or `unix:///path` with a socket"
	urlHint     = "write an address that begins with https:// or http://, without a user name or a `#`"
	pathHint    = "write a path that begins with one `/`, such as `/healthz`"
)

func (r *reader) compose(n *node, c *Compose) {
	r.fields(n,
		field{"file", func(n *node) { c.Files = r.lines(n, "write a list of files: `[compose.yaml]`") }},
		field{"project", into(&c.Project, func(n *node) (string, bool) {
			return r.word(n, isProject, "use small letters, digits, `-` and `_`, as Compose does")
		})},
	)
}

func (r *reader) proxy(n *node, p *Proxy) {
	r.fields(n,
		field{"service", into(&p.Service, r.service)},
		field{"kind", into(&p.Kind, oneOf(r, "haproxy"))},
	)
}

func (r *reader) service(n *node) (string, bool) {
	return r.word(n, isService, serviceHint)
}

// newEnvironment returns an environment with its defaults.
func newEnvironment(name string) Environment {
	return Environment{Name: name, Hosts: []string{"local"}, Votes: 1}
}

func (r *reader) environments(n *node) (all []Environment) {
	r.named(n, "write the environments below it, each with its name", isName, nameHint, func(name string, n *node) {
		e := newEnvironment(name)
		r.fields(n,
			field{"hosts", func(n *node) { e.Hosts = r.hosts(n) }},
			field{"url", into(&e.URL, func(n *node) (string, bool) { return r.word(n, isURL, urlHint) })},
			field{"votes", into(&e.Votes, r.votes)},
		)
		all = append(all, e)
	})
	return all
}

func (r *reader) hosts(n *node) (hosts []string) {
	for _, item := range r.entries(n, "write a list of hosts: `[local]`") {
		host, ok := r.word(item, isHost, hostHint)
		if !ok {
			continue
		}
		for _, h := range hosts {
			if h == host {
				r.fail(item, quote(host)+" is there twice", "name each host once")
			}
		}
		hosts = append(hosts, host)
	}
	return hosts
}

func (r *reader) votes(n *node) (int, bool) {
	const hint = "write `votes: 1`, or leave it out"
	votes, ok := r.number(1, 99, hint)(n)
	if ok && votes > 1 {
		r.fail(n, "more than one vote needs a second person in the session, which cannot be had yet", hint)
	}
	return votes, ok
}

func (r *reader) release(n *node) (all []Service) {
	before := len(r.errs)
	r.named(n, "write the services below it, each with its name", isService, serviceHint, func(name string, n *node) {
		s := Service{Name: name, Backend: name, ReadyWithin: time.Minute}
		r.fields(n,
			field{"order", into(&s.Order, oneOf(r, StartFirst, StopFirst))},
			field{"backend", into(&s.Backend, func(n *node) (string, bool) {
				return r.word(n, isBackend, "write the name of a backend of the proxy's configuration")
			})},
			field{"port", into(&s.Port, r.number(1, 65535, "write a port, from 1 to 65535"))},
			field{"ready", into(&s.Ready, func(n *node) (string, bool) { return r.word(n, isPath, pathHint) })},
			field{"ready_within", into(&s.ReadyWithin, r.span)},
		)
		if _, found := n.find("order"); found {
			r.unrouted(n)
			s.Backend = ""
		}
		all = append(all, s)
	})
	switch {
	case len(r.errs) > before:
	case len(all) == 0:
		r.fail(n, "`release` names no service", "name at least one service of the Compose file below it: `web:`")
	case !slices.ContainsFunc(all, func(s Service) bool { return !s.Worker() }):
		r.fail(n, "`release` names workers alone", "name the service that the proxy sends its traffic to as well, without `order`")
	}
	return all
}

// unrouted notes what a worker cannot have: it gets nothing from the proxy.
func (r *reader) unrouted(n *node) {
	for _, key := range []string{"backend", "port", "ready"} {
		if p, found := n.find(key); found {
			r.fail(p.key, quote(n.name)+" has an `order`, so it is a worker without a route, and cannot have a "+quote(key),
				"remove `"+key+"`; or remove `order` if the proxy sends it traffic")
		}
	}
}

func (r *reader) guard(n *node, g *Guard) {
	r.fields(n,
		field{"errors", into(&g.Errors, r.percent)},
		field{"latency", into(&g.Latency, r.times)},
		field{"auto", into(&g.Auto, oneOf(r, AutoOff, AutoCountdown, AutoNow))},
	)
}

func (r *reader) rollback(n *node, b *Rollback) {
	confirm, keep := "never", "watch"
	r.fields(n,
		field{"confirm", into(&confirm, oneOf(r, "never", "always"))},
		field{"drain", into(&b.Drain, r.duration)},
		field{"keep", into(&keep, oneOf(r, "watch", "until-next"))},
	)
	b.AlwaysConfirm, b.UntilNext = confirm == "always", keep == "until-next"
}

// waves reads how many hosts go first, and then.
func (r *reader) waves(n *node) (all []int) {
	const hint = "write numbers of hosts, and `rest` as the last: `[1, rest]`"
	list := r.entries(n, hint)
	for i, item := range list {
		switch last := i == len(list)-1; {
		case !last:
			if hosts, ok := r.number(1, 999, hint)(item); ok {
				all = append(all, hosts)
			}
		default:
			oneOf(r, "rest")(item)
		}
	}
	return all
}
