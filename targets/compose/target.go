package compose

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"goaround/targets"
	"goaround/targets/text"
)

// Target is a targets.Target: one app in one environment, on the engines of its hosts.
type Target struct {
	project *project
	door    *text.Door
	hosts   []*host // in the order of the environment

	mu    sync.Mutex
	lease *lease // the last one acquired; nil: none
}

// Open reads the Compose files and connects to the hosts. An engine that does not
// answer is no error here: each use of it says so. The caller closes the target.
func Open(ctx context.Context, cfg Config) (*Target, error) {
	quiet()
	if cfg.Silence == 0 {
		cfg.Silence = 30 * time.Second
	}
	p, err := load(ctx, cfg, cfg.File.Compose.Project)
	if err != nil {
		return nil, err
	}
	t := &Target{project: p}
	names := hostNames(cfg.Env.Hosts)
	for i, address := range cfg.Env.Hosts {
		h, err := connect(ctx, names[i], address, cfg.Silence)
		if err != nil {
			return nil, errors.Join(err, t.Close())
		}
		t.hosts = append(t.hosts, h)
	}
	if t.project, err = t.settleName(ctx, cfg, p); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	for _, h := range t.hosts {
		h.project = t.project
	}
	t.door = text.NewDoor(t.withLacking(ctx, p.secrets()))
	for _, h := range t.hosts {
		h.door = t.door
	}
	return t, nil
}

// Door makes text from outside safe and knows the secrets of the Compose files.
func (t *Target) Door() *text.Door { return t.door }

// Close ends the target's connections. It changes nothing on the hosts.
func (t *Target) Close() error {
	var errs []error
	for _, h := range t.hosts {
		errs = append(errs, h.close())
	}
	return errors.Join(errs...)
}

// Dial connects to a released service in a slot; see targets.Target.
func (t *Target) Dial(ctx context.Context, host, service string, slot targets.Slot) (net.Conn, error) {
	h, err := t.host(host)
	if err != nil {
		return nil, err
	}
	return h.dial(ctx, service, slot)
}

func (t *Target) host(name string) (*host, error) {
	for _, h := range t.hosts {
		if h.name == name {
			return h, nil
		}
	}
	return nil, fmt.Errorf("the environment has no host %q", name)
}

// each asks all hosts at once. The answers are in the order of hosts; an error is the
// first host's that has one.
func each[T any](hosts []*host, ask func(*host) (T, error)) ([]T, error) {
	answers, errs := make([]T, len(hosts)), make([]error, len(hosts))
	var all sync.WaitGroup
	for i, h := range hosts {
		all.Go(func() { answers[i], errs[i] = ask(h) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return answers, nil
}
