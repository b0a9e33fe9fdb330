package text

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// maxBuffer is how much of a line [Lines] holds at a time, in bytes.
const maxBuffer = 64 << 10

// Lines reads r to its end and hands over each line, redacted and cleaned; it puts
// lines together again first, so a secret is never split between two reads. Of a line
// over 64 KiB the rest is skipped, and the text then ends in "… (N bytes cut)", where
// N counts all that is not shown. The lines of a PEM private key become
// "<secret PRIVATE-KEY>". The error is the reader's, nil at its end; what was read of
// the last line is handed over before it is returned.
func Lines(r io.Reader, door *Door, each func(Safe)) error {
	in := bufio.NewReaderSize(r, maxBuffer)
	var key keyBlock
	for {
		line, err := in.ReadSlice('\n')
		head := string(line)
		skipped := 0
		for errors.Is(err, bufio.ErrBufferFull) {
			line, err = in.ReadSlice('\n')
			skipped += len(line)
		}
		switch {
		case key.holds(head):
			each(door.Line(head[:min(key.prefix, len(head))] + "<secret " + privateKey + ">"))
		case skipped > 0:
			each(shorten(door.Line(head), len(head)+skipped))
		case len(head) > 0:
			each(door.Line(head))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// shorten is the start of t with a count of what is not shown of size bytes.
func shorten(t Safe, size int) Safe {
	const room = len(ellipsis + " (9223372036854775807 bytes cut)")
	head := cutAt(strings.TrimSuffix(t.s, ellipsis), MaxLine-room)
	return Clean(head + fmt.Sprintf("%s (%d bytes cut)", ellipsis, size-len(head)))
}

var (
	keyOpens  = regexp.MustCompile(keyBegin + `\s*$`)
	keyCloses = regexp.MustCompile(keyEnd)
	keyBody   = regexp.MustCompile(`^(?:[A-Za-z0-9+/=]*|(?:Proc-Type|DEK-Info|Version|Comment): .*)\s*$`)
)

// keyBlock follows a PEM private key over its lines. Each line may have something in
// front that is as long as what the first one had, such as a time. The zero value is
// outside of a key.
type keyBlock struct {
	inside bool
	prefix int
}

// holds reports whether line belongs to a key.
func (k *keyBlock) holds(line string) bool {
	if at := keyOpens.FindStringIndex(line); at != nil {
		k.inside, k.prefix = true, at[0]
		return true
	}
	if !k.inside {
		return false
	}
	k.inside = len(line) >= k.prefix && keyBody.MatchString(line[k.prefix:])
	return k.inside || keyCloses.MatchString(line)
}
