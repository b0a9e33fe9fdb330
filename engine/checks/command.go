package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"goaround/checklist"
	"goaround/targets/text"
)

const (
	tailLines = 30          // of a command's output
	afterExit = time.Second // for output that a process left behind still holds back
)

// Command runs the command of an item, as [checklist.Parse] returned it, and is OK if
// it exits 0 within the item's timeout. It runs in a session of its own, without terminal and input, and when its
// time is up it is killed with all it has started.
func (r Runner) Command(ctx context.Context, item checklist.Item) Result {
	limited, cancel := context.WithTimeout(ctx, item.Timeout)
	defer cancel()
	cmd := exec.CommandContext(limited, item.Command[0], item.Command[1:]...)
	cmd.Dir = r.Dir
	cmd.Env = append(cmd.Environ(), r.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	cmd.WaitDelay = afterExit

	start := time.Now()
	output, err := r.follow(cmd)
	ending := describe(cmd, err)
	if why := cutShort(ctx, limited, item.Timeout); why != "" && !exited(err) {
		ending = why
	} else if cmd.ProcessState != nil {
		ending += " in " + took(time.Since(start))
	}
	if last := lastWords(output); last != "" {
		ending += ": " + last
	}
	return Result{OK: exited(err), Evidence: r.line("%s", ending), More: output}
}

// follow runs cmd and returns the last lines of its output.
func (r Runner) follow(cmd *exec.Cmd) ([]text.Safe, error) {
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	var output []text.Safe
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = text.Lines(reader, r.Door, func(line text.Safe) {
			output = append(output[max(0, len(output)-tailLines+1):], line)
		})
	}()
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		killGroup(cmd.Process.Pid)
	}
	writer.Close()
	<-done
	return output, err
}

// exited reports whether a command ended by itself with 0. Where a process that it
// left behind held the output open, it did.
func exited(err error) bool {
	return err == nil || errors.Is(err, exec.ErrWaitDelay)
}

// describe says how a command ended, or why it could not begin.
func describe(cmd *exec.Cmd, err error) string {
	switch {
	case cmd.ProcessState == nil:
		return "did not start: " + err.Error()
	case cmd.ProcessState.Exited():
		return fmt.Sprintf("exit %d", cmd.ProcessState.ExitCode())
	}
	return cmd.ProcessState.String()
}

// killGroup kills a process and all it has started that did not leave its group.
func killGroup(pid int) error {
	if err := syscall.Kill(-pid, syscall.SIGKILL); errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return nil
}

// lastWords is the last line of output that says something.
func lastWords(output []text.Safe) string {
	for i := len(output) - 1; i >= 0; i-- {
		if s := strings.TrimSpace(output[i].String()); s != "" {
			return s
		}
	}
	return ""
}
