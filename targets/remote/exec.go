package remote

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"

	"goaround/targets/text"
)

// MaxOutput is the most bytes of a command's output that [Engine.Exec] takes.
const MaxOutput = 4 << 20

const maxStderr = 4 << 10

// ExitError says that a command in a container ended with another code than 0.
type ExitError struct {
	Command string    // argv's first word
	Code    int       // 126 and 127: the container does not have the command
	Stderr  text.Safe // the start of what it wrote there, in one line
}

func (e *ExitError) Error() string {
	if e.Stderr.IsZero() {
		return fmt.Sprintf("%s: exit code %d", e.Command, e.Code)
	}
	return fmt.Sprintf("%s: exit code %d: %s", e.Command, e.Code, e.Stderr)
}

// Missing reports whether the container does not have the command at all.
func (e *ExitError) Missing() bool { return e.Code == 126 || e.Code == 127 }

// Exec runs argv in a running container, as user ("" is the container's own), with
// stdin (nil: none), and returns its stdout. Another exit code than 0 is an *[ExitError]. When ctx
// ends it returns; the command has then lost its stdin, but may still run.
func (e *Engine) Exec(ctx context.Context, name, user string, argv []string, stdin []byte) ([]byte, error) {
	out, err := e.exec(ctx, name, user, argv, stdin)
	if err != nil {
		return nil, fmt.Errorf("exec in %s: %w", name, e.Problem(err))
	}
	return out, nil
}

func (e *Engine) exec(ctx context.Context, name, user string, argv []string, stdin []byte) ([]byte, error) {
	id, stream, err := e.attach(ctx, name, container.ExecOptions{
		User: user, Cmd: argv, AttachStdin: stdin != nil, AttachStdout: true, AttachStderr: true,
	})
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	stop := context.AfterFunc(ctx, stream.Close)
	defer stop()

	if stdin != nil {
		go func() {
			io.Copy(stream.Conn, bytes.NewReader(stdin))
			stream.CloseWrite()
		}()
	}
	stdout, stderr := &capped{limit: MaxOutput}, &capped{limit: maxStderr}
	if _, err := stdcopy.StdCopy(stdout, stderr, stream.Reader); err != nil {
		return nil, ended(ctx, err)
	}
	code, err := e.exitCode(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case code != 0:
		return nil, &ExitError{Command: argv[0], Code: code, Stderr: text.Clean(strings.TrimSpace(stderr.String()))}
	case stdout.cut:
		return nil, fmt.Errorf("%s: output is over %d bytes", argv[0], MaxOutput)
	}
	return stdout.Bytes(), nil
}

// attach starts a command with a stream to it. The API's own call does not heed ctx
// while an engine that hangs is silent, so it is left behind then.
func (e *Engine) attach(ctx context.Context, name string, opts container.ExecOptions) (string, types.HijackedResponse, error) {
	made, err := e.client.ContainerExecCreate(ctx, name, opts)
	if err != nil {
		return "", types.HijackedResponse{}, err
	}
	var stream types.HijackedResponse
	done := make(chan error, 1)
	go func() {
		var err error
		stream, err = e.client.ContainerExecAttach(ctx, made.ID, container.ExecAttachOptions{})
		done <- err
	}()
	select {
	case err := <-done:
		return made.ID, stream, err
	case <-ctx.Done():
		go func() {
			if <-done == nil {
				stream.Close()
			}
		}()
		return "", types.HijackedResponse{}, ctx.Err()
	}
}

// exitCode waits for it: the end of a command's output comes shortly before its code.
func (e *Engine) exitCode(ctx context.Context, id string) (int, error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		state, err := e.client.ContainerExecInspect(ctx, id)
		if err != nil || !state.Running {
			return state.ExitCode, err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-tick.C:
		}
	}
}

// ended is the error of ctx if that is why a stream broke.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// capped keeps the first limit bytes and lets go of the rest.
type capped struct {
	bytes.Buffer
	limit int
	cut   bool
}

func (c *capped) Write(p []byte) (int, error) {
	if room := c.limit - c.Len(); len(p) > room {
		c.cut = true
		c.Buffer.Write(p[:room])
		return len(p), nil
	}
	return c.Buffer.Write(p)
}
