package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
)

// postgres is a connection to a PostgreSQL that asks for no password: as much of the
// protocol, version 3, as one query after another takes.
type postgres struct {
	conn net.Conn
	r    *bufio.Reader
}

func connect(address string) (*postgres, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	p := &postgres{conn: conn, r: bufio.NewReader(conn)}
	start := binary.BigEndian.AppendUint32(nil, 3<<16)
	start = append(start, "user\x00work\x00database\x00work\x00\x00"...)
	if err := p.send(nil, start); err != nil {
		return nil, err
	}
	_, err = p.answer()
	return p, err
}

// query does one statement and returns the rows of its answer, all values as text.
func (p *postgres) query(format string, args ...any) ([][]string, error) {
	if err := p.send([]byte{'Q'}, append([]byte(fmt.Sprintf(format, args...)), 0)); err != nil {
		return nil, err
	}
	return p.answer()
}

func (p *postgres) send(kind, body []byte) error {
	_, err := p.conn.Write(append(binary.BigEndian.AppendUint32(kind, uint32(len(body)+4)), body...))
	return err
}

// answer reads up to the word that the server is ready for the next query.
func (p *postgres) answer() (rows [][]string, failed error) {
	for {
		kind, err := p.r.ReadByte()
		if err != nil {
			return nil, err
		}
		var size uint32
		if err := binary.Read(p.r, binary.BigEndian, &size); err != nil {
			return nil, err
		}
		body := make([]byte, size-4)
		if _, err := io.ReadFull(p.r, body); err != nil {
			return nil, err
		}
		switch kind {
		case 'E':
			failed = fmt.Errorf("postgres: %s", strings.ReplaceAll(string(body), "\x00", " "))
		case 'D':
			rows = append(rows, row(body))
		case 'Z':
			return rows, failed
		}
	}
}

func row(body []byte) []string {
	values := make([]string, binary.BigEndian.Uint16(body))
	body = body[2:]
	for i := range values {
		size := int32(binary.BigEndian.Uint32(body))
		body = body[4:]
		if size > 0 {
			values[i], body = string(body[:size]), body[size:]
		}
	}
	return values
}
