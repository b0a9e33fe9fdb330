package checklist

import (
	"strconv"
	"strings"

	"goaround/targets/text"
)

// scalar reads any single value as it is written: `port: 8080` and `port: "8080"` are
// the same, and so is what YAML would call a number or a boolean.
func (r *reader) scalar(n *node, hint string) (string, bool) {
	if !r.expect(n, kindScalar, hint) {
		return "", false
	}
	return n.text, true
}

// filled reads a single value that is not empty.
func (r *reader) filled(n *node, hint string) (string, bool) {
	s, ok := r.scalar(n, hint)
	if ok && s == "" {
		r.fail(n, r.what(n)+" is empty", hint)
	}
	return s, ok && s != ""
}

// line reads a text that people see: one line, not empty.
func (r *reader) line(n *node) (string, bool) {
	const hint = "write a line of text"
	s, ok := r.filled(n, hint)
	if !ok {
		return "", false
	}
	s = text.Clean(strings.TrimSpace(s)).String()
	if s == "" {
		r.fail(n, r.what(n)+" is empty", hint)
	}
	return s, s != ""
}

// word reads a value that fits, e.g. a name.
func (r *reader) word(n *node, fits func(string) bool, hint string) (string, bool) {
	s, ok := r.filled(n, hint)
	if ok && !fits(s) {
		r.fail(n, quote(s)+" cannot be "+r.what(n), hint)
		return "", false
	}
	return s, ok
}

// name reads a name that containers and leases are called after.
func (r *reader) name(n *node) (string, bool) {
	return r.word(n, isName, nameHint)
}

// oneOf returns a reader of one of the known words.
func oneOf[T ~string](r *reader, known ...T) func(*node) (T, bool) {
	lead, words := "write one of ", make([]string, len(known))
	for i, k := range known {
		words[i] = string(k)
	}
	if len(words) == 1 {
		lead = "write "
	}
	return func(n *node) (T, bool) {
		s, ok := r.filled(n, lead+list(words))
		if !ok {
			return "", false
		}
		for _, k := range known {
			if s == string(k) {
				return k, true
			}
		}
		r.fail(n, quote(s)+" cannot be "+r.what(n), suggest(s, lead, words))
		return "", false
	}
}

// boolean reads true or false.
func (r *reader) boolean(n *node) (bool, bool) {
	s, ok := oneOf(r, "true", "false")(n)
	return s == "true", ok
}

// number returns a reader of a whole number from low to high.
func (r *reader) number(low, high int, hint string) func(*node) (int, bool) {
	return func(n *node) (int, bool) {
		s, ok := r.filled(n, hint)
		if !ok {
			return 0, false
		}
		v, err := strconv.Atoi(s)
		if err != nil || v < low || v > high {
			r.fail(n, quote(s)+" cannot be "+r.what(n), hint)
			return 0, false
		}
		return v, true
	}
}

// percent reads "5%" as 0.05.
func (r *reader) percent(n *node) (float64, bool) {
	v, ok := r.measure(n, "%", 0, 100, "write a share above 0% and below 100%, such as `5%`")
	return v / 100, ok
}

// times reads "2x" as 2.
func (r *reader) times(n *node) (float64, bool) {
	return r.measure(n, "x", 1, 1000, "write a multiple above 1x, such as `2x` or `1.5x`")
}

// measure reads a decimal number between low and high, both excluded, with its unit.
func (r *reader) measure(n *node, unit string, low, high float64, hint string) (float64, bool) {
	s, ok := r.filled(n, hint)
	if !ok {
		return 0, false
	}
	number, found := strings.CutSuffix(s, unit)
	v, err := strconv.ParseFloat(number, 64)
	if !found || err != nil || strings.Trim(number, "0123456789.") != "" || v <= low || v >= high {
		r.fail(n, quote(s)+" cannot be "+r.what(n), hint)
		return 0, false
	}
	return v, true
}
