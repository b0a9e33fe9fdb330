package replay

import (
	"bytes"
	"encoding/json"

	"goaround/targets/text"
)

// clean makes every string of a payload safe to draw: a recording is text from outside,
// and may have been written by anybody. What is no JSON stays as it is.
func clean(payload json.RawMessage) json.RawMessage {
	if harmless(payload) {
		return payload
	}
	in := json.NewDecoder(bytes.NewReader(payload))
	in.UseNumber()
	var value any
	if in.Decode(&value) != nil {
		return payload
	}
	out, err := json.Marshal(cleaned(value))
	if err != nil {
		return payload
	}
	return out
}

// harmless reports whether all is printable ASCII and no escape but those of the quote
// and the backslash.
func harmless(payload []byte) bool {
	for i := 0; i < len(payload); i++ {
		switch c := payload[i]; {
		case c < ' ' || c > '~':
			return false
		case c == '\\':
			i++
			if i < len(payload) && payload[i] != '"' && payload[i] != '\\' {
				return false
			}
		}
	}
	return true
}

func cleaned(value any) any {
	switch v := value.(type) {
	case string:
		return text.Clean(v).String()
	case []any:
		for i := range v {
			v[i] = cleaned(v[i])
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, x := range v {
			out[text.Clean(name).String()] = cleaned(x)
		}
		return out
	}
	return value
}
