package compose

import (
	"bufio"
	"context"
	"io"
	"regexp"
	"strconv"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"

	"goaround/targets/text"
)

// longestLine is how many bytes of a line of a log are looked at.
const longestLine = 16 << 10

// looksBad reports whether a line looks like an error or a warning.
func looksBad(line string) bool { return bad.MatchString(line) }

var bad = regexp.MustCompile(`(?i)\b(error|warn|warning|fatal|panic|critical|exception|traceback|failed)\b`)

// plainStream is a log without the frames that tell stdout from stderr; a terminal's has
// none.
func plainStream(stream io.Reader, tty bool) io.Reader {
	if tty {
		return stream
	}
	r, w := io.Pipe()
	go func() {
		_, err := stdcopy.StdCopy(w, w, stream)
		w.CloseWithError(err)
	}()
	return r
}

// lines hands over each line, of a long one the start, until the reader ends.
func lines(r io.Reader, take func(string)) {
	b := bufio.NewReaderSize(r, longestLine)
	for {
		line, more, err := b.ReadLine()
		if err != nil {
			return
		}
		whole := string(line)
		for more && err == nil {
			_, more, err = b.ReadLine()
		}
		take(whole)
	}
}

// lastLines are the last n lines that a container has logged; none if they cannot be had.
func (h *host) lastLines(ctx context.Context, in container.InspectResponse, n int) []text.Safe {
	stream, err := h.api.ContainerLogs(ctx, in.ID, container.LogsOptions{ShowStdout: true, ShowStderr: true, Tail: strconv.Itoa(n)})
	if err != nil {
		return nil
	}
	defer stream.Close()
	var last []text.Safe
	lines(plainStream(stream, in.Config.Tty), func(raw string) { last = append(last, h.door.Line(raw)) })
	return last[max(0, len(last)-n):]
}
