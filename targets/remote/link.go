package remote

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/docker/cli/cli/connhelper"

	"goaround/targets/text"
)

// link is one attempt to come to a host, and if it succeeds the way there until it
// breaks. The way is a [forward]. Where the host forbids that, each connection is an ssh
// of its own that runs `docker system dial-stdio`, as the docker command does.
type link struct {
	*tunnel
	tried chan struct{} // closed when the attempt has ended; err, dial and again are set by then
	err   *text.Problem
	dial  func(context.Context) (net.Conn, error)
	again time.Time     // when a failed attempt may be followed by another
	over  chan struct{} // closed when the way has broken, or there is none
}

func newLink(t *tunnel) *link {
	return &link{tunnel: t, tried: make(chan struct{}), over: make(chan struct{})}
}

// spent reports whether the link is of no use any more.
func (l *link) spent() bool {
	select {
	case <-l.over:
		return l.err == nil || time.Now().After(l.again)
	default:
		return false
	}
}

// run connects, and stays until the way has broken or the tunnel is closed.
func (l *link) run() {
	ctx, cancel := context.WithCancel(l.ctx)
	defer cancel()
	defer close(l.over)
	broken, err := l.connect(ctx)
	l.err, l.again = err, time.Now().Add(rest(err))
	l.note(err)
	close(l.tried)
	if err != nil {
		return
	}
	select {
	case <-broken:
	case <-ctx.Done():
	}
}

// connect returns when the engine has answered, or with the reason why it cannot be
// reached. broken is closed when the way is; nil: each connection has its own.
func (l *link) connect(ctx context.Context) (broken <-chan struct{}, problem *text.Problem) {
	due, cancel := context.WithTimeout(ctx, connectWithin)
	defer cancel()
	f, err := l.forward(ctx)
	if err != nil {
		return nil, l.cannotStart(err)
	}
	if problem := f.listening(due); problem != nil {
		return nil, problem
	}
	if ping(due, f.dial) == nil {
		l.dial = f.dial
		return f.over, nil
	}
	f.end()
	helper, err := connhelper.GetConnectionHelperWithSSHOpts(l.address, options())
	if err != nil {
		return nil, l.cannotStart(err)
	}
	l.dial = func(ctx context.Context) (net.Conn, error) { return helper.Dialer(ctx, "", "") }
	if err := ping(due, l.dial); err != nil {
		return nil, l.problem(err.Error())
	}
	return nil, nil
}

// ping asks the engine for a sign of life over a connection of its own.
func ping(ctx context.Context, dial func(context.Context) (net.Conn, error)) error {
	conn, err := dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if _, err := io.WriteString(conn, "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
