// Package text is the door for text from outside: log lines, image labels,
// container names, commit messages, HTTP bodies, command output, and what people
// type. Nothing of it reaches a screen, an event or an export except as [Safe].
//
// The package is pure and imports nothing of this module; everyone may import it.
package text

import (
	"bytes"
	"encoding/json"
)

// MaxLine is the longest Safe in bytes; what is longer is cut and ends in "…".
const MaxLine = 2048

// Safe is one line of text that can be drawn, logged and stored: valid UTF-8, no
// control or escape characters, no line breaks, no bidirectional overrides or other
// invisible format characters, tabs expanded, at most [MaxLine] bytes. The zero value
// is the empty line. Only [Clean] and decoding make one, and decoding cleans again,
// since a recording is text from outside too.
type Safe struct{ s string }

// Clean makes a line safe. Each dangerous character becomes "·", each invalid byte
// U+FFFD, a line break in the middle a space; one at the end goes, and so does the
// variation selector of a symbol. It does not redact: see [Door.Line].
func Clean(raw string) Safe { return Safe{clean(raw)} }

// String is the text itself.
func (t Safe) String() string { return t.s }

// IsZero reports whether there is no text.
func (t Safe) IsZero() bool { return t.s == "" }

// Equal reports whether both lines are the same.
func (t Safe) Equal(o Safe) bool { return t.s == o.s }

// MarshalJSON writes the text as a JSON string; whether "<" is escaped is left to the
// encoder that asks.
func (t Safe) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(t.s)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads a JSON string and cleans it.
func (t *Safe) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = Clean(s)
	return nil
}

// MarshalText lets Safe be a key of a JSON map.
func (t Safe) MarshalText() ([]byte, error) { return []byte(t.s), nil }

// UnmarshalText reads and cleans.
func (t *Safe) UnmarshalText(b []byte) error { *t = Clean(string(b)); return nil }
