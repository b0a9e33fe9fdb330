package recordings

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"goaround/targets/text"
)

const (
	maxLine  = 4 << 20 // bytes, with the newline
	hexLen   = 2 * sha256.Size
	saltLen  = 12 // characters
	wallForm = "2006-01-02T15:04:05.000Z"
)

var (
	errIncomplete = errors.New("the line is incomplete")
	errShape      = errors.New("the line is not a record")
	errTooLong    = errors.New("the line is longer than 4 MiB")
)

// envelope is the body of a line. The order of its fields is the format's.
type envelope struct {
	V  string  `json:"v,omitempty"`
	N  *uint64 `json:"n"`
	T  string  `json:"t"`
	M  *int64  `json:"m"`
	K  string  `json:"k"`
	By string  `json:"by"`
	R  string  `json:"r,omitempty"`
	DH string  `json:"dh"`
}

// line is a record as it stands in the file, in its parts.
type line struct {
	envelope
	at      time.Time
	body    []byte
	salt    []byte // nil: erased
	payload []byte // nil: erased
	hash    []byte
}

// splitLine takes a line without its newline apart. It checks the shape, no hash.
func splitLine(raw []byte) (line, error) {
	l, err := cutLine(raw)
	if err == nil && l.payload != nil && !json.Valid(l.payload) {
		return l, errShape
	}
	return l, err
}

// cutLine is splitLine but for the payload, of which only the first brace is looked at.
func cutLine(raw []byte) (line, error) {
	var l line
	rest, ok := bytes.CutSuffix(raw, []byte(`"}`))
	if !ok || len(rest) < hexLen {
		return l, errShape
	}
	rest, l.hash = rest[:len(rest)-hexLen], rest[len(rest)-hexLen:]
	rest, ok = bytes.CutSuffix(rest, []byte(`,"h":"`))
	if !ok {
		return l, errShape
	}
	at := bytes.Index(rest, []byte(`,"dh":"`))
	end := at + len(`,"dh":"`) + hexLen + len(`"`)
	if at < 0 || end > len(rest) {
		return l, errShape
	}
	l.body = rest[:end]
	if l.salt, l.payload, ok = splitPayload(rest[end:]); !ok {
		return l, errShape
	}
	if json.Unmarshal(append(bytes.Clone(l.body), '}'), &l.envelope) != nil || l.N == nil || l.M == nil || l.K == "" {
		return l, errShape
	}
	var err error
	if l.at, err = time.Parse(time.RFC3339, l.T); err != nil {
		return l, errShape
	}
	return l, nil
}

// splitPayload takes ,"s":…,"d":… apart. Salt and payload are there, or neither.
func splitPayload(raw []byte) (salt, payload []byte, ok bool) {
	if string(raw) == `,"s":null,"d":null` {
		return nil, nil, true
	}
	rest, ok := bytes.CutPrefix(raw, []byte(`,"s":"`))
	if !ok || len(rest) < saltLen {
		return nil, nil, false
	}
	salt, rest = rest[:saltLen], rest[saltLen:]
	payload, ok = bytes.CutPrefix(rest, []byte(`","d":`))
	return salt, payload, ok && bytes.HasPrefix(payload, []byte("{"))
}

func isObject(raw []byte) bool {
	return len(raw) > 0 && raw[0] == '{' && json.Valid(raw)
}

// record is what the line says.
func (l line) record() Record {
	return Record{
		N:       *l.N,
		At:      l.at.UTC(),
		Mono:    time.Duration(*l.M) * time.Microsecond,
		Kind:    text.Clean(l.K).String(),
		By:      text.Clean(l.By).String(),
		Role:    text.Clean(l.R).String(),
		Payload: bytes.Clone(l.payload),
		Hash:    string(l.hash),
	}
}

// newLine writes r as record n after the one with the hash before, newline included.
func newLine(r Record, n uint64, before string) ([]byte, error) {
	var payload bytes.Buffer
	if err := json.Compact(&payload, r.Payload); err != nil || !isObject(payload.Bytes()) {
		return nil, errors.New("the payload is not a JSON object")
	}
	salt := make([]byte, base64.StdEncoding.DecodedLen(saltLen))
	rand.Read(salt)
	s := []byte(base64.StdEncoding.EncodeToString(salt))
	mono := r.Mono.Microseconds()
	e := envelope{
		N:  &n,
		T:  r.At.UTC().Format(wallForm),
		M:  &mono,
		K:  text.Clean(r.Kind).String(),
		By: text.Clean(r.By).String(),
		R:  text.Clean(r.Role).String(),
		DH: hashOf(s, payload.Bytes()),
	}
	if n == 0 {
		e.V = Version
	}
	whole, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	body := bytes.TrimSuffix(whole, []byte("}"))
	hash := hashOf([]byte(before), body)
	return bytes.Join([][]byte{body, []byte(`,"s":"`), s, []byte(`","d":`), payload.Bytes(), []byte(`,"h":"` + hash + "\"}\n")}, nil), nil
}

func hashOf(a, b []byte) string {
	h := sha256.New()
	h.Write(a)
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}
