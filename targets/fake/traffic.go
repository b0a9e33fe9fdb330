package fake

import (
	"math"
	"math/rand/v2"
	"time"

	"goaround/targets"
)

// Mix is how a slot answers at one moment. Latency is lognormal.
type Mix struct {
	Errors   float64 // share of answers that are bad
	P50, P95 time.Duration
}

// Script says how slot answers when it has had a host's traffic for since; for a slot
// that never got it from another, since is very long.
type Script func(slot targets.Slot, since time.Duration) Mix

// Steady is a site that is well: 1 % errors, p50 40 ms and p95 90 ms.
func Steady(targets.Slot, time.Duration) Mix {
	return Mix{Errors: 0.01, P50: 40 * time.Millisecond, P95: 90 * time.Millisecond}
}

// traffic is the requests of all hosts, which take turns, evenly spaced.
type traffic struct {
	every  time.Duration // 0: none
	script Script
	next   time.Time
	n      int
	rng    *rand.Rand
}

// Traffic has rps requests a second come in from now on, over all hosts and services
// together; 0 ends them.
func (t *Target) Traffic(rps float64, script Script) { t.flow(rps, script, time.Now()) }

// Flowing is Traffic that has been coming in for the last d.
func (t *Target) Flowing(rps float64, script Script, d time.Duration) {
	t.flow(rps, script, time.Now().Add(-d))
}

func (t *Target) flow(rps float64, script Script, from time.Time) {
	t.site.mu.Lock()
	defer t.site.mu.Unlock()
	t.site.advance(time.Now())
	tr := &t.site.traffic
	tr.every, tr.script = 0, script
	if rps > 0 {
		tr.every = time.Duration(float64(time.Second) / rps)
		tr.next = from.Add(tr.every)
	}
	t.site.advance(time.Now())
}

// advance answers every request that came in until now; s.mu is held.
func (s *site) advance(now time.Time) {
	tr := &s.traffic
	for tr.every > 0 && !tr.next.After(now) {
		h := s.hosts[tr.n%len(s.hosts)]
		service := s.services[tr.n/len(s.hosts)%len(s.services)]
		r := s.answer(h, service, tr.next)
		tr.n++
		tr.next = tr.next.Add(tr.every)
		if h.stalled != nil {
			continue
		}
		h.count(r)
		s.log.Keep(r)
		if !h.muted[Requests] && h.heard() {
			s.feed.Publish(r)
		}
	}
}

// answer takes two numbers off the generator for every request, whoever answers it, so
// that what one slot does leaves the answers of another as they are.
func (s *site) answer(h *host, service string, at time.Time) targets.Request {
	chance, spread := s.traffic.rng.Float64(), s.traffic.rng.NormFloat64()
	r := targets.Request{Where: targets.Where{Host: h.name, Service: service, Slot: h.live}, At: at}
	if !h.slots[h.live].up(service) {
		r.Slot, r.Bad, r.Latency = targets.NoSlot, true, time.Millisecond
		return r
	}
	mix := s.traffic.script(h.live, at.Sub(h.since))
	r.Bad, r.Latency = chance < mix.Errors, mix.latency(spread)
	return r
}

// z95 is the 95th percentile of the standard normal distribution.
const z95 = 1.6448536

func (m Mix) latency(z float64) time.Duration {
	sigma := math.Log(float64(m.P95)/float64(m.P50)) / z95
	return time.Duration(float64(m.P50) * math.Exp(sigma*z))
}

func (h *host) count(r targets.Request) {
	if r.Slot == targets.NoSlot {
		return
	}
	c := h.totals[r.Where]
	if c == nil {
		c = &total{}
		h.totals[r.Where] = c
	}
	c.requests++
	if r.Bad {
		c.bad++
	}
}
