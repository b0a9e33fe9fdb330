// Package remote reaches a Docker Engine, and through it the networks of its host: one
// connection a host is enough, since commands and streams go through `docker exec`.
package remote

import (
	"context"
	"errors"
	"sync"

	"github.com/docker/docker/client"

	"goaround/targets/text"
)

// Engine is the Docker Engine of one host. It is safe for concurrent use.
type Engine struct {
	host   string // its address, for sentences
	client *client.Client

	mu     sync.Mutex
	relays map[string]relay // by container, once it is known what is in it
}

// Open prepares to reach the engine at address: "local" is what DOCKER_HOST or the
// current Docker context says, else "unix:///path". It does not connect yet, see
// [Engine.Ping].
func Open(address string) (*Engine, error) {
	end, err := endpoint(address)
	if err != nil {
		return nil, err
	}
	opts, err := end.ClientOpts()
	if err != nil {
		return nil, unusable(address, err)
	}
	api, err := client.NewClientWithOpts(opts...)
	if err != nil {
		return nil, unusable(address, err)
	}
	return &Engine{host: api.DaemonHost(), client: api, relays: map[string]relay{}}, nil
}

// Client is the engine's API, with the version negotiated at the first call.
func (e *Engine) Client() *client.Client { return e.client }

// Host is the address of the engine, "unix:///var/run/docker.sock".
func (e *Engine) Host() string { return e.host }

// Ping asks the engine for a sign of life. The error is a *text.Problem.
func (e *Engine) Ping(ctx context.Context) error {
	_, err := e.client.Ping(ctx)
	return e.Problem(err)
}

// Close ends the connections that are not in use. Streams from [Engine.Dial] and
// [Engine.Logs] stay open until they are closed themselves.
func (e *Engine) Close() error { return e.client.Close() }

// Problem makes err one that a person can act on if the reason is the engine itself,
// that it does not answer or does not let us in. All else, and an error of a context
// that ended, it returns as it is.
func (e *Engine) Problem(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case denied(err):
		return text.NewProblem("engine-denied", "the docker engine at "+e.host+" does not let this user in",
			"join the group docker, or set DOCKER_HOST to an engine that is yours")
	case unreachable(err):
		return text.NewProblem("engine-silent", "the docker engine at "+e.host+" does not answer",
			"look with `docker version`; another engine is chosen by DOCKER_HOST or `docker context use`")
	}
	return err
}
