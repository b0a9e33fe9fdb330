// Package remote reaches a Docker Engine, and through it the networks of its host: one
// connection a host is enough, since commands and streams go through `docker exec`.
package remote

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/docker/cli/cli/context/docker"
	"github.com/docker/docker/client"

	"goaround/targets/text"
)

// Engine is the Docker Engine of one host. It is safe for concurrent use.
type Engine struct {
	host   string // its address, for sentences
	client *client.Client
	tunnel *tunnel // nil: it is not behind SSH

	mu     sync.Mutex
	relays map[string]relay // by container, once it is known what is in it
}

// Open prepares to reach the engine at address: "local" is what DOCKER_HOST or the
// current Docker context says, else "unix:///path", "ssh://user@host:port" or
// "context:NAME". It does not connect yet, see [Engine.Ping]. The caller closes it: the end
// of ctx does not, since there is much to do yet when that has come.
func Open(ctx context.Context, address string) (*Engine, error) {
	end, err := endpoint(address)
	if err != nil {
		return nil, err
	}
	e := &Engine{host: end.Host, relays: map[string]relay{}}
	opts, err := e.options(ctx, end)
	if err != nil {
		return nil, unusable(address, err)
	}
	if e.client, err = client.NewClientWithOpts(opts...); err != nil {
		return nil, unusable(address, err)
	}
	return e, nil
}

// options are those of the client, which for an engine behind SSH dials through a tunnel.
func (e *Engine) options(ctx context.Context, end docker.Endpoint) (opts []client.Opt, err error) {
	if !strings.HasPrefix(end.Host, "ssh://") {
		return end.ClientOpts()
	}
	if e.tunnel, err = newTunnel(ctx, end.Host); err != nil {
		return nil, err
	}
	return []client.Opt{
		client.WithHTTPClient(&http.Client{Transport: &http.Transport{DialContext: e.tunnel.dial}}),
		client.WithHost("unix://" + e.tunnel.remoteSocket()), // no proxy of the environment has a say
		client.WithDialContext(e.tunnel.dial),
		client.WithVersionFromEnv(), client.WithAPIVersionNegotiation(),
	}, nil
}

// Client is the engine's API, with the version negotiated at the first call.
func (e *Engine) Client() *client.Client { return e.client }

// Host is the address of the engine, "unix:///var/run/docker.sock".
func (e *Engine) Host() string { return e.host }

// Away reports whether the engine is on another machine, so that its paths are not ours.
func (e *Engine) Away() bool { return !strings.HasPrefix(e.host, "unix://") }

// Ping asks the engine for a sign of life. The error is a *text.Problem.
func (e *Engine) Ping(ctx context.Context) error {
	_, err := e.client.Ping(ctx)
	return e.Problem(err)
}

// Close ends the connections that are not in use. Streams from [Engine.Dial] and
// [Engine.Logs] stay open until they are closed themselves, but those to an engine behind
// SSH end.
func (e *Engine) Close() error {
	err := e.client.Close()
	if e.tunnel != nil {
		e.tunnel.close()
	}
	return err
}

// Problem makes err one that a person can act on if the reason is the engine itself,
// that it cannot be reached, does not answer or does not let us in. All else, and an
// error of a context that ended, it returns as it is.
func (e *Engine) Problem(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case e.tunnel != nil && unreachable(err):
		return e.tunnel.reason(err)
	case denied(err):
		return text.NewProblem("engine-denied", "the docker engine at "+e.host+" does not let this user in",
			"join the group docker, or set DOCKER_HOST to an engine that is yours")
	case unreachable(err):
		return e.Silent()
	}
	return err
}

// Silent is the problem of an engine that does not answer, or not in time.
func (e *Engine) Silent() *text.Problem {
	if e.tunnel != nil {
		return e.tunnel.silent()
	}
	return text.NewProblem("engine-silent", "the docker engine at "+e.host+" does not answer",
		"look with `docker version`; another engine is chosen by DOCKER_HOST or `docker context use`")
}
