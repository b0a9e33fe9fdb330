package remote

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"goaround/targets/text"
)

// forward is a running `ssh -N -L`, the user's own with all its configuration, which
// forwards a socket in a folder of ours to the engine's.
type forward struct {
	*link
	dir  string
	said tail // on stderr
	end  context.CancelFunc
	over chan struct{} // closed when it has ended
}

// options of every ssh. No question is ever asked, and a peer that is silent is given up
// after 4 s. What the user's configuration says of sessions is not meant for this one.
func options() []string {
	return []string{
		"-T", "-a", "-x",
		"-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=3",
		"-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "ClearAllForwardings=no", "-o", "ExitOnForwardFailure=no",
		"-o", "PermitLocalCommand=no", "-o", "RemoteCommand=none", "-o", "LogLevel=INFO",
	}
}

// forward starts one. It ends with ctx, with end, or by itself, and then takes its folder
// away. A port that the user's configuration forwards besides may be taken already: that
// is no reason to fail.
func (l *link) forward(ctx context.Context) (*forward, error) {
	dir, err := newFolder()
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	f := &forward{link: l, dir: dir, end: end, over: make(chan struct{})}
	args := append(options(), "-N", "-o", "StreamLocalBindMask=0177", "-L", f.socket()+":"+l.remoteSocket())
	cmd := sshCommand(ctx, append(args, l.destination()...))
	cmd.Stderr = &f.said
	if err := cmd.Start(); err != nil {
		end()
		os.RemoveAll(dir)
		return nil, err
	}
	l.all.Go(func() {
		defer close(f.over)
		defer os.RemoveAll(dir)
		_ = cmd.Wait()
		if ctx.Err() == nil {
			l.note(f.why())
		}
		end()
	})
	return f, nil
}

// sshCommand is ssh without a terminal, so neither it nor another that it starts for a jump
// can ask anybody. It gets no Ctrl-C, and ends with its context, or with this process.
func sshCommand(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "ssh", args...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "SSH_ASKPASS") || strings.HasPrefix(v, "DISPLAY=")
	}), "SSH_ASKPASS_REQUIRE=never")
	cmd.SysProcAttr = withUs(&syscall.SysProcAttr{Setsid: true})
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// why is the reason of its end.
func (f *forward) why() *text.Problem { return f.problem(f.said.String()) }

// listening waits until connections are taken.
func (f *forward) listening(ctx context.Context) *text.Problem {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if conn, err := f.dial(ctx); err == nil {
			conn.Close()
			return nil
		}
		select {
		case <-tick.C:
		case <-f.over:
			return f.why()
		case <-ctx.Done():
			return f.why()
		}
	}
}

func (f *forward) dial(ctx context.Context) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", f.socket())
}

func (f *forward) socket() string { return filepath.Join(f.dir, "sock") }

// newFolder is one for a socket, of this user alone. The path of a socket is short, and
// some characters mean something to ssh.
func newFolder() (string, error) {
	const name, longest = "goaround-ssh-", 80
	dir, err := os.MkdirTemp("", name)
	if err == nil && len(dir) <= longest && !strings.ContainsAny(dir, `:%$\" `) {
		return dir, nil
	}
	os.Remove(dir)
	return os.MkdirTemp("/tmp", name)
}

// tail keeps the last of what is written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-maxStderr):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
