package remote

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/docker/cli/cli/connhelper/ssh"

	"goaround/targets/text"
)

const (
	engineSocket  = "/var/run/docker.sock"
	connectWithin = 30 * time.Second // an attempt, with all that agents and keys need
)

// errClosed is the error of whoever dials after close.
var errClosed = errors.New("the connection to the host is closed")

// tunnel carries connections to an engine behind SSH, over one link at a time. Whoever
// dials first starts it, and so does whoever dials when it has broken; the others wait.
type tunnel struct {
	address string // "ssh://deploy@web-1"
	to      *ssh.Spec
	ctx     context.Context // ends with close
	stop    context.CancelFunc
	all     sync.WaitGroup // links, and what they have started

	mu   sync.Mutex
	now  *link
	last *text.Problem // why there is no link; nil while there is one, or none was tried
}

func newTunnel(ctx context.Context, address string) (*tunnel, error) {
	to, err := ssh.ParseURL(address)
	if err != nil {
		return nil, err
	}
	t := &tunnel{address: address, to: to}
	t.ctx, t.stop = context.WithCancel(context.WithoutCancel(ctx))
	return t, nil
}

// dial opens a connection to the engine.
func (t *tunnel) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	l, err := t.link()
	if err != nil {
		return nil, err
	}
	select {
	case <-l.tried:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if l.err != nil {
		return nil, l.err
	}
	return l.dial(ctx)
}

// link is the one there is, or a new attempt. One that has failed is the answer for a
// while.
func (t *tunnel) link() (*link, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() != nil {
		return nil, errClosed
	}
	if t.now == nil || t.now.spent() {
		t.now = newLink(t)
		t.all.Go(t.now.run)
	}
	return t.now, nil
}

// close ends the link, and with it all connections.
func (t *tunnel) close() {
	t.mu.Lock()
	t.stop()
	t.mu.Unlock()
	t.all.Wait()
}

func (t *tunnel) note(p *text.Problem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = p
}

// why is the reason why there is no link; nil while there is one.
func (t *tunnel) why() *text.Problem {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// settle waits for the end of a link whose connections have just ended, if it ends: what
// ssh has to say of it comes a moment later.
func (t *tunnel) settle() {
	t.mu.Lock()
	l := t.now
	t.mu.Unlock()
	if l == nil {
		return
	}
	select {
	case <-l.over:
	case <-time.After(200 * time.Millisecond):
	}
}

// who is the host, behind the user if one is named.
func (t *tunnel) who() string {
	if t.to.User == "" {
		return t.to.Host
	}
	return t.to.User + "@" + t.to.Host
}

// login is what a person types to come to the host.
func (t *tunnel) login() string {
	if t.to.Port == "" {
		return "ssh " + t.who()
	}
	return "ssh -p " + t.to.Port + " " + t.who()
}

// destination are the last arguments of ssh.
func (t *tunnel) destination() []string {
	var args []string
	if t.to.User != "" {
		args = append(args, "-l", t.to.User)
	}
	if t.to.Port != "" {
		args = append(args, "-p", t.to.Port)
	}
	return append(args, "--", t.to.Host)
}

// remoteSocket is the engine's on its host.
func (t *tunnel) remoteSocket() string {
	if strings.Trim(t.to.Path, "/") == "" {
		return engineSocket
	}
	return t.to.Path
}
