package text

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// minSecret is the shortest value that is looked for, in bytes. Each form of a value
// is at least as long.
const minSecret = 8

// form is one way in which a secret may be written.
type form struct{ name, text string }

// formsOf returns the ways to write value and each of its lines, without repetition.
func formsOf(value string) []string {
	var all []string
	for _, v := range append(strings.Split(value, "\n"), value, strings.TrimSpace(value)) {
		if v != value {
			v = strings.TrimSpace(v)
		}
		if len(v) >= minSecret {
			all = append(all, encodings(v)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func encodings(v string) []string {
	quoted, _ := Safe{v}.MarshalJSON()
	forms := []string{
		v,
		url.QueryEscape(v),
		url.PathEscape(v),
		string(bytes.Trim(quoted, `"`)),
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		forms = append(forms, enc.EncodeToString([]byte(v)), enc.WithPadding(base64.NoPadding).EncodeToString([]byte(v)))
		for shift := range 3 {
			forms = append(forms, within(enc, v, shift))
		}
	}
	return forms
}

// within is the part of a longer base64 text that v alone decides, when v starts
// shift bytes after a multiple of three: so "user:password" in a header of HTTP basic
// authentication shows the password.
func within(enc *base64.Encoding, v string, shift int) string {
	text := enc.EncodeToString(append(make([]byte, shift), v...))
	return text[(shift*8+5)/6 : (shift+len(v))*8/6]
}
