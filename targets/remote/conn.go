package remote

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/docker/docker/api/types"
	"github.com/docker/docker/pkg/stdcopy"

	"goaround/targets/text"
)

// conn is a connection that a relay in a container carries. What the relay writes to
// stdout is the data; what it writes to stderr is why there is none. As with any
// net.Conn one goroutine may read while another writes; the fields belong to the reader.
type conn struct {
	stream  types.HijackedResponse
	address string

	header  [8]byte // of a frame: the stream, three bytes of nothing, the length
	have    int     // bytes of header that were read
	left    int     // bytes of the frame that were not
	said    capped  // stderr
	carried bool    // a byte of data has come
}

// connected waits for the byte by which the relay says that it is.
func (c *conn) connected(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	_, err := io.ReadFull(c, make([]byte, 1))
	if err != nil {
		return ended(ctx, err)
	}
	return nil
}

// Read reads data; at the end of a stream that has carried none, the error says why.
func (c *conn) Read(p []byte) (int, error) {
	for len(p) > 0 {
		if err := c.nextFrame(); err != nil {
			return 0, c.reason(err)
		}
		if stdcopy.StdType(c.header[0]) == stdcopy.Stdout {
			n, err := c.stream.Reader.Read(p[:min(len(p), c.left)])
			c.left -= n
			c.carried = c.carried || n > 0
			if n > 0 || err != nil {
				return n, c.reason(err)
			}
			continue
		}
		if err := c.listen(); err != nil {
			return 0, c.reason(err)
		}
	}
	return 0, nil
}

// nextFrame reads a header if the last frame is through. A deadline in the middle of
// it loses nothing.
func (c *conn) nextFrame() error {
	for c.left == 0 {
		n, err := c.stream.Reader.Read(c.header[c.have:])
		c.have += n
		if c.have == len(c.header) {
			c.have, c.left = 0, int(binary.BigEndian.Uint32(c.header[4:]))
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) listen() error {
	c.said.limit = maxStderr
	var b [512]byte
	n, err := c.stream.Reader.Read(b[:min(len(b), c.left)])
	c.left -= n
	c.said.Write(b[:n])
	return err
}

func (c *conn) reason(err error) error {
	if errors.Is(err, io.EOF) && !c.carried && c.said.Len() > 0 {
		return fmt.Errorf("dial %s: %s", c.address, text.Clean(c.said.String()))
	}
	return err
}

func (c *conn) Write(p []byte) (int, error) { return c.stream.Conn.Write(p) }

// Close ends the stream, and with it the relay. A Read or Write that waits returns.
func (c *conn) Close() error { return c.stream.Conn.Close() }

func (c *conn) LocalAddr() net.Addr                { return address("docker exec") }
func (c *conn) RemoteAddr() net.Addr               { return address(c.address) }
func (c *conn) SetDeadline(t time.Time) error      { return c.stream.Conn.SetDeadline(t) }
func (c *conn) SetReadDeadline(t time.Time) error  { return c.stream.Conn.SetReadDeadline(t) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.stream.Conn.SetWriteDeadline(t) }

// address is a name that only the container can resolve.
type address string

func (address) Network() string  { return "relay" }
func (a address) String() string { return string(a) }
