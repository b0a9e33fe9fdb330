package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// client is a customer's connection. It never sends a request twice: where net/http's
// client quietly repeats a request whose connection broke, this one reports it.
type client struct {
	addr    string // host:port
	cookies []*http.Cookie
	conn    net.Conn // nil: the next request opens one
	reader  *bufio.Reader
}

// answer is what came of a request.
type answer struct {
	sent    time.Time
	version string // which version of the shop answered; empty: none
	status  int
	body    string
}

// limit is how long a request may take, the slow one included.
const limit = 15 * time.Second

func (c *client) get(path string) (answer, error) {
	return c.want(http.StatusOK, http.MethodGet, path, nil)
}

// post sends a form and wants an answer of that status.
func (c *client) post(path string, form url.Values, status int) (answer, error) {
	return c.want(status, http.MethodPost, path, form)
}

func (c *client) want(status int, method, path string, form url.Values) (answer, error) {
	a, err := c.send(method, path, form)
	switch {
	case err != nil:
		c.close()
	case a.status != status:
		err = fmt.Errorf("answered %d by %q", a.status, a.version)
	}
	if err != nil {
		err = fmt.Errorf("%s %s: %w", method, path, err)
	}
	return a, err
}

func (c *client) send(method, path string, form url.Values) (answer, error) {
	a := answer{sent: time.Now()}
	if err := c.open(a.sent.Add(limit)); err != nil {
		return a, err
	}
	req, err := http.NewRequest(method, "http://"+c.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		return a, err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, k := range c.cookies {
		req.AddCookie(k)
	}
	if err := req.Write(c.conn); err != nil {
		return a, err
	}
	resp, err := http.ReadResponse(c.reader, req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.version, a.status = resp.Header.Get("X-Shop-Version"), resp.StatusCode
	c.cookies = append(c.cookies, resp.Cookies()...)
	body, err := io.ReadAll(resp.Body)
	a.body = string(body)
	if resp.Close {
		c.close()
	}
	return a, err
}

// open connects unless a connection is open, and sets the deadline of what follows.
func (c *client) open(deadline time.Time) error {
	if c.conn == nil {
		conn, err := (&net.Dialer{Deadline: deadline}).Dial("tcp", c.addr)
		if err != nil {
			return err
		}
		c.conn, c.reader = conn, bufio.NewReader(conn)
	}
	return c.conn.SetDeadline(deadline)
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}
