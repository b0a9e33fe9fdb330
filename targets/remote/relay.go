package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/docker/docker/api/types/container"

	"goaround/targets/text"
)

// relay is what in a container can carry a stream to an address of its networks.
type relay string

// The relays. Each ends with all its processes, by a signal to the process group that
// `docker exec` made for it, as soon as either side has ended.
const (
	// netcat connects by itself and does not say that it has.
	netcat relay = `{ cat; kill 0; } 2>/dev/null | { nc "$1" "$2"; kill 0; }`
	// devTCP is bash's own; it writes one byte when it is connected.
	devTCP relay = `exec 3<>"/dev/tcp/$1/$2" || exit 1; printf +; { cat <&3; kill 0; } & cat >&3; kill 0`
)

func (r relay) argv(host, port string) []string {
	shell := "sh"
	if r == devTCP {
		shell = "bash"
	}
	return []string{shell, "-c", string(r), "relay", host, port}
}

// Dial connects to address, "web-green:8080", as seen from inside a running container.
// Closing the connection ends what carries it in the container. If the container has
// no tool for it, the error is a *text.Problem. Through nc a refused connection shows at
// the first Read, which returns the reason, or io.EOF if nc gives none.
func (e *Engine) Dial(ctx context.Context, name, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	r, err := e.relay(ctx, name)
	if err != nil {
		return nil, err
	}
	_, stream, err := e.attach(ctx, name, container.ExecOptions{
		Cmd: r.argv(host, port), AttachStdin: true, AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		e.forget(name)
		return nil, fmt.Errorf("dial %s from %s: %w", address, name, e.Problem(err))
	}
	c := &conn{stream: stream, address: address}
	if r == devTCP {
		err = c.connected(ctx)
	}
	if err != nil {
		c.Close()
		e.forget(name)
		return nil, err
	}
	return c, nil
}

// relay finds out once what the container has; nc is preferred.
func (e *Engine) relay(ctx context.Context, name string) (relay, error) {
	e.mu.Lock()
	r, known := e.relays[name]
	e.mu.Unlock()
	if known {
		return r, nil
	}
	const probe = "command -v cat >/dev/null && { command -v nc || command -v bash; }"
	out, err := e.Exec(ctx, name, "", []string{"sh", "-c", probe}, nil)
	var exit *ExitError
	switch {
	case errors.As(err, &exit):
		return "", text.NewProblem("relay-missing", "container "+name+" has neither nc nor bash, so nothing can be reached through it",
			"use an image that has one of them: the official haproxy images have")
	case err != nil:
		return "", err
	}
	r = devTCP
	if strings.HasSuffix(strings.TrimSpace(string(out)), "nc") {
		r = netcat
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.relays[name] = r
	return r, nil
}

// forget makes the next Dial look again: the container may be another by now.
func (e *Engine) forget(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.relays, name)
}
