package plain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"

	"goaround/engine/release"
)

// WriteJSON writes one event as a line of JSON with the fields n, t, m, k, by, r and d
// of a recording's line. What a terminal might act on is escaped.
func WriteJSON(w io.Writer, e release.Event) error {
	line := struct {
		N    uint64       `json:"n"`
		At   string       `json:"t"`
		Mono int64        `json:"m"`
		Kind string       `json:"k"`
		By   string       `json:"by"`
		Role release.Role `json:"r,omitempty"`
		Body release.Body `json:"d"`
	}{e.N, e.At.UTC().Format("2006-01-02T15:04:05.000Z"), e.Mono.Microseconds(), e.Body.Kind(), e.By.Name, e.By.Role, e.Body}
	if _, gone := e.Body.(release.Erased); gone {
		line.Body = nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(line); err != nil {
		return fmt.Errorf("write event %d: %w", e.N, err)
	}
	if _, err := w.Write(Printable(out.Bytes())); err != nil {
		return fmt.Errorf("write event %d: %w", e.N, err)
	}
	return nil
}

// Printable escapes what is not printed, which in JSON stands in strings alone.
func Printable(line []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(line) {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes()
}
